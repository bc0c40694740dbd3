"""The activity log finds a person by what was done to them, for those who may know of it."""

from __future__ import annotations

import ast

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import operations as accounts
from accounts.links import operations as links
from accounts.models import Membership, User
from audit.models import AuditEntry
from audit.operations import record, record_all
from awarding.ids import operations as ids
from awarding.ids.reading import IdRow
from awarding.lists.operations import lists
from awarding.models import PersonId
from editing.forms import Edit
from issuing.awards.operations import changes
from program.acts import ACTS as PROGRAM_ACTS
from program.acts import ACTS_OF_PAGES as PAGE_ACTS
from program.acts import ACTS_OF_STATEMENTS as STATEMENT_ACTS
from reporting import activity
from reporting.activity_of_set_up import ACTS_OF_SET_UP
from reporting.activity_search import MOST_BY_KEY
from reviewing import operations as reviewing
from rewards import note_translations
from rewards.drawings.operations import drafts
from rewards.models import Win
from rewards.prizes import operations as prizes
from tests.accounts.links import link
from tests.awarding.lists import addresses, awarded_list
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    BadgeFactory,
    UserFactory,
    coordinator_for,
    judge_all,
)
from tests.issuing.awards import issued_award, waiting_award
from tests.reporting.recorded_acts import APPS, ROOT
from tests.rewards import drawing_factories
from tests.rewards.drawing_factories import DRAW

pytestmark = pytest.mark.django_db
ACTIVITY = reverse("reporting:manage_activity")
BECAUSE = "A mistake."

# --- Each act states whom it concerns, or why it concerns nobody ---------------------------------

