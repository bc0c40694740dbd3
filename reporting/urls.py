from django.urls import path

from reporting import views

app_name = "reporting"
urlpatterns = [
    path("manage/", views.overview, name="overview"),
    path("manage/activity/", views.activity, name="activity"),
    path("manage/issued.csv", views.issued_csv, name="issued_csv"),
]
