from django.urls import path

from office.today import manage_views as today

app_name = "office"
urlpatterns = [
    path("manage/today/", today.today, name="manage_today"),
    path("manage/today/<slug:name>/", today.rows, name="manage_today_rows"),
    path("manage/today/<slug:name>/act/", today.act, name="manage_today_act"),
]