BY_SUBJECT = "what it is about says whom it concerns"
STATED = "the operation states whom it concerns"
OF_THE_PROGRAM = "it changes the program, not what a person has"
OWN = "only the person who acts is concerned"
NOT_AWARDED = "nothing was awarded"
EACH = "what follows for each person has an entry of its own"
NOT_AGAIN = "the entry of the undoing has the people"
NO_AGENCY = "the operator's act about one email, in no agency's log"
ACTS = {
    **dict.fromkeys(
        [
            "award issued", "award held", "award pending", "award cancelled", "award revoked",
            "award granted", "pathway completed", "review given back", "role given", "role taken",
            "name changed", "school chosen", "school left", "school confirmed", "school refused",
            "school brought back", "endorsement offered", "endorsement accepted",
            "endorsement declined", "endorsement withdrawn", "award endorsement offered",
            "award endorsement accepted", "award endorsement declined",
            "award endorsement withdrawn", "accounts linked", "accounts unlinked",
            "provider linked", "role given at sign-in",
            "address change asked", "address changed", "address change withdrawn",
            "confirmation taken back", "decision taken back", "decline confirmed",
            "decline sent back", "review approved", "review sent back",
            "role ended", "role moved", "role ended on its last day",
            "last day of a role changed", "second step reset", "account deactivated",
            "account reactivated", "name corrected", "invitation sent again",
            "account without email made", "class sign-in reset", "class sign-in ended",
            "group joined", "group left", "role given by a file", "role ended by a file",
            "instructor of a group",
            "marked as a minor", "mark of a minor ended", "came of age",
            "day of coming of age changed", "consent of a guardian recorded",
            "consent of a guardian withdrawn",
            "new credential asked", "new credential allowed", "new credential refused",
            "new credential withdrawn", "credential replaced",
            "submission reopened", "appeal made", "appeal given", "appeal upheld", "appeal changed",
            "hold placed", "hold answered", "hold lifted", "hold confirmed",
            "consent to an anchor asked", "reviewer badge awarded",
        ],
        BY_SUBJECT,
    ),
    **dict.fromkeys(
        [
            "award list undoing", "person ids imported", "person id changed", "person id removed",
            "excluded from the drawing", "let in again", "dispute answered", "prize confirmed",
            "review assigned", "review taken away", "reviewer qualified",
            "conflict named", "conflict ended",
            "school of a reviewer removed", "settings of a reviewer changed",
            "review not begun in time",
            "review of somebody who left returned",
            "prize collected", "prize declined", "prize lapsed",
        ],
        STATED,
    ),
    **dict.fromkeys(
        [
            "score rule made", "score rule removed", "token made", "token revoked",
            "claim code made", "claim code ended", "key made", "key retired", "key revoked",
            "pathway created", "pathway changed", "pathway renamed", "pathway suspended",
            "pathway resumed", "pathway removed", "logo changed", "logo removed",
            "wait of many changed", "wait of decisions changed",
            "badge created", "badge published", "badge retired",
            "badge discarded", "rules changed", "drawing drafted", "drawing closed",
            "drawing settled", "drawing cancelled", "prizes written", "list corrected",
            "drand round kept", "value typed", "repeat asked for", "repeat refused",
            "repeat withdrawn", "note on a draw", "result revealed", "sponsors thanked",
            "sponsor added", "sponsor changed",
            "second step required",
            "agency added", "agency renamed", "kind of agency changed", "agency moved",
            "announcement drafted", "announcement changed", "announcement sending",
            "announcement stopped", "announcement deleted",
            "announcement continued", "announcement sent",
            "mailing list made", "mailing list changed", "postal address changed",
            "domain declared", "domain withdrawn", "sign-in provider added",
            "sign-in provider changed", "rule for roles added", "rule for roles removed",
            "agency merged", "agency closed", "agency opened again",
            "badge allowed for a group", "badge withdrawn from a group",
            "school year moved on", "school year taken back",
            "roster checked", "roster started", "roster undone", "roster cleared",
            "class code made", "class code ended",
            "instructors may add learners", "instructors may not add learners",
            "subscribers looked at", "subscribers being imported", "subscribers imported",
            "subscribers not imported", "import of subscribers undone",
            "rules for minors changed",
            "anchor made", "anchor published", "anchor retired", "anchor brought back",
            "snippet added", "snippet changed", "snippet removed",
            "rules of calibration changed", "time to appeal changed",
            "time to answer appeals changed", "time to answer holds changed",
            "automatic assignment changed", "time to begin reviews changed",
            "group added", "group changed", "group moved", "group closed", "group opened again",
            *ACTS_OF_SET_UP,
            *PAGE_ACTS.values(), "page shown", "page hidden", "page back to the default",
            *STATEMENT_ACTS.values(), "statement back to the default",
            *PROGRAM_ACTS.values(), "program logo changed", "program logo removed",
        ],
        OF_THE_PROGRAM,
    ),
    **dict.fromkeys(["list disputed", "free chance taken", "signed out elsewhere"], OWN),
    **dict.fromkeys(
        [
            "scores brought", "scores checked again", "scores discarded", "list uploaded",
            "list read again", "list columns assigned", "list upload discarded", "award list made",
            "award list discarded", "list upload forgotten",
        ],
        NOT_AWARDED,
    ),
    **dict.fromkeys(
        [
            "award list running", "award list stopped", "award list done",
            "award list sent at once",
        ],
        EACH,
    ),
    **dict.fromkeys(["award list halted", "award list undoing continued"], NOT_AGAIN),
    "letter sent again": NO_AGENCY,
}  # fmt: skip
# Reasons in the published sequence of a draw, which share the table of translations.
NOT_ACTS = {
    "already served", "badge revoked", "declined", "not confirmed in time", "staff of the program",
    "the same person as another on the list", "not eligible",
}  # fmt: skip


def test_every_act_says_whom_it_concerns_or_why_nobody():
    known = {*activity._ACTS, *note_translations._TRANSLATIONS} - NOT_ACTS

    assert known == ACTS.keys()


def test_acts_that_state_whom_they_concern_do():
    """`record` gets `concerns` in every call whose act is in the table so."""
    calls = {}
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record"
                if is_call and isinstance(node.args[0], ast.Constant):
                    has_people = any(one.arg == "concerns" for one in node.keywords)
                    calls[node.args[0].value] = has_people

    assert {act for act, has_people in calls.items() if has_people} == {
        act for act in calls if ACTS.get(act) == STATED
    }


# --- What is recorded -----------------------------------------------------------------------------


def about(person: User) -> set[str]:
    return set(
        AuditEntry.objects.filter(people__contains=[person.pk]).values_list("act", flat=True)
    )


