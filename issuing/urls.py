from django.urls import path

from issuing.awards import manage_views as award_manage_views
from issuing.awards import views as award_views
from issuing.documents import credential_views
from issuing.documents import views as document_views
from issuing.endorsements import views as endorsement_views
from issuing.keys import manage_views as key_manage_views
from issuing.replacements import manage_views as replacement_manage_views
from issuing.replacements import views as replacement_views

app_name = "issuing"

# These URLs are the ids of Open Badges documents, so they must never change.
documents = [
    path("assertions/<uuid:public_id>", document_views.assertion, name="assertion"),
    path("assertions/<uuid:public_id>/badge.png", document_views.baked, name="baked"),
    path("assertions/<uuid:public_id>/badge.svg", document_views.baked_svg, name="baked_svg"),
    path("badge-classes/<uuid:public_id>", document_views.badge_class, name="badge_class"),
    path("issuers/<uuid:public_id>", document_views.issuer, name="issuer"),
    path("credentials/<uuid:public_id>", credential_views.credential, name="credential"),
    path(
        "credentials/<uuid:public_id>.jwt", credential_views.credential_jwt, name="credential_jwt"
    ),
    path("status-lists/<uuid:public_id>", credential_views.status_list, name="status_list"),
    path("issuers/<uuid:public_id>/did.json", credential_views.did, name="did"),
    path("issuers/<uuid:public_id>/jwks.json", credential_views.jwks, name="jwks"),
    path("issuers/<uuid:public_id>/keys/<str:fragment>", credential_views.key, name="key"),
    path(".well-known/jwks.json", credential_views.jwks, name="all_jwks"),
    path("endorsements/<uuid:public_id>", endorsement_views.endorsement, name="endorsement"),
    path(
        "endorsements/<uuid:public_id>/did.json",
        endorsement_views.endorser_did,
        name="endorser_did",
    ),
]

unknown_documents = [
    path("assertions/<path:anything>", document_views.unknown),
    path("badge-classes/<path:anything>", document_views.unknown),
    path("issuers/<path:anything>", document_views.unknown),
    path("credentials/<path:anything>", document_views.unknown),
    path("status-lists/<path:anything>", document_views.unknown),
]

cards = [path("awards/<uuid:public_id>/card.png", award_views.card, name="card")]

awards = [
    *cards,
    path("awards/<uuid:public_id>/", award_views.award, name="award"),
    path("awards/<uuid:public_id>/share/", award_views.share, name="share"),
    path("awards/<uuid:public_id>/name/", award_views.show_name, name="show_name"),
    path("awards/<uuid:public_id>/open/", award_views.open_page, name="open_page"),
    path("my-badges/", award_views.my_awards, name="my_awards"),
]

replacements = [
    path("my-badges/names/", replacement_views.earlier_names, name="earlier_names"),
    path(
        "my-badges/names/<int:pk>/withdraw/",
        replacement_views.withdraw,
        name="earlier_names_withdraw",
    ),
    path("manage/new-badges/", replacement_manage_views.replacements, name="manage_replacements"),
    path(
        "manage/new-badges/<int:pk>/allow/",
        replacement_manage_views.allow,
        name="manage_replacement_allow",
    ),
    path(
        "manage/new-badges/<int:pk>/refuse/",
        replacement_manage_views.refuse,
        name="manage_replacement_refuse",
    ),
    path(
        "manage/awards/<uuid:public_id>/replace/",
        replacement_manage_views.replace,
        name="manage_award_replace",
    ),
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
    path("manage/issuers/", key_manage_views.issuers, name="manage_keys"),
    path(
        "manage/issuers/<uuid:public_id>/rotate/",
        key_manage_views.rotate,
        name="manage_keys_rotate",
    ),
    path(
        "manage/issuers/<uuid:public_id>/keys/<str:fragment>/revoke/",
        key_manage_views.revoke_key,
        name="manage_key_revoke",
    ),
    path("manage/awards/", award_manage_views.awards_admin, name="manage_awards"),
    path("manage/awards/<uuid:public_id>/hold/", award_manage_views.hold, name="manage_award_hold"),
    path(
        "manage/awards/<uuid:public_id>/release/",
        award_manage_views.release,
        name="manage_award_release",
    ),
    path(
        "manage/awards/<uuid:public_id>/cancel/",
        award_manage_views.cancel,
        name="manage_award_cancel",
    ),
    path(
        "manage/awards/<uuid:public_id>/revoke/",
        award_manage_views.revoke,
        name="manage_award_revoke",
    ),
]

urlpatterns = [*documents, *unknown_documents, *awards, *replacements, *endorsements, *manage]
