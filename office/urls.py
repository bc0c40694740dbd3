from django.urls import path

from office.settings import manage_views as settings
from office.today import manage_views as today

app_name = "office"
urlpatterns = [
    path("manage/settings/", settings.overview, name="manage_settings"),
    path("manage/settings/program/", settings.program, name="manage_program"),
    path("manage/settings/texts/", settings.texts, name="manage_texts"),
    path("manage/settings/look/", settings.look, name="manage_look"),
    path("manage/settings/look/logo/", settings.logo, name="manage_logo"),
    path("manage/today/", today.today, name="manage_today"),
    path("manage/today/<slug:name>/", today.rows, name="manage_today_rows"),
    path("manage/today/<slug:name>/act/", today.act, name="manage_today_act"),
]
