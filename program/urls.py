from django.urls import path

from program import views

app_name = "program"
urlpatterns = [
    path("program/logo/<uuid:name>.png", views.logo, name="logo"),
]
