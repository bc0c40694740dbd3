from django.urls import path

from catalog import editor, views

app_name = "catalog"
urlpatterns = [
    path("", views.home, name="home"),
    path("badges/", views.badge_list, name="badge_list"),
    path("badges/<slug:slug>/", views.badge, name="badge"),
    path("categories/<slug:slug>/", views.category, name="category"),
    path("art/<uuid:public_id>.png", views.art, name="art"),
    path("art/<uuid:public_id>.svg", views.vector, name="vector"),
    path("manage/badges/", editor.badge_list, name="manage_list"),
    path("manage/badges/new/", editor.create, name="manage_create"),
    path("manage/art-preview.png", editor.art_preview, name="manage_art_preview"),
    path("manage/badges/<slug:slug>/", editor.edit, name="manage_edit"),
    path("manage/badges/<slug:slug>/criteria/", editor.criteria, name="manage_criteria"),
    path("manage/badges/<slug:slug>/art/", editor.art, name="manage_art"),
    path("manage/badges/<slug:slug>/preview/", editor.preview, name="manage_preview"),
    path("manage/badges/<slug:slug>/publish/", editor.publish, name="manage_publish"),
    path("manage/badges/<slug:slug>/retire/", editor.retire, name="manage_retire"),
    path("manage/badges/<slug:slug>/bring-back/", editor.bring_back, name="manage_bring_back"),
]
