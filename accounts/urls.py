from django.urls import path

from accounts import manage_views, views
from accounts.addresses import views as address_views
from accounts.agencies import manage_views as agency_views
from accounts.classes import manage_views as class_manage_views
from accounts.classes import views as class_views
from accounts.groups import manage_views as group_views
from accounts.inbox import views as inbox_views
from accounts.links import manage_views as link_manage_views
from accounts.links import views as link_views
from accounts.minors import manage_views as minor_views
from accounts.providers import manage_views as provider_manage_views
from accounts.providers import saml_manage_views, saml_views
from accounts.providers import views as provider_views
from accounts.rosters import manage_views as roster_views
from accounts.school_years import manage_views as year_views
from accounts.sign_in import manage_views as sign_in_views
from accounts.sign_in import views as browser_views

app_name = "accounts"
urlpatterns = [
    path("account/profile/", views.profile, name="profile"),
    path("account/profile/school/", views.school, name="school"),
    path("account/profile/school/leave/", views.leave_school, name="leave_school"),
    path("account/address/<str:token>/", address_views.confirm, name="confirm_change"),
    path("account/welcome/", views.school, {"welcome": True}, name="welcome"),
    path("account/browsers/", browser_views.browsers, name="browsers"),
    path("account/browsers/end/", browser_views.end_browsers, name="end_browsers"),
    path("account/with/", provider_views.providers, name="providers"),
    path("account/with/<uuid:public_id>/", provider_views.start, name="provider_start"),
    path("account/with/<uuid:public_id>/return/", provider_views.come_back, name="provider_return"),
    path("account/with/<uuid:public_id>/saml/", saml_views.answer, name="saml_answer"),
    path("account/with/<uuid:public_id>/saml/finish/", saml_views.finish, name="saml_finish"),
    path("account/with/<uuid:public_id>/saml/metadata/", saml_views.metadata, name="saml_metadata"),
    path(
        "manage/sign-in/providers/<uuid:public_id>/metadata/",
        saml_manage_views.renew,
        name="manage_saml_metadata",
    ),
    path(
        "manage/sign-in/<slug:slug>/providers/new/saml/",
        saml_manage_views.new,
        name="manage_saml_new",
    ),
    path(
        "manage/sign-in/providers/<uuid:public_id>/",
        provider_manage_views.provider,
        name="manage_provider",
    ),
    path(
        "manage/sign-in/providers/<uuid:public_id>/rules/",
        provider_manage_views.add_rule,
        name="manage_rule_add",
    ),
    path(
        "manage/sign-in/providers/<uuid:public_id>/rules/<int:pk>/remove/",
        provider_manage_views.remove_rule,
        name="manage_rule_remove",
    ),
    path(
        "manage/sign-in/providers/<uuid:public_id>/try/",
        provider_manage_views.try_rules,
        name="manage_provider_trial",
    ),
    path("manage/sign-in/", sign_in_views.overview, name="manage_sign_in"),
    path("manage/sign-in/<slug:slug>/", sign_in_views.agency, name="manage_sign_in_agency"),
    path(
        "manage/sign-in/<slug:slug>/domains/",
        provider_manage_views.domains,
        name="manage_domains",
    ),
    path(
        "manage/sign-in/<slug:slug>/domains/<int:pk>/remove/",
        provider_manage_views.withdraw_domain,
        name="manage_domain_withdraw",
    ),
    path(
        "manage/sign-in/<slug:slug>/providers/new/",
        provider_manage_views.new,
        name="manage_provider_new",
    ),
    path(
        "manage/sign-in/people/<int:pk>/reset/",
        sign_in_views.reset,
        name="manage_second_step_reset",
    ),
    path("account/links/join/", link_views.join, name="link_join"),
    path("account/links/<int:pk>/undo/", link_views.undo, name="link_undo"),
    path("manage/link-accounts/", link_manage_views.links, name="manage_links"),
    path("manage/link-accounts/<int:pk>/undo/", link_manage_views.undo, name="manage_link_undo"),
    path("manage/minors/", minor_views.learners, name="manage_minors"),
    path("manage/minors/change/", minor_views.change, name="manage_minors_change"),
    path("manage/minors/<int:pk>/", minor_views.minor, name="manage_minor"),
    path(
        "manage/minors/consents/<int:pk>/withdraw/",
        minor_views.withdraw_consent,
        name="manage_consent_withdraw",
    ),
    path("manage/minors/rules/<slug:slug>/", minor_views.rules, name="manage_minor_rules"),
    path("manage/people/workplaces/", manage_views.people, name="manage_people"),
    path("manage/people/workplaces/decide/", manage_views.decide, name="manage_people_decide"),
    path("manage/rosters/", roster_views.rosters, name="manage_rosters"),
    path("manage/rosters/<uuid:public_id>/", roster_views.roster, name="manage_roster"),
    path("manage/rosters/<uuid:public_id>/act/", roster_views.act, name="manage_roster_act"),
    path("manage/groups/", group_views.group_list, name="manage_groups"),
    path("manage/groups/new/", group_views.new, name="manage_group_new"),
    path("manage/school-year/", year_views.school_year, name="manage_school_year"),
    path(
        "manage/school-year/<uuid:public_id>/undo/", year_views.undo, name="manage_school_year_undo"
    ),
    path("manage/groups/<uuid:public_id>/", group_views.group, name="manage_group"),
    path("manage/groups/<uuid:public_id>/close/", group_views.close, name="manage_group_close"),
    path(
        "manage/groups/<uuid:public_id>/members/",
        group_views.add_members,
        name="manage_group_members",
    ),
    path(
        "manage/groups/<uuid:public_id>/instructors/",
        group_views.add_instructor,
        name="manage_group_instructors",
    ),
    path(
        "manage/groups/<uuid:public_id>/people/<int:pk>/end/",
        group_views.end_place,
        name="manage_group_place_end",
    ),
    path("account/messages/", inbox_views.messages, name="messages"),
    path("account/messages/<int:pk>/", inbox_views.message, name="message"),
    path("account/class-card/again/", class_views.type_again, name="class_again"),
    path("account/class-card/end/", class_views.end_own, name="class_end"),
    path("class/", class_views.ask, name="class_ask"),
    path("class/<str:typed>/", class_views.sign_in, name="class_sign_in"),
    path("groups/<uuid:public_id>/class/", class_views.class_page, name="class"),
    path("groups/<uuid:public_id>/class/add/", class_views.add, name="class_add"),
    path("groups/<uuid:public_id>/class/cards/", class_views.cards, name="class_cards"),
    path("groups/<uuid:public_id>/class/code/", class_views.change_code, name="class_code"),
    path(
        "manage/groups/<uuid:public_id>/class/",
        class_manage_views.class_page,
        name="manage_class",
    ),
    path(
        "manage/groups/<uuid:public_id>/class/add/",
        class_manage_views.add,
        name="manage_class_add",
    ),
    path(
        "manage/groups/<uuid:public_id>/class/cards/",
        class_manage_views.cards,
        name="manage_class_cards",
    ),
    path(
        "manage/groups/<uuid:public_id>/class/code/",
        class_manage_views.change_code,
        name="manage_class_code",
    ),
    path(
        "manage/groups/<uuid:public_id>/class/instructors/",
        class_manage_views.instructors,
        name="manage_class_instructors",
    ),
    path("manage/agencies/", agency_views.agency_list, name="manage_agencies"),
    path("manage/agencies/new/", agency_views.new, name="manage_agency_new"),
    path("manage/agencies/<slug:slug>/", agency_views.agency, name="manage_agency"),
    path("manage/agencies/<slug:slug>/place/", agency_views.place, name="manage_agency_place"),
    path("manage/agencies/<slug:slug>/roles/", agency_views.give_role, name="manage_agency_role"),
    path(
        "manage/agencies/<slug:slug>/roles/<int:pk>/end/",
        agency_views.take_role,
        name="manage_agency_role_end",
    ),
]
