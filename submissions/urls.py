from django.urls import path

from submissions import evidence_views, manage_views, script_views, views
from submissions.media import subtitle_views
from submissions.media import views as media_views
from submissions.previews import views as previews
from submissions.self_check import views as self_check
from submissions.taking_back import views as taking_back

app_name = "submissions"
urlpatterns = [
    path("submissions/", views.submission_list, name="list"),
    path("badges/<slug:slug>/start/", views.start, name="start"),
    path("submissions/<uuid:public_id>/", views.detail, name="detail"),
    path("submissions/<uuid:public_id>/evidence/", evidence_views.edit, name="edit"),
    path("submissions/<uuid:public_id>/evidence/words/", script_views.autosave, name="autosave"),
    path("submissions/<uuid:public_id>/evidence/file/", script_views.upload, name="upload"),
    path(
        "submissions/<uuid:public_id>/recordings/begin/", media_views.begin, name="recording_begin"
    ),
    path(
        "submissions/<uuid:public_id>/recordings/<uuid:thread>/",
        media_views.state,
        name="recording_state",
    ),
    path("recordings/<uuid:public_id>/pieces/", media_views.piece, name="recording_piece"),
    path("recordings/<uuid:public_id>/remove/", media_views.remove, name="recording_remove"),
    path("submissions/<uuid:public_id>/send/", views.send, name="send"),
    path("submissions/<uuid:public_id>/self-check/", self_check.self_check, name="self_check"),
    path("submissions/<uuid:public_id>/take-back/", taking_back.take_back, name="take_back"),
    path("submissions/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("submissions/<uuid:public_id>/discard/", views.discard, name="discard"),
    path("manage/submissions/<uuid:public_id>/", manage_views.submission, name="manage_submission"),
    path("evidence/<uuid:public_id>/", views.evidence_file, name="evidence_file"),
    path("evidence/<uuid:public_id>/pages/<int:number>/", previews.page, name="preview_page"),
    path("evidence/<uuid:public_id>/words/", previews.words, name="preview_words"),
    path("evidence/<uuid:public_id>/poster/", media_views.poster, name="poster"),
    path("evidence/<uuid:public_id>/subtitles/", subtitle_views.show, name="subtitles"),
    path(
        "evidence/<uuid:public_id>/subtitles/change/", subtitle_views.edit, name="subtitles_change"
    ),
]
