from django.urls import path

from rewards import views

app_name = "rewards"
urlpatterns = [
    path("sponsors/<slug:slug>/logo.png", views.sponsor_logo, name="sponsor_logo"),
]
