from django.urls import path

from privacy import manage_views as manage
from privacy import views
from privacy.closing import views as closing
from privacy.retention import manage_views as retention

app_name = "privacy"
urlpatterns = [
    path("privacy/what-we-keep/", views.what_we_keep, name="what_we_keep"),
    path("account/privacy/", views.own, name="own"),
    path("account/closing/", closing.closing, name="closing"),
    path("account/closing/keep/", closing.keep, name="keep_account"),
    path("account/privacy/copy/", views.ask_for_copy, name="ask_for_copy"),
    path("account/privacy/copy/<uuid:public_id>.zip", views.copy, name="copy"),
    path("manage/privacy/", manage.requests, name="manage_requests"),
    path("manage/submissions/<uuid:public_id>/keep/", retention.hold, name="manage_hold"),
    path("manage/privacy/<uuid:public_id>/", manage.request_page, name="manage_request"),
]
