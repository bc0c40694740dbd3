from django.urls import include, path

from awarding.claim_codes import manage_views as codes
from awarding.claim_codes import views
from awarding.groups import manage_views as group_badges
from awarding.groups import views as group_views
from awarding.ids import manage_views as ids
from awarding.lists import columns_manage_views as columns
from awarding.lists import manage_views as lists
from awarding.lists import undo_manage_views as undoing
from awarding.programs import api_views
from awarding.programs import manage_views as tokens
from awarding.programs.api_views import api_view
from awarding.score_files import manage_views as score_files
from awarding.scores import manage_views as scores

app_name = "awarding"

manage_lists = [
    path("", lists.award_list_index, name="manage_lists"),
    path("new/", lists.new, name="manage_list_new"),
    path("uploads/<uuid:public_id>/", columns.columns, name="manage_list_columns"),
    path("uploads/<uuid:public_id>/discard/", columns.discard, name="manage_list_upload_discard"),
    path("<uuid:public_id>/", lists.award_list, name="manage_list"),
    path("<uuid:public_id>/rows-to-fix.csv", lists.problems, name="manage_list_problems"),
    path("<uuid:public_id>/result.csv", lists.result, name="manage_list_result"),
    path("<uuid:public_id>/start/", lists.start, name="manage_list_start"),
    path("<uuid:public_id>/stop/", lists.stop, name="manage_list_stop"),
    path("<uuid:public_id>/resume/", lists.resume, name="manage_list_resume"),
    path("<uuid:public_id>/undo/", undoing.undo, name="manage_list_undo"),
    path("<uuid:public_id>/undo/stop/", undoing.halt, name="manage_list_halt"),
    path("<uuid:public_id>/undo/continue/", undoing.go_on, name="manage_list_go_on"),
    path("<uuid:public_id>/discard/", lists.discard, name="manage_list_discard"),
]

manage_scores = [
    path("", scores.imports, name="manage_scores"),
    path("new/", score_files.new, name="manage_score_new"),
    path("files/<uuid:public_id>/", score_files.columns, name="manage_score_columns"),
    path("files/<uuid:public_id>/discard/", score_files.discard, name="manage_score_file_discard"),
    path("ids/", ids.person_ids, name="manage_ids"),
    path("ids/<int:pk>/", ids.person_id, name="manage_id"),
    path("ids/<int:pk>/remove/", ids.remove, name="manage_id_remove"),
    path("rules/", scores.rules, name="manage_score_rules"),
    path("rules/<int:pk>/remove/", scores.remove_rule, name="manage_score_rule_remove"),
    path("<uuid:public_id>/", scores.score_import, name="manage_score_import"),
    path("<uuid:public_id>/again/", scores.check_again, name="manage_score_again"),
    path("<uuid:public_id>/start/", scores.start, name="manage_score_start"),
    path("<uuid:public_id>/stop/", scores.stop, name="manage_score_stop"),
    path("<uuid:public_id>/resume/", scores.resume, name="manage_score_resume"),
    path("<uuid:public_id>/undo/", scores.undo, name="manage_score_undo"),
    path("<uuid:public_id>/discard/", scores.discard, name="manage_score_discard"),
    path("<uuid:public_id>/result.csv", scores.result, name="manage_score_result"),
]

manage_codes = [
    path("", codes.claim_code_index, name="manage_codes"),
    path("new/", codes.new, name="manage_code_new"),
    path("<uuid:public_id>/", codes.claim_code, name="manage_code"),
    path("<uuid:public_id>/poster/", codes.poster, name="manage_code_poster"),
    path("<uuid:public_id>/qr.svg", codes.qr, name="manage_code_qr"),
    path("<uuid:public_id>/end/", codes.end, name="manage_code_end"),
]

# For other programs, with a token: see docs/api.md.
api = [
    path("v1/awards", api_view(POST=api_views.create_award), name="api_order"),
    path("v1/awards/batch", api_view(POST=api_views.create_awards), name="api_order_many"),
    path("v1/awards/<uuid:public_id>", api_view(GET=api_views.award), name="api_award"),
    path("v1/badges", api_view(GET=api_views.badges), name="api_badges"),
    path("<path:anything>", api_view(GET=api_views.not_found, POST=api_views.not_found)),
]

urlpatterns = [
    path("groups/", group_views.groups, name="groups"),
    path("groups/<uuid:public_id>/", group_views.group, name="group"),
    path("groups/<uuid:public_id>/scores/", group_views.scores, name="group_scores"),
    path("groups/<uuid:public_id>/people/<int:pk>/", group_views.person, name="group_person"),
    path("groups/<uuid:public_id>/codes/", group_views.make_code, name="group_code"),
    path(
        "groups/<uuid:public_id>/codes/<uuid:code>/", group_views.show_code, name="group_code_show"
    ),
    path(
        "groups/<uuid:public_id>/codes/<uuid:code>/qr.svg",
        group_views.code_qr,
        name="group_code_qr",
    ),
    path("groups/<uuid:public_id>/codes/<uuid:code>/end/", group_views.end, name="group_code_end"),
    path("manage/groups/<uuid:public_id>/badges/", group_badges.badges, name="manage_group_badges"),
    path(
        "manage/groups/<uuid:public_id>/badges/<int:pk>/end/",
        group_badges.withdraw,
        name="manage_group_badge_end",
    ),
    path("manage/groups/<uuid:public_id>/award/", group_badges.award, name="manage_group_award"),
    path("claim/", views.ask, name="claim_ask"),
    path("claim/<str:typed>/", views.claim, name="claim"),
    path("manage/awards/lists/", include(manage_lists)),
    path("manage/awards/scores/", include(manage_scores)),
    path("manage/awards/codes/", include(manage_codes)),
    path("manage/api-tokens/", tokens.api_tokens, name="manage_tokens"),
    path("manage/api-tokens/<uuid:public_id>/revoke/", tokens.revoke, name="manage_token_revoke"),
    path("api/", include(api)),
]
