from django.urls import path

from catalog import editor, pathway_editor, pathway_views, views

app_name = "catalog"
urlpatterns = [
    path("", views.home, name="home"),
    path("badges/", views.badge_list, name="badge_list"),
    path("badges/<slug:slug>/", views.badge, name="badge"),
    path("pathways/", pathway_views.pathway_list, name="pathway_list"),
    path("pathways/<slug:slug>/", pathway_views.pathway, name="pathway"),
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
    path("manage/badges/<slug:slug>/pathway/", pathway_editor.edit, name="manage_pathway"),
    path(
        "manage/badges/<slug:slug>/pathway/suspend/",
        pathway_editor.suspend,
        name="manage_pathway_suspend",
    ),
    path(
        "manage/badges/<slug:slug>/pathway/resume/",
        pathway_editor.resume,
        name="manage_pathway_resume",
    ),
    path(
        "manage/badges/<slug:slug>/pathway/remove/",
        pathway_editor.remove,
        name="manage_pathway_remove",
    ),
    path("manage/badges/<slug:slug>/retire/", editor.retire, name="manage_retire"),
    path("manage/badges/<slug:slug>/bring-back/", editor.bring_back, name="manage_bring_back"),
]
