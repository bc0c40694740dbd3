from django.urls import path

from reviewing import queue_views, views
from reviewing.calibration import consent_manage_views as manage_consent
from reviewing.calibration import consent_views as consent
from reviewing.calibration import manage_views as manage_calibration
from reviewing.calibration import views as calibration
from reviewing.decisions import views as decisions
from reviewing.due_process import manage_views as manage_due_process
from reviewing.due_process import views as due_process
from reviewing.notes import manage_views as manage_notes
from reviewing.notes import views as notes
from reviewing.reviewers import manage_views as manage_reviewers
from reviewing.reviewers import named_views as named_people
from reviewing.reviewers import views as reviewers
from reviewing.second_looks import views as second_looks
from reviewing.snippets import manage_views as manage_snippets
from reviewing.snippets import views as snippets
from reviewing.workload import manage_views as manage_workload
from reviewing.workload import views as workload

app_name = "reviewing"
urlpatterns = [
    path("reviews/", queue_views.queue, name="queue"),
    path("reviews/done/", queue_views.done, name="done"),
    path("reviews/mine/", workload.own_reviews, name="own_reviews"),
    path("reviews/next/", queue_views.take_next, name="take_next"),
    path("reviews/<uuid:public_id>/claim/", queue_views.claim, name="claim"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/send/", views.send, name="send"),
    path("reviews/<int:pk>/decline/", views.decline, name="decline"),
    path("reviews/<int:pk>/release/", views.release, name="release"),
    path("reviews/<int:pk>/notes/", notes.notes, name="notes"),
    path(
        "manage/submissions/<uuid:public_id>/notes/",
        manage_notes.notes,
        name="manage_notes",
    ),
    path("reviews/<int:pk>/recall/", decisions.recall, name="recall"),
    path("reviews/second-looks/", second_looks.second_looks, name="second_looks"),
    path("reviews/second-looks/<int:pk>/", second_looks.second_look, name="second_look"),
    path("reviews/second-looks/<int:pk>/confirm/", second_looks.confirm, name="confirm"),
    path("reviews/second-looks/<int:pk>/unconfirm/", second_looks.unconfirm, name="unconfirm"),
    path("reviews/second-looks/<int:pk>/send-back/", second_looks.send_back, name="send_back"),
    path("reviews/snippets/", snippets.snippets, name="snippets"),
    path("reviews/snippets/<int:pk>/", snippets.snippet, name="snippet"),
    path("reviews/snippets/<int:pk>/remove/", snippets.remove_snippet, name="remove_snippet"),
    path("manage/snippets/", manage_snippets.snippets, name="manage_snippets"),
    path("manage/snippets/<int:pk>/", manage_snippets.snippet, name="manage_snippet"),
    path(
        "manage/snippets/<int:pk>/remove/",
        manage_snippets.remove_snippet,
        name="manage_remove_snippet",
    ),
    path("reviews/calibration/", calibration.calibration, name="calibration"),
    path(
        "reviews/calibration/<slug:slug>/",
        calibration.calibration_badge,
        name="calibration_badge",
    ),
    path("reviews/calibration/<slug:slug>/begin/", calibration.begin, name="begin_qualification"),
    path("reviews/practice/<uuid:public_id>/", calibration.practice, name="practice"),
    path("reviews/qualifications/<int:pk>/", calibration.qualification, name="qualification"),
    path("reviews/anchors/<uuid:public_id>/file/", calibration.anchor_file, name="anchor_file"),
    path(
        "manage/badges/<slug:slug>/calibration/",
        manage_calibration.calibration,
        name="manage_calibration",
    ),
    path(
        "manage/badges/<slug:slug>/calibration/new/",
        manage_calibration.anchor_new,
        name="manage_anchor_new",
    ),
    path("manage/anchors/<uuid:public_id>/", manage_calibration.anchor, name="manage_anchor"),
    path("submissions/<uuid:public_id>/practice/", consent.anchor_consent, name="anchor_consent"),
    path(
        "manage/submissions/<uuid:public_id>/anchor/",
        manage_consent.anchor_from,
        name="manage_anchor_from",
    ),
    path(
        "manage/anchors/<uuid:public_id>/act/",
        manage_calibration.anchor_act,
        name="manage_anchor_act",
    ),
    path(
        "manage/anchors/<uuid:public_id>/file/",
        manage_calibration.anchor_file,
        name="manage_anchor_file",
    ),
    path("reviews/settings/", reviewers.settings, name="settings"),
    path("reviews/settings/away/", reviewers.absence_add, name="absence_add"),
    path("reviews/settings/away/<int:pk>/", reviewers.absence_remove, name="absence_remove"),
    path("reviews/people/", reviewers.people, name="people"),
    path("reviews/people/<int:pk>/end/", reviewers.conflict_end, name="conflict_end"),
    path("named-people/", named_people.named, name="named"),
    path("named-people/<int:pk>/end/", named_people.named_end, name="named_end"),
    path("reviews/<int:pk>/recognize/", reviewers.recognize, name="recognize"),
    path("manage/reviewers/<uuid:public_id>/", manage_reviewers.reviewer, name="manage_reviewer"),
    path(
        "manage/reviewers/<uuid:public_id>/away/",
        manage_reviewers.absence_add,
        name="manage_absence_add",
    ),
    path(
        "manage/reviewers/<uuid:public_id>/away/<int:pk>/",
        manage_reviewers.absence_remove,
        name="manage_absence_remove",
    ),
    path(
        "manage/reviewers/<uuid:public_id>/schools/<int:pk>/",
        manage_reviewers.school_remove,
        name="manage_past_school_remove",
    ),
    path("manage/reviews/", manage_workload.reviews, name="manage_reviews"),
    path("manage/reviews/move/", manage_workload.move, name="manage_reviews_move"),
    path("manage/reviews/email/", manage_workload.email, name="manage_reviews_email"),
    path("reviews/appeals/", due_process.appeals_to_read, name="appeals"),
    path("reviews/appeals/<int:pk>/", due_process.read_appeal, name="appeal"),
    path("reviews/appeals/<int:pk>/take/", due_process.take, name="take_appeal"),
    path("submissions/<uuid:public_id>/appeal/", due_process.appeal, name="make_appeal"),
    path("submissions/<uuid:public_id>/hold/", due_process.hold, name="hold"),
    path("submissions/<uuid:public_id>/history/", due_process.history, name="history"),
    path(
        "submissions/<uuid:public_id>/feedback/",
        due_process.feedback_answer,
        name="feedback_answer",
    ),
    path("manage/appeals/", manage_due_process.appeals_and_holds, name="manage_appeals"),
    path("manage/appeals/<int:pk>/", manage_due_process.give, name="manage_appeal"),
    path("manage/holds/<int:pk>/", manage_due_process.hold, name="manage_hold"),
    path(
        "manage/submissions/<uuid:public_id>/reopen/",
        manage_due_process.reopen,
        name="manage_reopen",
    ),
    path(
        "manage/submissions/<uuid:public_id>/hold/",
        manage_due_process.place_hold,
        name="manage_place_hold",
    ),
    path(
        "manage/submissions/<uuid:public_id>/history/",
        manage_due_process.history,
        name="manage_history",
    ),
]
