from django.urls import path

from accounts import manage_views, views

app_name = "accounts"
urlpatterns = [
    path("account/profile/", views.profile, name="profile"),
    path("account/profile/school/", views.school, name="school"),
    path("account/profile/school/leave/", views.leave_school, name="leave_school"),
    path("account/welcome/", views.school, {"welcome": True}, name="welcome"),
    path("manage/people/", manage_views.people, name="manage_people"),
    path("manage/people/decide/", manage_views.decide, name="manage_people_decide"),
]
