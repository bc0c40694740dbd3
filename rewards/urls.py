from django.urls import path

from rewards import board_views, manage_views, prize_views, result_views, views

app_name = "rewards"
urlpatterns = [
    path("sponsors/<slug:slug>/", views.sponsor, name="sponsor"),
    path("sponsors/<slug:slug>/logo.png", views.sponsor_logo, name="sponsor_logo"),
    path("drawings/", views.drawing_list, name="drawing_list"),
    path("drawings/<slug:slug>/", views.drawing, name="drawing"),
    path("drawings/<slug:slug>/free-entry/", views.free_entry, name="free_entry"),
    path("drawings/<slug:slug>/follow/", views.follow, name="follow"),
    path(
        "drawings/<slug:slug>/prizes/<int:position>.png", views.prize_picture, name="prize_picture"
    ),
    path("drawings/<slug:slug>/list/", result_views.entry_list, name="entry_list"),
    path("drawings/<slug:slug>/list/dispute/", result_views.dispute, name="dispute"),
    path(
        "drawings/<slug:slug>/lists/<int:number>/entries.csv",
        result_views.entries_csv,
        name="entries_csv",
    ),
    path("drawings/<slug:slug>/result/", result_views.show_result, name="result"),
    path("drawings/<slug:slug>/draws/<int:number>/", result_views.show_result, name="draw"),
    path(
        "drawings/<slug:slug>/draws/<int:number>/inputs.json",
        result_views.inputs_json,
        name="inputs_json",
    ),
    path(
        "drawings/<slug:slug>/draws/<int:number>/check.zip",
        result_views.check_zip,
        name="check_zip",
    ),
    path("drawings/<slug:slug>/present/", result_views.present, name="present"),
    path("prizes/<int:pk>/", prize_views.prize, name="prize"),
    path("prizes/<int:pk>/confirm/", prize_views.confirm, name="confirm_prize"),
    path("prizes/<int:pk>/decline/", prize_views.decline, name="decline_prize"),
    path("manage/drawings/", manage_views.manage_list, name="manage_list"),
    path("manage/drawings/new/", manage_views.create, name="manage_create"),
    path("manage/sponsors/new/", manage_views.edit_sponsor, name="manage_sponsor_new"),
    path("manage/sponsors/<slug:slug>/", manage_views.edit_sponsor, name="manage_sponsor"),
    path("manage/drawings/<slug:slug>/", board_views.board, name="manage_drawing"),
    path("manage/drawings/<slug:slug>/rules/", manage_views.edit_rules, name="manage_rules"),
    path("manage/drawings/<slug:slug>/prizes/", manage_views.edit_prizes, name="manage_prizes"),
    path("manage/drawings/<slug:slug>/announce/", manage_views.announce, name="manage_announce"),
    path("manage/drawings/<slug:slug>/people/", manage_views.people, name="manage_people"),
    path(
        "manage/drawings/<slug:slug>/people/exclude/", manage_views.exclude, name="manage_exclude"
    ),
    path("manage/drawings/<slug:slug>/people/merge/", manage_views.merge, name="manage_merge"),
    path(
        "manage/drawings/<slug:slug>/people/same/<int:pk>/part/",
        manage_views.part,
        name="manage_part",
    ),
    path(
        "manage/drawings/<slug:slug>/people/<int:pk>/let-in/",
        manage_views.let_in,
        name="manage_let_in",
    ),
    path("manage/drawings/<slug:slug>/disputes/", board_views.dispute_list, name="manage_disputes"),
    path(
        "manage/drawings/<slug:slug>/disputes/<int:pk>/",
        board_views.answer,
        name="manage_dispute_answer",
    ),
    path("manage/drawings/<slug:slug>/draw/", board_views.draw, name="manage_draw"),
    path(
        "manage/drawings/<slug:slug>/rounds/<int:pk>/",
        board_views.look_up_round,
        name="manage_round",
    ),
    path("manage/drawings/<slug:slug>/winners/", board_views.winner_list, name="manage_winners"),
    path(
        "manage/drawings/<slug:slug>/winners/<int:pk>/collect/",
        board_views.collect,
        name="manage_collect",
    ),
    path(
        "manage/drawings/<slug:slug>/winners/<int:pk>/move-on/",
        board_views.move_on,
        name="manage_move_on",
    ),
    path("manage/drawings/<slug:slug>/settle/", board_views.settle, name="manage_settle"),
    path("manage/drawings/<slug:slug>/thank/", board_views.thank, name="manage_thank"),
    path("manage/drawings/<slug:slug>/press/", board_views.press, name="manage_press"),
    path("manage/drawings/<slug:slug>/books.csv", board_views.books_csv, name="manage_tax_records"),
    path("manage/drawings/<slug:slug>/cancel/", board_views.cancel, name="manage_cancel"),
]
