"""Who may open and post to each address of the product.

A new address needs a line here; `test_every_address_is_classified` fails until it has one. Say

- which record it is about, `of`: a kind of record of `tests/access/world.py`; none for lists, and
  for forms that make something new;
- who gets an answer to a GET and to a POST: an audience of `tests/access/people.py`. Leave out the
  method that the address does not accept.

If no kind of record fits, add one to the world, made by the real operations. `only(...)` with a
`refusal` says what everybody else gets, if it is not 404.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.access.people import (
    Answer,
    Audience,
    all_but,
    anyone_with,
    assigned_reviewer,
    coordinators,
    instructors,
    nobody,
    none_of,
    only,
    operators,
    program_managers,
    programs,
    public,
    reporters,
    reviewers,
    second_people,
    signed_in,
)


@dataclass(frozen=True)
class Address:
    of: str | None = None
    get: Audience | None = None
    post: Audience | None = None


def _page(of: str | None = None, to: Audience = public) -> Address:
    """A page or file to read."""
    return Address(of, get=to)


def _form(of: str | None = None, to: Audience = public) -> Address:
    return Address(of, get=to, post=to)


def _button(of: str | None = None, to: Audience = public) -> Address:
    return Address(of, post=to)


any_coordinator = anyone_with(coordinators)
any_reviewer = anyone_with(reviewers)
earner = only("earner")
# Some pages do not ask strangers to sign in: that would say that the record exists.
earner_or_not_found = only("earner", asks_to_sign_in=False)
coordinators_or_not_found = only("coordinator", asks_to_sign_in=False)
readers_of_evidence = only("earner", "assigned", "coordinator", asks_to_sign_in=False)

any_program_manager = anyone_with(program_managers)
STAFF = ("reviewer", "coordinator", "reporter", "instructor")

CATALOG = {
    "catalog:home": _page(),
    "catalog:badge_list": _page(),
    "catalog:badge": _page("badge"),
    "catalog:worksheet": _page("badge"),
    "catalog:pathway_list": _page(),
    "catalog:pathway": _page("pathway"),
    "catalog:category": _page("category"),
    "catalog:art": _page("art"),
    "catalog:art_copy": _page("art"),
    "catalog:vector": _page("art"),
    "catalog:issuer_logo": _page("logo of an issuer"),
    "catalog:manage_categories": _page(to=any_program_manager),
    "catalog:manage_category_new": _form(to=any_program_manager),
    # The categories are of the whole program.
    "catalog:manage_category": _form("category", any_program_manager),
    "catalog:manage_category_act": _button("category", any_program_manager),
    "catalog:manage_category_merge": _form("category", any_program_manager),
    "catalog:manage_issuer_new": _form(to=any_coordinator),
    "catalog:manage_issuer": _form("issuer", coordinators),
    "catalog:manage_issuer_logo": _form("issuer", coordinators),
    "catalog:manage_issuer_wait": _form("issuer", coordinators),
    "catalog:manage_list": _page(to=any_coordinator),
    "catalog:manage_create": _form(to=any_coordinator),
    "catalog:manage_art_preview": _page(to=any_coordinator),
    "catalog:manage_edit": _form("badge", coordinators),
    "catalog:manage_criteria": _form("badge", coordinators),
    "catalog:manage_art": _form("badge", coordinators),
    "catalog:manage_preview": _page("badge", coordinators),
    "catalog:manage_publish": _form("draft badge", coordinators),
    "catalog:manage_discard": _form("draft badge", coordinators),
    "catalog:manage_retire": _form("badge", coordinators),
    "catalog:manage_bring_back": _form("retired badge", coordinators),
    "catalog:manage_pathway": _form("pathway", coordinators),
    "catalog:manage_pathway_suspend": _button("pathway", coordinators),
    "catalog:manage_pathway_resume": _button("pathway", coordinators),
    "catalog:manage_pathway_remove": _button("pathway", coordinators),
}

any_program_manager = anyone_with(program_managers)

PROGRAM = {
    # The world is set up, so these are not there.
    "office:set_up": _form(to=nobody),
    "office:set_up_you": _form(to=nobody),
    "office:set_up_program": _form(to=nobody),
    "office:set_up_office": _form(to=nobody),
    "office:set_up_issuer": _form(to=nobody),
    "office:set_up_categories": _form(to=nobody),
    "office:set_up_people": _form(to=nobody),
    "office:manage_ready": _page(to=none_of(any_program_manager)),
    "office:manage_ready_act": _button(to=none_of(any_program_manager)),
    "office:manage_closed_days": _form(to=any_program_manager),
    "office:manage_holidays": _form(to=any_program_manager),
    "office:manage_holidays_of": _form("holiday year", to=any_program_manager),
    "office:manage_holiday_place": _button(to=any_program_manager),
    "office:manage_calendar": _form(to=any_program_manager),
    "office:manage_calendar_choose": _button(to=any_program_manager),
    "office:manage_agency_days": _form("agency", coordinators),
    "office:manage_agency_holidays": _form("holidays of an agency", coordinators),
    "office:manage_agency_calendar": _form("agency", coordinators),
    "office:manage_agency_calendar_choose": _button("agency", coordinators),
    "office:manage_agency_day_remove": _button("closed day of an agency", coordinators),
    "office:manage_emails": _page(to=any_program_manager),
    "office:manage_email": _form("kind of email", to=any_program_manager),
    "office:manage_email_default": _button("kind of email", to=any_program_manager),
    "office:manage_closed_day_remove": _button("closed day", none_of(program_managers)),
    "program:logo": _page("logo of the program"),
    "program:accent": _page("accent"),
    "office:manage_settings": _page(to=any_program_manager),
    "office:manage_program": _form(to=any_program_manager),
    "office:manage_texts": _form(to=any_program_manager),
    "office:manage_privacy": _form(to=any_program_manager),
    "program:page": _page("own page"),
    "office:manage_pages": _page(to=any_program_manager),
    "office:manage_page": _form("own page", any_program_manager),
    "office:manage_page_default": _form("own page", any_program_manager),
    "office:manage_statement": _form(to=any_program_manager),
    "office:manage_statement_default": _form(to=any_program_manager),
    "office:manage_page_visibility": _button("own page", any_program_manager),
    "office:manage_look": _form(to=any_program_manager),
    "office:manage_logo": _button(to=any_program_manager),
}

SUBMISSIONS = {
    "submissions:list": _page(to=signed_in),
    "submissions:start": _form("badge", signed_in),
    "submissions:detail": _page("submission", only("earner", "coordinator")),
    "submissions:manage_submission": _page("submission", coordinators),
    "submissions:edit": _form("draft submission", earner),
    "submissions:autosave": _button("draft submission", earner),
    "submissions:upload": _button("draft submission", earner),
    "submissions:send": _form("draft submission", earner),
    "submissions:self_check": _form("draft submission", earner),
    "submissions:take_back": _form("waiting submission", earner),
    "submissions:withdraw": _form("waiting submission", earner),
    "submissions:discard": _form("draft submission", earner),
    "submissions:evidence_file": _page("evidence file", readers_of_evidence),
    "submissions:poster": _page("recording", readers_of_evidence),
    "submissions:preview_page": _page("page of a file", readers_of_evidence),
    "submissions:preview_words": _page("evidence file with a preview", readers_of_evidence),
    "submissions:subtitles": _page("recording", readers_of_evidence),
    "submissions:subtitles_change": _form("unsent recording", earner),
    "submissions:recording_begin": _button("draft submission", earner),
    "submissions:recording_state": _page("recording to follow", earner),
    "submissions:recording_piece": _button("recording on its way", earner),
    "submissions:recording_remove": _button("recording on its way", earner),
}

REVIEWING = {
    "reviewing:queue": _page(to=any_reviewer),
    "reviewing:own_reviews": _page(to=any_reviewer),
    "reviewing:done": _page(to=any_reviewer),
    "reviewing:take_next": _button(to=any_reviewer),
    "reviewing:claim": _button("waiting submission", reviewers),
    "reviewing:review": _form("assignment", assigned_reviewer),
    "reviewing:notes": _form("assignment", assigned_reviewer),
    "reviewing:manage_notes": _form("submission", coordinators),
    "reviewing:send": _button("assignment", assigned_reviewer),
    "reviewing:decline": _form("assignment", assigned_reviewer),
    "reviewing:release": _button("assignment", assigned_reviewer),
    "reviewing:recall": _button("assignment", assigned_reviewer),
    "reviewing:second_looks": _page(to=anyone_with(second_people)),
    "reviewing:second_look": _page("waiting decline", second_people),
    "reviewing:confirm": _button("waiting decline", second_people),
    "reviewing:unconfirm": _button("waiting decline", second_people),
    "reviewing:send_back": _button("waiting decline", second_people),
    "reviewing:snippets": _form(to=any_reviewer),
    "reviewing:snippet": _form("own snippet", assigned_reviewer),
    "reviewing:remove_snippet": _button("own snippet", assigned_reviewer),
    "reviewing:manage_snippets": _form(to=any_coordinator),
    "reviewing:manage_snippet": _form("agency snippet", coordinators),
    "reviewing:manage_remove_snippet": _button("agency snippet", coordinators),
    "reviewing:calibration": _page(to=any_reviewer),
    "reviewing:calibration_badge": _page("badge with anchors", reviewers),
    "reviewing:begin_qualification": _button("badge with anchors", reviewers),
    "reviewing:practice": _form("practice work", reviewers),
    "reviewing:qualification": _form("qualification", assigned_reviewer),
    "reviewing:anchor_file": _page("file of practice work", reviewers),
    "reviewing:manage_calibration": _form("badge with anchors", coordinators),
    "reviewing:manage_anchor_new": _form("badge with anchors", coordinators),
    "reviewing:manage_anchor": _form("practice work", coordinators),
    "reviewing:anchor_consent": _form("asked submission", earner),
    "reviewing:manage_anchor_from": _form("asked submission", coordinators),
    "reviewing:manage_anchor_act": _button("practice work", coordinators),
    "reviewing:manage_anchor_file": _page("file of practice work", coordinators),
    "reviewing:settings": _form(to=any_reviewer),
    "reviewing:absence_add": _button(to=any_reviewer),
    "reviewing:absence_remove": _button("days away", assigned_reviewer),
    "reviewing:people": _form(to=any_reviewer),
    "reviewing:conflict_end": _button("named person", assigned_reviewer),
    "reviewing:named": _form(to=signed_in),
    "reviewing:named_end": _button("person named by the earner", earner),
    "reviewing:recognize": _button("assignment", assigned_reviewer),
    "reviewing:manage_reviews": _page(to=any_coordinator),
    "reviewing:manage_reviews_move": _button(to=any_coordinator),
    "reviewing:manage_reviews_email": _form(to=any_coordinator),
    "reviewing:manage_reviewer": _form("reviewer", coordinators),
    "reviewing:manage_absence_add": _button("reviewer", coordinators),
    "reviewing:manage_absence_remove": _button("days away of a reviewer", coordinators),
    "reviewing:manage_past_school_remove": _button("school of a reviewer", coordinators),
    "reviewing:appeals": _page(to=anyone_with(second_people)),
    "reviewing:take_appeal": _button("appeal", second_people),
    "reviewing:appeal": _form("appeal with a reader", none_of(second_people)),
    "reviewing:make_appeal": _form("returned submission", earner),
    "reviewing:hold": _form("held submission", earner),
    "reviewing:history": _page("submission", earner),
    "reviewing:feedback_answer": _button("returned submission", earner),
    "reviewing:manage_appeals": _page(to=any_coordinator),
    "reviewing:manage_appeal": _form("appeal", coordinators),
    "reviewing:manage_hold": _form("hold", coordinators),
    "reviewing:manage_reopen": _form("submission", coordinators),
    "reviewing:manage_place_hold": _form("submission", coordinators),
    "reviewing:manage_history": _page("submission", coordinators),
}

ISSUING = {
    # Documents of Open Badges, for everybody.
    "issuing:assertion": _page("award"),
    "issuing:baked": _page("award"),
    "issuing:baked_svg": _page("award"),
    "issuing:badge_class": _page("art"),
    "issuing:issuer": _page("issuer"),
    "issuing:credential": _page("award"),
    "issuing:credential_jwt": _page("award"),
    "issuing:status_list": _page("status list"),
    "issuing:did": _page("issuer"),
    "issuing:jwks": _page("issuer"),
    "issuing:key": _page("issuer key"),
    "issuing:all_jwks": _page(),
    "issuing:endorsement": _page("shown endorsement"),
    "issuing:endorser_did": _page("shown endorsement"),
    "issuing:award": _page("award"),
    "issuing:card": _page("award"),
    "issuing:share": _form("award", earner),
    "issuing:show_name": _button("award", earner),
    "issuing:open_page": _button("award", earner),
    "issuing:my_awards": _page(to=signed_in),
    "issuing:earlier_names": _form(to=signed_in),
    "issuing:earlier_names_withdraw": _button("request for a new badge", earner),
    "issuing:manage_replacements": _page(to=any_coordinator),
    "issuing:manage_replacement_allow": _button("request for a new badge", coordinators),
    "issuing:manage_replacement_refuse": _form("request for a new badge", coordinators),
    "issuing:manage_award_replace": _form("award", coordinators),
    "issuing:endorsements": _page(to=signed_in),
    # Staff do not endorse what their own agency issues, and earners not themselves.
    "issuing:endorse_issuer": _form("issuer", all_but(*STAFF)),
    "issuing:endorse_badge": _form("badge", all_but(*STAFF)),
    "issuing:endorse_award": _form("award", all_but(*STAFF, "earner")),
    "issuing:endorsement_decide": _button("endorsement of a badge", only("coordinator")),
    "issuing:manage_keys": _page(to=any_coordinator),
    "issuing:manage_keys_rotate": _button("issuer", coordinators),
    "issuing:manage_key_revoke": _form("issuer key", coordinators),
    "issuing:manage_awards": _page(to=any_coordinator),
    "issuing:manage_award_hold": _form("waiting award", coordinators),
    "issuing:manage_award_release": _button("held award", coordinators),
    "issuing:manage_award_cancel": _form("waiting award", coordinators),
    "issuing:manage_award_revoke": _form("award", coordinators),
}

VERIFICATION_AND_PAPERS = {
    "verification:verify": _form(),
    "verification:verify_json": _form(),
    # Without an address there is no award whose recipient could be compared.
    "verification:recipient": _button(to=nobody),
    "verification:code_ask": _page(),
    "verification:code": _page("award"),
    # The earner shows the name on this badge.
    "papers:certificate": _page("award"),
    "papers:wallet_card": _page("award"),
    "papers:transcript": _page(to=signed_in),
}

AWARDING = {
    "awarding:claim_ask": _form(),
    "awarding:claim": Address("claim code", get=public, post=signed_in),
    "awarding:manage_lists": _page(to=any_coordinator),
    "awarding:manage_list_new": _form(to=any_coordinator),
    "awarding:manage_list": _page("checked list", coordinators),
    "awarding:manage_list_problems": _page("awarded list", coordinators),
    "awarding:manage_list_result": _page("awarded list", coordinators),
    "awarding:manage_list_start": _button("checked list", coordinators),
    "awarding:manage_list_stop": _button("awarded list", coordinators),
    "awarding:manage_list_resume": _button("awarded list", coordinators),
    "awarding:manage_list_undo": _form("awarded list", coordinators),
    "awarding:manage_list_halt": _button("awarded list", coordinators),
    "awarding:manage_list_go_on": _button("awarded list", coordinators),
    "awarding:manage_list_discard": _button("checked list", coordinators),
    "awarding:manage_list_columns": _form("list upload", coordinators),
    "awarding:manage_list_upload_discard": _button("list upload", coordinators),
    "awarding:manage_scores": _page(to=any_coordinator),
    "awarding:manage_score_new": _form(to=any_coordinator),
    "awarding:manage_score_columns": _form("score file", coordinators),
    "awarding:manage_score_file_discard": _button("score file", coordinators),
    "awarding:manage_ids": _form(to=any_coordinator),
    "awarding:manage_id": _form("person id", coordinators),
    "awarding:manage_id_remove": _button("person id", coordinators),
    "awarding:manage_score_rules": _form(to=any_coordinator),
    "awarding:manage_score_rule_remove": _button("score rule", coordinators),
    "awarding:manage_score_import": _page("score import", coordinators),
    "awarding:manage_score_again": _button("score import", coordinators),
    "awarding:manage_score_start": _button("score import", coordinators),
    "awarding:manage_score_stop": _button("score import", coordinators),
    "awarding:manage_score_resume": _button("score import", coordinators),
    "awarding:manage_score_undo": _form("score import", coordinators),
    "awarding:manage_score_discard": _button("score import", coordinators),
    "awarding:manage_score_result": _page("score import", coordinators),
    "awarding:manage_codes": _page(to=any_coordinator),
    "awarding:manage_code_new": _form(to=any_coordinator),
    "awarding:manage_code": _page("claim code", coordinators),
    "awarding:manage_code_poster": _page("claim code", coordinators),
    "awarding:manage_code_qr": _page("claim code", coordinators),
    "awarding:manage_code_end": _button("claim code", coordinators),
    "awarding:manage_tokens": _form(to=any_coordinator),
    "awarding:manage_token_revoke": _form("token", coordinators),
    "awarding:api_order": _button(to=anyone_with(programs)),
    "awarding:api_order_many": _button(to=anyone_with(programs)),
    "awarding:api_award": _page("award", programs),
    "awarding:api_badges": _page(to=anyone_with(programs)),
}

REWARDS = {
    "rewards:sponsor": _page("sponsor"),
    "rewards:sponsor_logo": _page("sponsor"),
    "rewards:drawing_list": _page(),
    "rewards:drawing": _page("drawing"),
    "rewards:free_entry": _button("drawing", signed_in),
    "rewards:follow": _button("drawing", signed_in),
    "rewards:stop_following": _form("followed drawing"),
    "rewards:prize_picture": _page("drawing"),
    "rewards:donor_logo": _page("drawing"),
    "rewards:entry_list": _page("closed drawing"),
    "rewards:dispute": _button("closed drawing", signed_in),
    "rewards:entries_csv": _page("closed drawing"),
    "rewards:result": _page("drawn drawing"),
    "rewards:draw": _page("drawn drawing"),
    "rewards:inputs_json": _page("drawn drawing"),
    "rewards:check_zip": _page("drawn drawing"),
    "rewards:sealed_inputs": _page("revealed drawing"),
    "rewards:present": _page("drawn drawing"),
    "rewards:stage": _page("closed drawing"),
    "rewards:now_shown": _page("closed drawing"),
    "rewards:prize": _page("win", earner),
    "rewards:confirm_prize": _button("win", earner),
    "rewards:decline_prize": _button("win", earner),
    "rewards:manage_list": _page(to=any_coordinator),
    "rewards:manage_create": _form(to=any_coordinator),
    "rewards:manage_drawing": _page("drawing", coordinators),
    "rewards:manage_rules": _form("draft drawing", coordinators),
    "rewards:manage_prizes": _form("draft drawing", coordinators),
    "rewards:manage_announce": _form("draft drawing", coordinators),
    "rewards:manage_cancel": _form("drawing", coordinators),
    "rewards:manage_people": _page("drawing", coordinators),
    "rewards:manage_exclude": _button("drawing", coordinators),
    "rewards:manage_let_in": _button("excluded person", coordinators),
    "rewards:manage_disputes": _page("closed drawing", coordinators),
    "rewards:manage_dispute_answer": _button("dispute", coordinators),
    "rewards:manage_draw": _form("closed drawing", coordinators),
    "rewards:manage_round": _button("round", coordinators),
    "rewards:manage_repeat": _form("drawn drawing", coordinators),
    "rewards:manage_repeat_ask": _button("drawn drawing", coordinators),
    "rewards:manage_repeat_answer": _button("repeat", coordinators),
    "rewards:manage_draw_note": _button("drawn drawing", coordinators),
    "rewards:manage_stage": _button("drawn drawing", coordinators),
    "rewards:manage_stage_notes": _page("drawn drawing", coordinators),
    "rewards:manage_reveal": _button("drawn drawing", coordinators),
    "rewards:manage_winners": _page("drawn drawing", coordinators),
    "rewards:manage_collect": _button("win", coordinators),
    "rewards:manage_move_on": _button("win", coordinators),
    "rewards:manage_settle": _button("drawn drawing", coordinators),
    "rewards:manage_thank": _button("drawn drawing", coordinators),
    "rewards:manage_press": _page("drawn drawing", coordinators),
    "rewards:manage_tax_records": _page("drawn drawing", coordinators),
    "rewards:manage_sponsor_new": _form(to=any_coordinator),
    "rewards:manage_sponsor_logo": _button("sponsor", coordinators),
    "rewards:manage_sponsor": _form("sponsor", coordinators),
}

PRIVACY = {
    "privacy:what_we_keep": _page(),
    "privacy:own": _form(to=signed_in),
    "privacy:closing": _form(to=signed_in),
    "privacy:keep_account": _button(to=signed_in),
    "privacy:ask_for_copy": _button(to=signed_in),
    "privacy:copy": _page("copy of somebody", none_of(signed_in)),
    "privacy:manage_hold": _form("submission", coordinators),
    "privacy:manage_requests": _form(to=any_program_manager),
    "privacy:manage_request": _form("privacy request", program_managers),
}

MAILINGS = {
    "mailings:lists": _form(),
    "mailings:confirm": _form("link to confirm"),
    "mailings:yours": _form("link to yours"),
    "mailings:leave": _form("link to leave"),
    "mailings:stop": _form("link to stop"),
    "mailings:own_wish": _form(to=signed_in),
    "mailings:manage_lists": _page(to=any_coordinator),
    "mailings:manage_list_new": _form(to=any_coordinator),
    "mailings:manage_list": _form("mailing list", coordinators),
    "mailings:manage_import_new": _form("mailing list", coordinators),
    "mailings:manage_import": _page("import of subscribers", coordinators),
    "mailings:manage_import_start": _button("import of subscribers", coordinators),
    "mailings:manage_import_discard": _button("import of subscribers", coordinators),
    "mailings:manage_import_undo": _button("import of subscribers", coordinators),
    "mailings:manage_announcements": _page(to=any_coordinator),
    "mailings:manage_announcement_new": _form(to=any_coordinator),
    "mailings:manage_announcement": _page("announcement", coordinators),
    "mailings:manage_announcement_recipients": _page("announcement", coordinators),
    "mailings:manage_announcement_edit": _form("announcement", coordinators),
    "mailings:manage_announcement_test": _button("announcement", coordinators),
    "mailings:manage_announcement_send": _button("announcement", coordinators),
    "mailings:manage_announcement_discard": _button("announcement", coordinators),
    "mailings:manage_announcement_stop": _button("announcement", coordinators),
    "mailings:manage_announcement_go_on": _button("announcement", coordinators),
    "mailings:manage_list_download": _page("mailing list", coordinators),
}

REPORTING = {
    "reporting:promises": _page(),
    "reporting:promises_json": _page(),
    "reporting:manage_agreement": _page(to=anyone_with(reporters)),
    "reporting:manage_badge_agreement": _page("badge", reporters),
    "reporting:manage_overview": _page(to=anyone_with(reporters)),
    "reporting:manage_activity": _page(to=anyone_with(reporters)),
    "reporting:manage_issued_csv": _page(to=anyone_with(reporters)),
    "reporting:manage_issued_xlsx": _page(to=anyone_with(reporters)),
    "reporting:manage_workplaces_csv": _page(to=anyone_with(reporters)),
    "reporting:manage_workplaces_xlsx": _page(to=anyone_with(reporters)),
}

OFFICE = {
    "office:guides": _page(),
    "office:guide": _page("guide"),
    "office:guide_qr": _page(),
    "office:home": _page(to=signed_in),
    "office:manage_submissions": _page(to=any_coordinator),
    "office:manage_submissions_assign": _button(to=any_coordinator),
    "office:manage_today": _page(to=any_coordinator),
    "office:manage_today_rows": _page("kind of work", any_coordinator),
    "office:manage_today_act": _button("kind of work", any_coordinator),
    "office:manage_people": _page(to=any_coordinator),
    "office:manage_people_act": _button(to=any_coordinator),
    "office:manage_person": _page("person", coordinators),
    "office:manage_person_name": _form("person", coordinators),
    "office:manage_person_address": _form("person", coordinators),
    "office:manage_invitations": _form(to=any_coordinator),
    "office:manage_who_may": _page(to=any_coordinator),
    "office:manage_person_role": _button("person", coordinators),
    "office:manage_person_role_end": _button("role of a person", coordinators),
    "office:manage_person_email": _button("email to a person", coordinators),
}
none_of_their_own = none_of(signed_in)


def helpers(person, place):
    """Operators help everybody who lost their second step; coordinators help their own people."""
    return Answer.ANSWERED if person.is_a("operator") else coordinators(person, place)


def domains_above(person, place):
    """A coordinator of only the agency itself does not declare its domains."""
    found = coordinators(person, place)
    is_above = len(person.places) > 1
    return Answer.FORBIDDEN if found is Answer.ANSWERED and not is_above else found


def nobody_without_a_question(person, place):
    return Answer.FORBIDDEN


ACCOUNTS = {
    "accounts:confirm_change": _form("link to change an address"),
    "accounts:profile": _form(to=signed_in),
    "accounts:school": _form(to=signed_in),
    "accounts:leave_school": _button(to=signed_in),
    # Without an address of one’s own, which the test does not send, nothing is found.
    "accounts:link_join": _button(to=none_of(signed_in)),
    "accounts:link_undo": _button("link", earner),
    "accounts:manage_links": _form(to=any_coordinator),
    "accounts:manage_link_undo": _button("link", coordinators),
    "accounts:manage_minors": _page(to=any_coordinator),
    "accounts:manage_minors_change": _button(to=any_coordinator),
    "accounts:manage_minor": _form("place of a minor", coordinators),
    "accounts:manage_consent_withdraw": _button("consent of a guardian", coordinators),
    "accounts:manage_minor_rules": _form("agency", coordinators),
    "accounts:manage_people": _page(to=any_coordinator),
    "accounts:manage_people_decide": _button(to=any_coordinator),
    "awarding:groups": _page(to=anyone_with(instructors)),
    "awarding:group": _page("group", instructors),
    "awarding:group_scores": _page("group", instructors),
    "awarding:group_person": _page("place in a group", instructors),
    "awarding:group_code": _button("group", instructors),
    "awarding:group_code_show": _page("code of a group", instructors),
    "awarding:group_code_qr": _page("code of a group", instructors),
    "awarding:group_code_end": _button("code of a group", instructors),
    "awarding:manage_group_badges": _form("group", coordinators),
    "awarding:manage_group_award": _form("group", coordinators),
    "awarding:manage_group_badge_end": _button("badge of a group", coordinators),
    "accounts:manage_school_year": _form(to=any_coordinator),
    "accounts:manage_school_year_undo": _button("school year", coordinators),
    "accounts:manage_rosters": _form(to=any_coordinator),
    "accounts:manage_roster": _page("roster", coordinators),
    "accounts:manage_roster_act": _button("roster", coordinators),
    "accounts:manage_groups": _page(to=any_coordinator),
    "accounts:manage_group_new": _form(to=any_coordinator),
    "accounts:manage_group": _form("group", coordinators),
    "accounts:manage_group_close": _button("group", coordinators),
    "accounts:manage_group_members": _button("group", coordinators),
    "accounts:manage_group_instructors": _button("group", coordinators),
    "accounts:manage_group_place_end": _button("place in a group", coordinators),
    "accounts:messages": _page(to=signed_in),
    # It is of somebody without email, who is not among the people who ask.
    "accounts:message": _page("message", none_of(signed_in)),
    "accounts:class_ask": _form(),
    "accounts:class_sign_in": _form("class code"),
    "accounts:class_again": _form(to=signed_in),
    "accounts:class_end": _button(to=signed_in),
    "accounts:class": _page("group", instructors),
    "accounts:class_add": _form("group", instructors),
    "accounts:class_cards": _form("group", instructors),
    "accounts:class_code": _button("group", instructors),
    "accounts:manage_class": _page("group", coordinators),
    "accounts:manage_class_add": _form("group", coordinators),
    "accounts:manage_class_cards": _form("group", coordinators),
    "accounts:manage_class_code": _button("group", coordinators),
    "accounts:manage_class_instructors": _button("group", coordinators),
    "accounts:manage_agencies": _page(to=any_coordinator),
    "accounts:manage_agency_new": _form(to=any_coordinator),
    "accounts:manage_agency": _form("agency", coordinators),
    "accounts:manage_agency_place": _form("agency", coordinators),
    "accounts:manage_agency_role": _button("agency", coordinators),
    "accounts:manage_agency_role_end": _button("role", coordinators),
    "accounts:welcome": _form(to=signed_in),
    "mail:unsubscribe": _form("unsubscribe link"),
    "account_login": _form(),
    "account_logout": _form(),
    "account_inactive": _page(),
    "account_signup": _form(),
    "account_reauthenticate": _form(to=signed_in),
    "account_email": _form(to=signed_in),
    "account_email_verification_sent": _page(),
    "account_change_password": _form(to=signed_in),
    "account_set_password": _form(to=signed_in),
    "account_reset_password": _form(),
    "account_request_login_code": _form(),
    "account_confirm_login_code": _form(),
    "accounts:browsers": _page(to=signed_in),
    "accounts:end_browsers": _button(to=signed_in),
    "accounts:providers": _page(),
    "accounts:provider_start": _page("sign-in provider"),
    "accounts:provider_return": _page("sign-in provider", nobody_without_a_question),
    # No session comes with what another site posts; without a valid answer, nobody is let in.
    "accounts:saml_answer": _button("SAML provider", nobody_without_a_question),
    "accounts:saml_finish": _page("SAML provider", nobody_without_a_question),
    "accounts:saml_metadata": _page("SAML provider"),
    "accounts:manage_saml_new": _form("agency", coordinators),
    "accounts:manage_saml_metadata": _form("SAML provider", coordinators),
    "accounts:manage_domains": Address("agency", get=coordinators, post=domains_above),
    "accounts:manage_domain_withdraw": _button("domain", domains_above),
    "accounts:manage_provider_new": _form("agency", coordinators),
    "accounts:manage_provider": _form("sign-in provider", coordinators),
    "accounts:manage_provider_trial": _form("sign-in provider", coordinators),
    "accounts:manage_rule_add": _button("sign-in provider", coordinators),
    "accounts:manage_rule_remove": _button("sign-in rule", coordinators),
    "accounts:manage_sign_in": _page(to=any_coordinator),
    "accounts:manage_sign_in_agency": _form("agency", coordinators),
    "accounts:manage_second_step_reset": _form("person with a role", helpers),
    "mfa_index": _page(to=signed_in),
    "mfa_authenticate": _form(),
    "mfa_reauthenticate": _form(to=signed_in),
    "mfa_activate_totp": _form(to=signed_in),
    "mfa_deactivate_totp": _form(to=none_of_their_own),
    "mfa_view_recovery_codes": _page(to=none_of_their_own),
    "mfa_generate_recovery_codes": _form(to=signed_in),
    "mfa_download_recovery_codes": _page(to=none_of_their_own),
    "mfa_list_webauthn": _page(to=signed_in),
    "mfa_add_webauthn": _form(to=signed_in),
    "mfa_reauthenticate_webauthn": _form(to=signed_in),
    "mfa_remove_webauthn": _form("passkey", signed_in),
    "mfa_edit_webauthn": _form("passkey", signed_in),
    "mfa_login_webauthn": _form(),
    "account_confirm_email": _form("link to confirm an address"),
    "account_reset_password_from_key_done": _page(),
    "account_reset_password_from_key": _form("link to a new password"),
    "account_reset_password_done": _page(),
}

SITE = {
    "set_language": _form(),
    "healthz": _form(),
    # For Prometheus, with a token. Without the setting it does not exist.
    "metrics": _page(to=nobody),
    # The demo's pages are for everybody, and exist only in a demo.
    "demo:outbox": _form(),
    "demo:outbox_message": _form("outbox message"),
    "demo:outbox_html": _form("outbox message"),
    "demo:outbox_attachment": _form("outbox attachment"),
    "demo:gallery": _form(),
}

ADDRESSES: dict[str, Address] = {
    **CATALOG, **SUBMISSIONS, **REVIEWING, **ISSUING, **VERIFICATION_AND_PAPERS, **AWARDING,
    **REWARDS, **MAILINGS, **PRIVACY, **REPORTING, **OFFICE, **ACCOUNTS, **SITE,
    **PROGRAM, **CATALOG, **SUBMISSIONS, **REVIEWING, **ISSUING, **VERIFICATION_AND_PAPERS,
    **AWARDING, **REWARDS, **REPORTING, **ACCOUNTS, **SITE,
}  # fmt: skip

# The same address can be about records in other states, which other people may see.
OTHER_STATES: list[tuple[str, Address]] = [
    ("catalog:badge", _page("draft badge", coordinators_or_not_found)),
    ("catalog:art", _page("draft badge", coordinators_or_not_found)),
    ("catalog:art_copy", _page("draft badge", coordinators_or_not_found)),
    ("catalog:vector", _page("draft badge", coordinators_or_not_found)),
    ("submissions:start", _form("draft badge", only())),
    ("submissions:detail", _page("draft submission", earner)),
    ("submissions:edit", _form("returned submission", earner)),
    ("submissions:evidence_file", _page("unsent evidence file", earner_or_not_found)),
    ("submissions:evidence_file", _page("recording", readers_of_evidence)),
    ("submissions:poster", _page("unsent recording", earner_or_not_found)),
    ("submissions:subtitles", _page("unsent recording", earner_or_not_found)),
    ("reviewing:claim", _button("draft submission", none_of(reviewers))),
    ("issuing:award", _page("revoked award")),
    ("issuing:award", _page("waiting award", earner_or_not_found)),
    ("issuing:award", _page("held award", earner_or_not_found)),
    ("issuing:assertion", _page("waiting award", nobody)),
    ("issuing:baked", _page("waiting award", nobody)),
    ("issuing:card", _page("waiting award", nobody)),
    ("issuing:credential", _page("waiting award", nobody)),
    ("issuing:badge_class", _page("draft badge", nobody)),
    ("issuing:endorse_badge", _form("draft badge", only())),
    ("issuing:endorse_award", _form("waiting award", only())),
    (
        "issuing:endorse_award",
        _form("nameless award", only(refusal=Answer.FORBIDDEN)),
    ),
    ("issuing:endorsement", _page("endorsement of a badge", nobody)),
    ("issuing:endorsement_decide", _button("endorsement of an award", only("earner"))),
    ("papers:certificate", _page("waiting award", nobody)),
    (
        "papers:certificate",
        _page(
            "nameless award",
            only("earner", "coordinator", refusal=Answer.FORBIDDEN, asks_to_sign_in=False),
        ),
    ),
    ("rewards:drawing", _page("draft drawing", nobody)),
    ("rewards:prize_picture", _page("draft drawing", coordinators_or_not_found)),
    ("rewards:donor_logo", _page("draft drawing", nobody)),
    ("rewards:follow", _button("draft drawing", only())),
    ("rewards:free_entry", _button("draft drawing", only())),
    ("rewards:result", _page("closed drawing", nobody)),
    # Of a sealed result, everybody sees the digest and nobody a winner.
    ("rewards:result", _page("sealed drawing")),
    ("rewards:inputs_json", _page("sealed drawing", nobody)),
    ("rewards:sealed_inputs", _page("sealed drawing", nobody)),
    ("rewards:check_zip", _page("sealed drawing", nobody)),
    ("rewards:prize", _page("sealed win", only())),
    ("rewards:confirm_prize", _button("sealed win", only())),
    ("rewards:decline_prize", _button("sealed win", only())),
]

# Every page of Django's admin is the operator's.
ADMIN = operators
