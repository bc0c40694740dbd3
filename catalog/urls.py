from django.urls import include, path

from catalog import art_views, views
from catalog import manage_views as manage
from catalog.categories import manage_views as manage_category
from catalog.discards import manage_views as discards
from catalog.issuers import manage_views as manage_issuer
from catalog.issuers import views as issuers
from catalog.pathways import manage_views as manage_pathway
from catalog.pathways import views as pathways

app_name = "catalog"

manage_one_badge = [
    path("", manage.edit, name="manage_edit"),
    path("criteria/", manage.criteria, name="manage_criteria"),
    path("art/", manage.art, name="manage_art"),
    path("preview/", manage.preview, name="manage_preview"),
    path("publish/", manage.publish, name="manage_publish"),
    path("discard/", discards.discard, name="manage_discard"),
    path("retire/", manage.retire, name="manage_retire"),
    path("bring-back/", manage.bring_back, name="manage_bring_back"),
    path("pathway/", manage_pathway.edit, name="manage_pathway"),
    path("pathway/suspend/", manage_pathway.suspend, name="manage_pathway_suspend"),
    path("pathway/resume/", manage_pathway.resume, name="manage_pathway_resume"),
    path("pathway/remove/", manage_pathway.remove, name="manage_pathway_remove"),
]

# Documents link to them, so they must never change.
pictures = [
    path("art/<uuid:public_id>.png", art_views.art, name="art"),
    path("art/<uuid:public_id>-<int:width>.webp", art_views.art_copy, name="art_copy"),
    path("art/<uuid:public_id>.svg", art_views.vector, name="vector"),
    path("issuers/<uuid:public_id>/logos/<uuid:name>.png", issuers.logo, name="issuer_logo"),
]

urlpatterns = [
    *pictures,
    path("", views.home, name="home"),
    path("badges/", views.badge_list, name="badge_list"),
    path("badges/<slug:slug>/", views.badge, name="badge"),
    path("badges/<slug:slug>/worksheet/", views.worksheet, name="worksheet"),
    path("pathways/", pathways.pathway_list, name="pathway_list"),
    path("pathways/<slug:slug>/", pathways.pathway, name="pathway"),
    path("categories/<slug:slug>/", views.category, name="category"),
    path("manage/categories/", manage_category.category_list, name="manage_categories"),
    path("manage/categories/new/", manage_category.new, name="manage_category_new"),
    path("manage/categories/<slug:slug>/", manage_category.category, name="manage_category"),
    path("manage/categories/<slug:slug>/act/", manage_category.act, name="manage_category_act"),
    path(
        "manage/categories/<slug:slug>/merge/", manage_category.merge, name="manage_category_merge"
    ),
    path("manage/issuers/new/", manage_issuer.new, name="manage_issuer_new"),
    path("manage/issuers/<uuid:public_id>/", manage_issuer.issuer, name="manage_issuer"),
    path("manage/issuers/<uuid:public_id>/logo/", manage_issuer.logo, name="manage_issuer_logo"),
    path("manage/issuers/<uuid:public_id>/wait/", manage_issuer.wait, name="manage_issuer_wait"),
    path("manage/badges/", manage.badge_list, name="manage_list"),
    path("manage/badges/new/", manage.create, name="manage_create"),
    path("manage/art-preview.png", manage.art_preview, name="manage_art_preview"),
    path("manage/badges/<slug:slug>/", include(manage_one_badge)),
]
