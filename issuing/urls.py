from django.urls import path

from issuing import code_views, hosted, views

app_name = "issuing"
urlpatterns = [
    # Ids of Open Badges documents: they stay as they are for as long as a badge lives.
    path("assertions/<uuid:public_id>", hosted.assertion, name="assertion"),
    path("assertions/<uuid:public_id>/badge.png", hosted.baked, name="baked"),
    path("badge-classes/<uuid:public_id>", hosted.badge_class, name="badge_class"),
    path("issuers/<uuid:public_id>", hosted.issuer, name="issuer"),
    path("assertions/<path:anything>", hosted.unknown),
    path("badge-classes/<path:anything>", hosted.unknown),
    path("issuers/<path:anything>", hosted.unknown),
    # Pages
    path("awards/<uuid:public_id>/", views.award, name="award"),
    path("awards/<uuid:public_id>/card.png", views.card, name="card"),
    path("awards/<uuid:public_id>/share/", views.share, name="share"),
    path("my-badges/", views.my_awards, name="my_awards"),
    path("verify/", views.verify, name="verify"),
    path("v/", code_views.ask, name="code_ask"),
    path("v/<str:typed>", code_views.code, name="code"),
    # Coordinators
    path("manage/awards/", views.awards_admin, name="awards_admin"),
    path("manage/awards/<uuid:public_id>/hold/", views.hold, name="hold"),
    path("manage/awards/<uuid:public_id>/release/", views.release, name="release"),
    path("manage/awards/<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("manage/awards/<uuid:public_id>/revoke/", views.revoke, name="revoke"),
]
