from django.urls import path

from reporting import manage_views as views
from reporting.agreement import manage_views as agreement
from reporting.promises import views as promises

app_name = "reporting"
urlpatterns = [
    path("promises/", promises.promises, name="promises"),
    path("promises.json", promises.promises_json, name="promises_json"),
    path("manage/", views.overview, name="manage_overview"),
    path("manage/activity/", views.activity, name="manage_activity"),
    path("manage/agreement/", agreement.agreement, name="manage_agreement"),
    path(
        "manage/agreement/<slug:slug>/",
        agreement.badge_agreement,
        name="manage_badge_agreement",
    ),
    path("manage/issued.csv", views.issued_csv, name="manage_issued_csv"),
    path("manage/issued.xlsx", views.issued_xlsx, name="manage_issued_xlsx"),
    path("manage/workplaces.csv", views.workplaces_csv, name="manage_workplaces_csv"),
    path("manage/workplaces.xlsx", views.workplaces_xlsx, name="manage_workplaces_xlsx"),
]
