from django.urls import include, path

from rewards.draw import manage_views as manage_draw
from rewards.draw import views as draw
from rewards.drawings import dispute_manage_views as manage_disputes
from rewards.drawings import list_views as lists
from rewards.drawings import manage_views as manage
from rewards.drawings import people_manage_views as manage_people
from rewards.drawings import views as drawings
from rewards.prizes import manage_views as manage_prizes
from rewards.prizes import views as prizes
from rewards.repeats import manage_views as manage_repeats
from rewards.sponsors import manage_views as manage_sponsors
from rewards.sponsors import views as sponsors
from rewards.stage import manage_views as manage_stage
from rewards.stage import views as stage

app_name = "rewards"

one_drawing = [
    path("", drawings.drawing, name="drawing"),
    path("free-entry/", drawings.free_entry, name="free_entry"),
    path("follow/", drawings.follow, name="follow"),
    path("stop-following/<str:token>/", drawings.stop_following, name="stop_following"),
    path("prizes/<int:position>.png", drawings.prize_picture, name="prize_picture"),
    path("prizes/<int:position>/donor.png", drawings.donor_logo, name="donor_logo"),
    path("list/", lists.entry_list, name="entry_list"),
    path("list/dispute/", lists.dispute, name="dispute"),
    path("lists/<int:number>/entries.csv", lists.entries_csv, name="entries_csv"),
    path("result/", draw.show_result, name="result"),
    path("draws/<int:number>/", draw.show_result, name="draw"),
    path("draws/<int:number>/inputs.json", draw.inputs_json, name="inputs_json"),
    path("draws/<int:number>/sealed.json", draw.sealed_inputs, name="sealed_inputs"),
    path("draws/<int:number>/check.zip", draw.check_zip, name="check_zip"),
    path("present/", stage.present, name="present"),
    path("stage/", stage.follow, name="stage"),
    path("stage/now.json", stage.now_shown, name="now_shown"),
]

manage_one_drawing = [
    path("", manage.board, name="manage_drawing"),
    path("rules/", manage.edit_rules, name="manage_rules"),
    path("prizes/", manage.edit_prizes, name="manage_prizes"),
    path("announce/", manage.announce, name="manage_announce"),
    path("cancel/", manage.cancel, name="manage_cancel"),
    path("people/", manage_people.people, name="manage_people"),
    path("people/exclude/", manage_people.exclude, name="manage_exclude"),
    path("people/<int:pk>/let-in/", manage_people.undo_exclusion, name="manage_let_in"),
    path("disputes/", manage_disputes.dispute_list, name="manage_disputes"),
    path("disputes/<int:pk>/", manage_disputes.answer, name="manage_dispute_answer"),
    path("draw/", manage_draw.draw, name="manage_draw"),
    path("repeat/", manage_repeats.repeat, name="manage_repeat"),
    path("repeat/ask/", manage_repeats.ask, name="manage_repeat_ask"),
    path("repeat/<int:pk>/", manage_repeats.answer, name="manage_repeat_answer"),
    path("note/", manage_repeats.note, name="manage_draw_note"),
    path("rounds/<int:pk>/", manage_draw.fetch_round, name="manage_round"),
    path("reveal/", manage_stage.reveal, name="manage_reveal"),
    path("stage/", manage_stage.step, name="manage_stage"),
    path("stage/notes/", manage_stage.notes, name="manage_stage_notes"),
    path("winners/", manage_prizes.winner_list, name="manage_winners"),
    path("winners/<int:pk>/collect/", manage_prizes.collect, name="manage_collect"),
    path("winners/<int:pk>/move-on/", manage_prizes.move_on, name="manage_move_on"),
    path("settle/", manage_prizes.settle, name="manage_settle"),
    path("thank/", manage_prizes.thank, name="manage_thank"),
    path("press/", manage_prizes.press, name="manage_press"),
    path("books.csv", manage_prizes.tax_records_csv, name="manage_tax_records"),
]

urlpatterns = [
    path("sponsors/<slug:slug>/", sponsors.sponsor, name="sponsor"),
    path("sponsors/<slug:slug>/logo.png", sponsors.sponsor_logo, name="sponsor_logo"),
    path("drawings/", drawings.drawing_list, name="drawing_list"),
    path("drawings/<slug:slug>/", include(one_drawing)),
    path("prizes/<int:pk>/", prizes.prize, name="prize"),
    path("prizes/<int:pk>/confirm/", prizes.confirm, name="confirm_prize"),
    path("prizes/<int:pk>/decline/", prizes.decline, name="decline_prize"),
    path("manage/drawings/", manage.manage_list, name="manage_list"),
    path("manage/drawings/new/", manage.create, name="manage_create"),
    path("manage/drawings/<slug:slug>/", include(manage_one_drawing)),
    path("manage/sponsors/new/", manage_sponsors.edit_sponsor, name="manage_sponsor_new"),
    path("manage/sponsors/<slug:slug>/", manage_sponsors.edit_sponsor, name="manage_sponsor"),
    path(
        "manage/sponsors/<slug:slug>/remove-logo/",
        manage_sponsors.remove_logo,
        name="manage_sponsor_logo",
    ),
]
