from django.urls import path, re_path

from program import views

app_name = "program"
urlpatterns = [
    path("pages/<slug:slug>/", views.page, name="page"),
    re_path(r"^program/accent/(?P<color>[0-9a-f]{6})\.css$", views.accent, name="accent"),
    path("program/logo/<uuid:name>.png", views.logo, name="logo"),
]
