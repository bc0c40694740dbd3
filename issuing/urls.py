from django.urls import path

from issuing import (
    coordinator_views,
    endorsement_views,
    hosted,
    hosted_signed,
    key_views,
    views,
)

app_name = "issuing"

# Ids of Open Badges documents: they stay as they are for as long as a badge lives.
documents = [
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
    path("endorsements/<uuid:public_id>", endorsement_views.endorsement, name="endorsement"),
    path(
        "endorsements/<uuid:public_id>/did.json",
        endorsement_views.endorser_did,
        name="endorser_did",
    ),
    path("assertions/<path:anything>", hosted.unknown),
    path("badge-classes/<path:anything>", hosted.unknown),
    path("issuers/<path:anything>", hosted.unknown),
    path("credentials/<path:anything>", hosted.unknown),
    path("status-lists/<path:anything>", hosted.unknown),
]

awards = [
    path("awards/<uuid:public_id>/", views.award, name="award"),
    path("awards/<uuid:public_id>/card.png", views.card, name="card"),
    path("awards/<uuid:public_id>/share/", views.share, name="share"),
    path("my-badges/", views.my_awards, name="my_awards"),
]

endorsements = [
    path("endorsements/", endorsement_views.endorsements, name="endorsements"),
    path(
        "endorse/issuers/<uuid:public_id>/", endorsement_views.endorse_issuer, name="endorse_issuer"
    ),
    path("endorse/badges/<slug:slug>/", endorsement_views.endorse_badge, name="endorse_badge"),
    path("endorse/awards/<uuid:public_id>/", endorsement_views.endorse_award, name="endorse_award"),
    path(
        "endorsements/<uuid:public_id>/<str:act>/",
        endorsement_views.decide,
        name="endorsement_decide",
    ),
]

manage = [
    path("manage/issuers/", key_views.issuers, name="manage_keys"),
    path("manage/issuers/<uuid:public_id>/rotate/", key_views.rotate, name="manage_keys_rotate"),
    path(
        "manage/issuers/<uuid:public_id>/keys/<str:fragment>/revoke/",
        key_views.revoke_key,
        name="manage_key_revoke",
    ),
    path("manage/awards/", coordinator_views.awards_admin, name="manage_awards"),
    path("manage/awards/<uuid:public_id>/hold/", coordinator_views.hold, name="manage_award_hold"),
    path(
        "manage/awards/<uuid:public_id>/release/",
        coordinator_views.release,
        name="manage_award_release",
    ),
    path(
        "manage/awards/<uuid:public_id>/cancel/",
        coordinator_views.cancel,
        name="manage_award_cancel",
    ),
    path(
        "manage/awards/<uuid:public_id>/revoke/",
        coordinator_views.revoke,
        name="manage_award_revoke",
    ),
]

urlpatterns = [*documents, *awards, *endorsements, *manage]
