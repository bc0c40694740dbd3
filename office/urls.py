from django.urls import path

from office.closed_days import manage_views as days
from office.guides import views as guides
from office.home import views as home
from office.people import invitation_manage_views as invitations
from office.people import manage_views as people
from office.people import person_manage_views as person
from office.settings import email_manage_views as emails
from office.settings import manage_views as settings
from office.settings import page_manage_views as own_pages
from office.settings import statement_manage_views as statements
from office.setup import manage_views as ready
from office.setup import views as set_up
from office.submissions import manage_views as submissions
from office.today import manage_views as today

app_name = "office"
urlpatterns = [
    path("me/", home.home, name="home"),
    path("guides/", guides.guides, name="guides"),
    path("guides/sign-in.svg", guides.qr, name="guide_qr"),
    path("guides/<slug:role>/<slug:language>/", guides.guide, name="guide"),
    path("manage/settings/", settings.overview, name="manage_settings"),
    path("manage/settings/program/", settings.program, name="manage_program"),
    path("manage/settings/texts/", settings.texts, name="manage_texts"),
    path("manage/settings/pages/", own_pages.page_list, name="manage_pages"),
    path("manage/settings/pages/<slug:slug>/", own_pages.page, name="manage_page"),
    path(
        "manage/settings/pages/<slug:slug>/default/",
        own_pages.page_default,
        name="manage_page_default",
    ),
    path(
        "manage/settings/pages/<slug:slug>/visibility/",
        own_pages.page_visibility,
        name="manage_page_visibility",
    ),
    path("manage/settings/emails/", emails.email_list, name="manage_emails"),
    path("manage/settings/emails/<slug:kind>/<slug:language>/", emails.email, name="manage_email"),
    path(
        "manage/settings/emails/<slug:kind>/<slug:language>/default/",
        emails.email_default,
        name="manage_email_default",
    ),
    path("manage/settings/statement/", statements.statement, name="manage_statement"),
    path(
        "manage/settings/statement/default/",
        statements.statement_default,
        name="manage_statement_default",
    ),
    path("manage/settings/privacy/", settings.privacy, name="manage_privacy"),
    path("manage/settings/look/", settings.look, name="manage_look"),
    path("manage/settings/look/logo/", settings.logo, name="manage_logo"),
    path("manage/submissions/", submissions.submissions, name="manage_submissions"),
    path("manage/submissions/assign/", submissions.assign, name="manage_submissions_assign"),
    path("set-up/", set_up.enter, name="set_up"),
    path("set-up/you/", set_up.you, name="set_up_you"),
    path("set-up/program/", set_up.program_step, name="set_up_program"),
    path("set-up/office/", set_up.office, name="set_up_office"),
    path("set-up/issuer/", set_up.issuer, name="set_up_issuer"),
    path("set-up/categories/", set_up.categories, name="set_up_categories"),
    path("set-up/people/", set_up.people, name="set_up_people"),
    path("manage/ready/", ready.ready, name="manage_ready"),
    path("manage/ready/act/", ready.ready_act, name="manage_ready_act"),
    path("manage/closed-days/", days.closed_day_list, name="manage_closed_days"),
    path("manage/closed-days/holidays/", days.holidays, name="manage_holidays"),
    path("manage/closed-days/holidays/place/", days.holiday_place, name="manage_holiday_place"),
    path("manage/closed-days/holidays/<int:year>/", days.holidays, name="manage_holidays_of"),
    path("manage/closed-days/calendar/", days.calendar, name="manage_calendar"),
    path(
        "manage/closed-days/calendar/choose/", days.calendar_choose, name="manage_calendar_choose"
    ),
    path(
        "manage/closed-days/<int:pk>/remove/",
        days.closed_day_remove,
        name="manage_closed_day_remove",
    ),
    path("manage/agencies/<slug:slug>/closed-days/", days.agency_days, name="manage_agency_days"),
    path(
        "manage/agencies/<slug:slug>/closed-days/holidays/<int:year>/",
        days.agency_holidays,
        name="manage_agency_holidays",
    ),
    path(
        "manage/agencies/<slug:slug>/closed-days/calendar/",
        days.agency_calendar,
        name="manage_agency_calendar",
    ),
    path(
        "manage/agencies/<slug:slug>/closed-days/calendar/choose/",
        days.agency_calendar_choose,
        name="manage_agency_calendar_choose",
    ),
    path(
        "manage/agencies/<slug:slug>/closed-days/<int:pk>/remove/",
        days.agency_day_remove,
        name="manage_agency_day_remove",
    ),
    path("manage/today/", today.today, name="manage_today"),
    path("manage/today/<slug:name>/", today.rows, name="manage_today_rows"),
    path("manage/today/<slug:name>/act/", today.act, name="manage_today_act"),
    path("manage/people/", people.people, name="manage_people"),
    path("manage/people/invitations/", invitations.invitations, name="manage_invitations"),
    path("manage/who-may-do-what/", invitations.who_may, name="manage_who_may"),
    path("manage/people/act/", people.act, name="manage_people_act"),
    path("manage/people/<uuid:public_id>/", person.person, name="manage_person"),
    path("manage/people/<uuid:public_id>/name/", person.name, name="manage_person_name"),
    path("manage/people/<uuid:public_id>/address/", person.address, name="manage_person_address"),
    path("manage/people/<uuid:public_id>/roles/", person.give_role, name="manage_person_role"),
    path(
        "manage/people/<uuid:public_id>/roles/<int:pk>/end/",
        person.end_role,
        name="manage_person_role_end",
    ),
    path(
        "manage/people/<uuid:public_id>/emails/<int:pk>/resend/",
        person.resend,
        name="manage_person_email",
    ),
]
