from django.urls import path

from issuing import code_views, hosted, hosted_signed, key_views, paper_views, views

app_name = "issuing"
urlpatterns = [
    # Ids of Open Badges documents: they stay as they are for as long as a badge lives.
    path("assertions/<uuid:public_id>", hosted.assertion, name="assertion"),
    path("assertions/<uuid:public_id>/badge.png", hosted.baked, name="baked"),
    path("assertions/<uuid:public_id>/badge.svg", hosted.baked_svg, name="baked_svg"),
    path("badge-classes/<uuid:public_id>", hosted.badge_class, name="badge_class"),
    path("issuers/<uuid:public_id>", hosted.issuer, name="issuer"),
    path("credentials/<uuid:public_id>", hosted_signed.credential, name="credential"),
    path("credentials/<uuid:public_id>.jwt", hosted_signed.credential_jwt, name="credential_jwt"),
    path("status-lists/<uuid:public_id>", hosted_signed.status_list, name="status_list"),
    path("issuers/<uuid:public_id>/did.json", hosted_signed.did, name="did"),
    path("issuers/<uuid:public_id>/jwks.json", hosted_signed.jwks, name="jwks"),
    path("issuers/<uuid:public_id>/keys/<str:fragment>", hosted_signed.key, name="key"),
    path(".well-known/jwks.json", hosted_signed.jwks, name="all_jwks"),
    path("assertions/<path:anything>", hosted.unknown),
    path("badge-classes/<path:anything>", hosted.unknown),
    path("issuers/<path:anything>", hosted.unknown),
    path("credentials/<path:anything>", hosted.unknown),
    path("status-lists/<path:anything>", hosted.unknown),
    # Pages
    path("awards/<uuid:public_id>/", views.award, name="award"),
    path("awards/<uuid:public_id>/card.png", views.card, name="card"),
    path("awards/<uuid:public_id>/certificate.pdf", paper_views.certificate, name="certificate"),
    path("awards/<uuid:public_id>/wallet-card.pdf", paper_views.card, name="wallet_card"),
    path("awards/<uuid:public_id>/share/", views.share, name="share"),
    path("my-badges/", views.my_awards, name="my_awards"),
    path("my-badges/transcript.pdf", paper_views.transcript, name="transcript"),
    path("verify/", views.verify, name="verify"),
    path("verify.json", views.verify, {"as_json": True}, name="verify_json"),
    path("v/", code_views.ask, name="code_ask"),
    path("v/<str:typed>", code_views.code, name="code"),
    # Coordinators
    path("manage/issuers/", key_views.issuers, name="keys"),
    path("manage/issuers/<uuid:public_id>/rotate/", key_views.rotate, name="rotate"),
    path(
        "manage/issuers/<uuid:public_id>/keys/<str:fragment>/revoke/",
        key_views.revoke_key,
        name="revoke_key",
    ),
    path("manage/awards/", views.awards_admin, name="awards_admin"),
    path("manage/awards/<uuid:public_id>/hold/", views.hold, name="hold"),
    path("manage/awards/<uuid:public_id>/release/", views.release, name="release"),
    path("manage/awards/<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("manage/awards/<uuid:public_id>/revoke/", views.revoke, name="revoke"),
]
