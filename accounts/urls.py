from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/school/", views.school, name="school"),
    path("profile/school/leave/", views.leave_school, name="leave_school"),
    path("welcome/", views.school, {"welcome": True}, name="welcome"),
]
