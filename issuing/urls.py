from django.urls import path

from issuing import (
    code_views,
    coordinator_views,
    endorsement_views,
    hosted,
    hosted_signed,
    key_views,
    paper_views,
    verify_views,
    views,
)
from issuing.sources import api_views, award_list_views, claim_views, score_views, token_views
from issuing.sources.api_views import called_by_programs

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
    # Pages
    path("awards/<uuid:public_id>/", views.award, name="award"),
    path("awards/<uuid:public_id>/card.png", views.card, name="card"),
    path("awards/<uuid:public_id>/certificate.pdf", paper_views.certificate, name="certificate"),
    path("awards/<uuid:public_id>/wallet-card.pdf", paper_views.card, name="wallet_card"),
    path("awards/<uuid:public_id>/share/", views.share, name="share"),
    path("my-badges/", views.my_awards, name="my_awards"),
    path("my-badges/transcript.pdf", paper_views.transcript, name="transcript"),
    path("verify/", verify_views.verify, name="verify"),
    path("verify.json", verify_views.verify, {"as_json": True}, name="verify_json"),
    path("v/", code_views.ask, name="code_ask"),
    path("v/<str:typed>", code_views.code, name="code"),
    path("claim/", claim_views.ask, name="claim_ask"),
    path("claim/<str:typed>/", claim_views.claim, name="claim"),
    # Endorsements
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
    # Coordinators
    path("manage/awards/lists/", award_list_views.award_list_index, name="award_lists"),
    path("manage/awards/lists/new/", award_list_views.new, name="award_list_new"),
    path("manage/awards/lists/<uuid:public_id>/", award_list_views.award_list, name="award_list"),
    path(
        "manage/awards/lists/<uuid:public_id>/rows-to-mend.csv",
        award_list_views.problems,
        name="award_list_problems",
    ),
    path(
        "manage/awards/lists/<uuid:public_id>/result.csv",
        award_list_views.result,
        name="award_list_result",
    ),
    path(
        "manage/awards/lists/<uuid:public_id>/start/",
        award_list_views.start,
        name="award_list_start",
    ),
    path(
        "manage/awards/lists/<uuid:public_id>/stop/", award_list_views.stop, name="award_list_stop"
    ),
    path(
        "manage/awards/lists/<uuid:public_id>/resume/",
        award_list_views.resume,
        name="award_list_resume",
    ),
    path(
        "manage/awards/lists/<uuid:public_id>/undo/", award_list_views.undo, name="award_list_undo"
    ),
    path(
        "manage/awards/lists/<uuid:public_id>/discard/",
        award_list_views.discard,
        name="award_list_discard",
    ),
    path("manage/awards/scores/", score_views.imports, name="scores"),
    path("manage/awards/scores/new/", score_views.new, name="score_new"),
    path("manage/awards/scores/rules/", score_views.rules, name="score_rules"),
    path(
        "manage/awards/scores/rules/<int:pk>/remove/",
        score_views.remove_rule,
        name="score_rule_remove",
    ),
    path("manage/awards/scores/<uuid:public_id>/", score_views.score_import, name="score_import"),
    path("manage/awards/scores/<uuid:public_id>/start/", score_views.start, name="score_start"),
    path("manage/awards/scores/<uuid:public_id>/stop/", score_views.stop, name="score_stop"),
    path("manage/awards/scores/<uuid:public_id>/resume/", score_views.resume, name="score_resume"),
    path(
        "manage/awards/scores/<uuid:public_id>/discard/",
        score_views.discard,
        name="score_discard",
    ),
    path(
        "manage/awards/scores/<uuid:public_id>/result.csv",
        score_views.result,
        name="score_result",
    ),
    path("manage/awards/codes/", claim_views.claim_code_index, name="claim_codes"),
    path("manage/awards/codes/new/", claim_views.new, name="claim_code_new"),
    path("manage/awards/codes/<uuid:public_id>/", claim_views.claim_code, name="claim_code"),
    path("manage/awards/codes/<uuid:public_id>/poster/", claim_views.poster, name="claim_poster"),
    path("manage/awards/codes/<uuid:public_id>/qr.svg", claim_views.qr, name="claim_qr"),
    path("manage/awards/codes/<uuid:public_id>/end/", claim_views.end, name="claim_code_end"),
    path("manage/issuers/", key_views.issuers, name="keys"),
    path("manage/issuers/<uuid:public_id>/rotate/", key_views.rotate, name="rotate"),
    path(
        "manage/issuers/<uuid:public_id>/keys/<str:fragment>/revoke/",
        key_views.revoke_key,
        name="revoke_key",
    ),
    path("manage/api-tokens/", token_views.api_tokens, name="api_tokens"),
    path("manage/api-tokens/<uuid:public_id>/revoke/", token_views.revoke, name="revoke_token"),
    path("manage/awards/", coordinator_views.awards_admin, name="awards_admin"),
    path("manage/awards/<uuid:public_id>/hold/", coordinator_views.hold, name="hold"),
    path("manage/awards/<uuid:public_id>/release/", coordinator_views.release, name="release"),
    path("manage/awards/<uuid:public_id>/cancel/", coordinator_views.cancel, name="cancel"),
    path("manage/awards/<uuid:public_id>/revoke/", coordinator_views.revoke, name="revoke"),
    # Other programs, with a token
    path("api/v1/awards", called_by_programs(POST=api_views.order), name="api_order"),
    path(
        "api/v1/awards/batch",
        called_by_programs(POST=api_views.order_many),
        name="api_order_many",
    ),
    path(
        "api/v1/awards/<uuid:public_id>",
        called_by_programs(GET=api_views.award),
        name="api_award",
    ),
    path("api/v1/badges", called_by_programs(GET=api_views.badges), name="api_badges"),
    path(
        "api/<path:anything>",
        called_by_programs(GET=api_views.nothing, POST=api_views.nothing),
    ),
]
