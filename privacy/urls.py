from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("privacy/what-we-keep/", views.what_we_keep, name="what_we_keep"),
]