def hold_and_cancel():
    award = waiting_award()
    by = coordinator_for(award.badge_class)
    changes.hold(award, by=by, reason=BECAUSE)
    changes.release(award, by=by)
    changes.cancel(award, by=by, reason=BECAUSE)
    return award.recipient, {"award held", "award pending", "award cancelled"}


def issue_and_revoke():
    award = issued_award()
    changes.revoke(award, by=coordinator_for(award.badge_class), reason=BECAUSE)
    return award.recipient, {"award issued", "award revoked"}


def undo_a_list():
    award_list = awarded_list(BadgeFactory(waiting_hours=48), addresses(3))
    lists.undo(award_list, by=award_list.made_by, reason=BECAUSE)
    return User.objects.get(email="person2@school.example"), {"award list undoing"}


def give_back_a_review():
    assignment = AssignmentFactory()
    reviewing.release(assignment, by=assignment.reviewer)
    return assignment.submission.earner, {"review given back"}


def give_and_take_a_role():
    person, agency, by = UserFactory(), AgencyFactory(), UserFactory()
    membership = accounts.give_role(person, agency, Membership.Role.REVIEWER, by=by)
    accounts.take_role(membership, by=by)
    return person, {"role given", "role taken"}


def refuse_and_bring_back_a_workplace():
    person, agency, by = UserFactory(), AgencyFactory(), UserFactory()
    accounts.choose_school(person, agency)
    accounts.refuse_workplaces(Membership.objects.filter(user=person), by=by)
    accounts.bring_back_workplaces(Membership.objects.filter(user=person), by=by)
    accounts.end_workplaces(Membership.objects.filter(user=person, ended_at=None), by=by)
    found = {"school chosen", "school refused", "school brought back", "school left"}
    return person, found


def add_and_change_and_remove_an_id():
    person, agency, by = UserFactory(), AgencyFactory(), UserFactory()
    ids.import_ids(agency, [IdRow(2, email=person.email, name="", identifier="12")], by=by)
    ids.save_id(PersonId.objects.get(), edit=Edit({"name": "Rosa"}), by=by)
    ids.remove_id(PersonId.objects.get(), by=by)
    return person, {"person ids imported", "person id changed", "person id removed"}


def exclude_and_let_in_again():
    drawing, person, by = drawing_factories.announced(), UserFactory(), UserFactory()
    now = drawing_factories.IN_THE_PERIOD
    drafts.exclude(drawing, person, reason=BECAUSE, by=by, now=now)
    drafts.undo_exclusion(drawing, person, by=by)
    return person, {"excluded from the drawing", "let in again"}


def link_and_unlink_accounts():
    person, main = UserFactory(), UserFactory()
    links.unlink(link(person, main), by=main)
    return main, {"accounts linked", "accounts unlinked"}


def decline_a_prize():
    drawing_factories.drawn()
    win = Win.objects.earliest("pk")
    prizes.decline(win, by=UserFactory(), now=DRAW)
    return win.line.entry.user, {"award issued", "prize declined"}


@pytest.mark.parametrize(
    "act",
    [
        hold_and_cancel, issue_and_revoke, undo_a_list, give_back_a_review, give_and_take_a_role,
        refuse_and_bring_back_a_workplace, add_and_change_and_remove_an_id,
        exclude_and_let_in_again, link_and_unlink_accounts, decline_a_prize,
    ],
)  # fmt: skip
def test_what_was_done_to_a_person_is_recorded_with_them(act):
    person, acts = act()

    assert about(person) == acts


@pytest.mark.parametrize("number", [3, 40])
def test_many_acts_at_once_are_recorded_with_their_people(number):
    people = [UserFactory() for _ in range(number)]
    acts = [("role given", person, None) for person in people]

    record_all(acts, by=None, at=timezone.now())

    found = AuditEntry.objects.order_by("pk").values_list("people", flat=True)
    assert [*found] == [[person.pk] for person in people]


# --- What is found --------------------------------------------------------------------------------


@pytest.fixture
def agency():
    return AgencyFactory()


def found(client, words):
    return [line.act for line in client.get(ACTIVITY, {"person": words}).context["lines"]]


def with_another_address(person: User) -> str:
    person.emailaddress_set.create(email="rosa@home.example", verified=True)
    return "Rosa@home.example"


