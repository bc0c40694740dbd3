from django.urls import path

from mailings.announcements import manage_views as announcements
from mailings.imports import manage_views as imports
from mailings.lists import manage_views as manage
from mailings.lists import views
from mailings.wishes import views as wishes

app_name = "mailings"
urlpatterns = [
    path("lists/", views.sign_up, name="lists"),
    path("lists/confirm/<str:token>/", views.confirm, name="confirm"),
    path("lists/yours/<str:token>/", views.yours, name="yours"),
    path("lists/leave/<str:token>/", views.leave, name="leave"),
    path("lists/stop/<str:token>/", wishes.stop, name="stop"),
    path("account/announcements/", wishes.own, name="own_wish"),
    path("manage/mailing-lists/", manage.list_index, name="manage_lists"),
    path("manage/mailing-lists/new/", manage.edit_list, name="manage_list_new"),
    path("manage/mailing-lists/<uuid:public_id>/", manage.edit_list, name="manage_list"),
    path(
        "manage/mailing-lists/<uuid:public_id>/subscribers.csv",
        manage.download,
        name="manage_list_download",
    ),
    path("manage/mailing-lists/<uuid:public_id>/import/", imports.new, name="manage_import_new"),
    path("manage/mailing-lists/imports/<uuid:public_id>/", imports.look, name="manage_import"),
    path(
        "manage/mailing-lists/imports/<uuid:public_id>/start/",
        imports.start,
        name="manage_import_start",
    ),
    path(
        "manage/mailing-lists/imports/<uuid:public_id>/delete/",
        imports.discard,
        name="manage_import_discard",
    ),
    path(
        "manage/mailing-lists/imports/<uuid:public_id>/undo/",
        imports.undo,
        name="manage_import_undo",
    ),
    path("manage/announcements/", announcements.announcement_index, name="manage_announcements"),
    path("manage/announcements/new/", announcements.new, name="manage_announcement_new"),
    path(
        "manage/announcements/<uuid:public_id>/",
        announcements.announcement,
        name="manage_announcement",
    ),
    path(
        "manage/announcements/<uuid:public_id>/recipients/",
        announcements.recipients,
        name="manage_announcement_recipients",
    ),
    path(
        "manage/announcements/<uuid:public_id>/change/",
        announcements.edit,
        name="manage_announcement_edit",
    ),
    path(
        "manage/announcements/<uuid:public_id>/test/",
        announcements.send_test,
        name="manage_announcement_test",
    ),
    path(
        "manage/announcements/<uuid:public_id>/send/",
        announcements.send,
        name="manage_announcement_send",
    ),
    path(
        "manage/announcements/<uuid:public_id>/delete/",
        announcements.discard,
        name="manage_announcement_discard",
    ),
    path(
        "manage/announcements/<uuid:public_id>/stop/",
        announcements.stop,
        name="manage_announcement_stop",
    ),
    path(
        "manage/announcements/<uuid:public_id>/go-on/",
        announcements.go_on,
        name="manage_announcement_go_on",
    ),
]