@pytest.mark.parametrize("words", ["lvarez", "rosa@school.example", " ROSA@school.example ", None])
def test_a_coordinator_finds_a_person_by_name_or_address(client, sign_in, agency, words):
    rosa = UserFactory(name="Rosa Alvarez", email="rosa@school.example")
    record("role given", rosa, by=None, agency=agency)
    record("role given", UserFactory(name="Ben Ito"), by=None, agency=agency)
    sign_in(agency, Membership.Role.COORDINATOR)

    assert found(client, words or with_another_address(rosa)) == ["Role assigned"]


def test_a_decision_is_found_by_the_person_whose_evidence_it_is(client, sign_in):
    assignment = AssignmentFactory(earner=UserFactory(name="Rosa Alvarez"))
    judged = judge_all(assignment)
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judged, now=timezone.now())
    sign_in(assignment.submission.badge_class.issuer.agency, Membership.Role.COORDINATOR)

    assert found(client, "Rosa") == ["Approved", "Taken by a reviewer", "Submitted"]


@pytest.mark.parametrize("words", ["Rosa", "rosa@school.example"])
@pytest.mark.parametrize("role", [Membership.Role.REPORTER, Membership.Role.COORDINATOR])
def test_only_coordinators_and_only_below_their_agency(client, sign_in, agency, role, words):
    rosa = UserFactory(name="Rosa Alvarez", email="rosa@school.example")
    below, elsewhere = AgencyFactory(parent=agency), AgencyFactory()
    for place in (agency, below, elsewhere):
        record("role given", rosa, by=None, agency=place)
    sign_in(agency, role)

    assert len(found(client, words)) == (2 if role == Membership.Role.COORDINATOR else 0)


def test_what_is_kept_from_coordinators_is_not_found_by_them(client, sign_in, agency):
    rosa = UserFactory(name="Rosa Alvarez")
    for act in ("award endorsement offered", "role given"):
        record(act, rosa, by=None, agency=agency)
    sign_in(agency, Membership.Role.COORDINATOR)

    assert found(client, "Rosa") == ["Role assigned"]


def test_a_name_of_very_many_people_is_found_as_well(client, sign_in, agency):
    people = User.objects.bulk_create(
        User(name=f"Rosa {n}", email=f"rosa{n}@school.example") for n in range(MOST_BY_KEY + 1)
    )
    record("role given", people[-1], by=UserFactory(name="Ben"), agency=agency)
    record("role taken", UserFactory(name="Ben"), by=people[0], agency=agency)
    record("role given", UserFactory(name="Ben"), by=None, agency=agency)
    AssignmentFactory(badge_class__issuer__agency=agency, earner=people[7])
    sign_in(agency, Membership.Role.COORDINATOR)

    acts = found(client, "Rosa")

    assert sorted(acts)[:2] == ["Role assigned", "Role removed"]
    assert "Submitted" in acts
    assert len(acts) == 4


@pytest.mark.long
def test_a_person_is_found_by_an_index_among_very_many_entries(client, sign_in, agency):
    number = 1_000_000
    rosa = UserFactory(name="Rosa Quimby")
    others = [UserFactory(name=f"Ben {n}").pk for n in range(100)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO audit_auditentry
                (act, subject, subject_key, agency_id, note, at, people, actor_id)
            SELECT 'role given', 'Ben', 'accounts.user:1', %s, '', now() - i * interval '1 s',
                CASE WHEN i = %s THEN ARRAY[%s] ELSE ARRAY[(%s::bigint[])[1 + i %% 100]] END,
                (%s::bigint[])[1 + i %% 100]
            FROM generate_series(1, %s) AS i
            """,
            [agency.pk, number, rosa.pk, others, others, number],
        )
        cursor.execute("ANALYZE audit_auditentry")
    sign_in(agency, Membership.Role.COORDINATOR)
    with CaptureQueriesContext(connection) as without_a_person:
        client.get(ACTIVITY)

    with CaptureQueriesContext(connection) as asked:
        assert found(client, "Quimby") == ["Role assigned"]

    assert len(asked) == len(without_a_person) + 1
    (statement,) = [one["sql"] for one in asked if 'FROM "audit_auditentry"' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ANALYZE {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "audit_people" in plan, plan
    assert "Seq Scan on audit_auditentry" not in plan, plan
    assert sum(float(one["time"]) for one in asked) < 0.5, plan
