from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audit.models import AuditEntry
from audit.operations import record
from catalog import operations as cataloging
from catalog.pathways import operations as pathways
from issuing.awards.operations import changes
from issuing.endorsements import operations as endorsing
from reporting.activity import Act, activity_lines
from reporting.periods import Period
from reviewing import operations as reviewing
from submissions.models import StatusChange
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    BadgeFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    judge_all,
)
from tests.issuing.awards import issued_award
from tests.reviewing.calibration.anchors import published_anchor
from tests.rewards.drawing_factories import drafted

pytestmark = pytest.mark.django_db
ACTIVITY = reverse("reporting:manage_activity")
ALWAYS = Period(None, None)


@pytest.fixture
def badge():
    return BadgeFactory()


@pytest.fixture
def agency(badge):
    return badge.issuer.agency


def acts(response):
    return [line.act for line in response.context["lines"]]


def test_the_log_shows_who_did_what_newest_first(client, sign_in, badge, agency):
    assignment = AssignmentFactory(badge_class=badge)
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment), now=timezone.now()
    )
    sign_in(agency)

    response = client.get(ACTIVITY)

    shown = [(line.act, line.actor) for line in response.context["lines"]]
    reviewer, earner = assignment.reviewer, assignment.submission.earner
    assert shown == [
        ("Approved", reviewer),
        ("Taken by a reviewer", reviewer),
        ("Submitted", earner),
        ("Badge created", None),
        ("Key created", None),
        ("Key created", None),
        ("Version 1 published", None),
    ]


def test_acts_of_other_agencies_are_hidden(client, sign_in, agency):
    record("badge created", agency, by=None, agency=AgencyFactory(name="Elsewhere"), note="Secret")
    SentSubmissionFactory()
    sign_in(agency)

    assert acts(client.get(ACTIVITY, {"act": Act.SENT})) == []
    assert "Secret" not in client.get(ACTIVITY).text


def test_every_act_is_on_exactly_one_page(badge, agency):
    now = timezone.now()
    for number in range(7):
        record(
            "award issued", badge, by=None, agency=agency, at=now - timedelta(seconds=number % 3)
        )
        SentSubmissionFactory(badge_class=badge, now=now - timedelta(seconds=number % 3))
    reader = UserFactory()
    everything = activity_lines(reader, [agency.pk], limit=100, period=ALWAYS)

    paged, cursor = [], ""
    while page := activity_lines(reader, [agency.pk], limit=4, period=ALWAYS, older_than=cursor):
        paged += page
        cursor = page[-1].cursor

    assert paged == everything
    assert len(paged) == (
        AuditEntry.objects.filter(agency=agency).count() + StatusChange.objects.count()
    )


@pytest.mark.parametrize("cursor", ["x", "~~", "2026-01-01~entry~1", "2026-99-99T00:00~move~1"])
def test_an_invalid_cursor_starts_from_the_newest(client, sign_in, badge, agency, cursor):
    sign_in(agency)

    newest = acts(client.get(ACTIVITY))
    assert acts(client.get(ACTIVITY, {"older_than": cursor})) == newest != []


def test_the_log_can_be_searched_by_person_act_and_date(client, sign_in, badge, agency):
    rosa = UserFactory(name="Rosa Alvarez")
    SentSubmissionFactory(badge_class=badge, earner=rosa)
    SentSubmissionFactory(badge_class=badge, earner=UserFactory(name="Ben Ito"))
    sign_in(agency)
    today = timezone.localdate()

    assert acts(client.get(ACTIVITY, {"person": "alvar"})) == ["Submitted"]
    assert acts(client.get(ACTIVITY, {"act": "badges"})) == ["Badge created", "Version 1 published"]
    assert acts(client.get(ACTIVITY, {"first": today, "act": "sent"})) == ["Submitted", "Submitted"]
    tomorrow = today + timedelta(days=1)
    assert acts(client.get(ACTIVITY, {"first": tomorrow})) == []


def test_an_invalid_search_shows_the_errors(client, sign_in, agency):
    sign_in(agency)

    response = client.get(ACTIVITY, {"first": "yesterday", "act": "dancing"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"first", "act"}


def test_a_coordinator_does_not_see_who_reviewed_their_own_evidence(client, sign_in, badge, agency):
    coordinator = sign_in(agency, Membership.Role.COORDINATOR)
    assignment = AssignmentFactory(badge_class=badge, earner=coordinator)
    name = assignment.reviewer.name

    assert name not in client.get(ACTIVITY).text
    assert "A reviewer" in client.get(ACTIVITY).text
    assert acts(client.get(ACTIVITY, {"person": name})) == []


def test_the_log_shows_no_email_addresses(client, sign_in, badge, agency):
    submission = SentSubmissionFactory(badge_class=badge)
    sign_in(agency)

    assert submission.earner.email not in client.get(ACTIVITY).text


def test_the_number_of_queries_does_not_grow_with_the_log(client, sign_in, badge, agency):
    sign_in(agency)
    SentSubmissionFactory(badge_class=badge)
    client.get(ACTIVITY)
    with CaptureQueriesContext(connection) as one:
        client.get(ACTIVITY)
    SentSubmissionFactory(badge_class=badge)
    SentSubmissionFactory(badge_class=badge)

    with CaptureQueriesContext(connection) as three:
        client.get(ACTIVITY)

    assert len(three) == len(one)


def test_a_coordinator_does_not_see_who_returned_their_own_evidence_to_the_queue(
    client, sign_in, badge, agency
):
    reader = sign_in(agency, role=Membership.Role.COORDINATOR)
    assignment = AssignmentFactory(badge_class=badge, earner=reader)
    reviewing.release(assignment, by=assignment.reviewer, note="We share a garden fence.")

    response = client.get(ACTIVITY)
    searched = client.get(ACTIVITY, {"person": assignment.reviewer.name})

    assert "Review returned to the queue" in acts(response)
    assert assignment.reviewer.name not in response.content.decode()
    assert "garden fence" not in response.content.decode()
    assert acts(searched) == []


def test_returning_a_review_to_the_queue_is_one_act(client, sign_in, badge, agency):
    sign_in(agency, role=Membership.Role.COORDINATOR)
    assignment = AssignmentFactory(badge_class=badge)
    reviewing.release(assignment, by=assignment.reviewer, note="On vacation.")

    everything = client.get(ACTIVITY)
    chosen = client.get(ACTIVITY, {"act": "given_back"})

    assert [act for act in acts(everything) if "queue" in act] == ["Review returned to the queue"]
    assert acts(chosen) == ["Review returned to the queue"]
    assert "On vacation." in chosen.text


def test_a_period_can_end_on_the_last_day_of_the_calendar(client, sign_in, badge, agency):
    sign_in(agency)

    response = client.get(ACTIVITY, {"last": "9999-12-31"})

    assert response.status_code == 200
    assert "Badge created" in acts(response)


# --- Audiences: what reporters do not read -------------------------------------------------------

SEARCHED = "Wilhelmina"


def record_one_of_each(agency):
    """Acts whose note, actor or subject is only for coordinators; and one for everybody."""
    drawing = drafted(agency=agency)
    person = UserFactory(name=SEARCHED)
    for act in ("award held", "award cancelled", "key revoked", "review given back"):
        record(act, agency, by=None, agency=agency, note=f"private: {act}")
    for act in ("list disputed", "free chance taken", "prize confirmed", "endorsement offered"):
        record(act, agency, by=person, agency=agency)
    record("drawing drafted", drawing, by=None, agency=agency)
    record("award revoked", agency, by=None, agency=agency, note="public: award revoked")


@pytest.mark.parametrize("role", [Membership.Role.REPORTER, Membership.Role.COORDINATOR])
def test_reporters_see_acts_without_private_reasons_and_names(client, sign_in, agency, role):
    record_one_of_each(agency)
    sign_in(agency, role)

    page = client.get(ACTIVITY)

    is_coordinator = role == Membership.Role.COORDINATOR
    assert ("private:" in page.text) is is_coordinator
    assert (SEARCHED in page.text) is is_coordinator
    assert ("Spring drawing" in page.text) is is_coordinator
    assert ("Not shown here" in page.text) is not is_coordinator
    assert "public: award revoked" in page.text
    assert {"Award put on hold", "list disputed", "Endorsement offered"} <= set(acts(page))


@pytest.mark.parametrize("role", [Membership.Role.REPORTER, Membership.Role.COORDINATOR])
def test_a_search_does_not_find_the_names_that_are_not_shown(client, sign_in, agency, role):
    record_one_of_each(agency)
    sign_in(agency, role)

    found = acts(client.get(ACTIVITY, {"person": SEARCHED}))

    assert len(found) == (4 if role == Membership.Role.COORDINATOR else 0)


@pytest.mark.parametrize("role", [Membership.Role.REPORTER, Membership.Role.COORDINATOR])
def test_reporters_read_that_an_anchor_was_made_and_not_its_name(client, sign_in, agency, role):
    published_anchor(BadgeFactory(issuer__agency=agency), name="Work of Ana")
    sign_in(agency, role)

    page = client.get(ACTIVITY)

    assert "anchor made" in page.text.lower()
    assert ("Work of Ana" in page.text) is (role == Membership.Role.COORDINATOR)


def test_a_reporter_who_coordinates_one_district_reads_the_reasons_of_this_one(client, sign_in):
    county = AgencyFactory()
    own, other = AgencyFactory(parent=county), AgencyFactory(parent=county)
    record("award held", own, by=None, agency=own, note="Reason of our own")
    record("award held", other, by=None, agency=other, note="Reason of somebody else")
    reader = sign_in(county, Membership.Role.REPORTER)
    MembershipFactory(user=reader, agency=own, role=Membership.Role.COORDINATOR)

    page = client.get(ACTIVITY).text

    assert "Reason of our own" in page
    assert "Reason of somebody else" not in page


def test_an_endorsement_of_an_award_stays_between_its_earner_and_the_endorser(client, sign_in):
    award = issued_award()
    changes.share(award, shows_name=True, is_listed=True, items=[])
    endorser = UserFactory(name=SEARCHED)
    words = {"name": "Cedar University", "url": "https://cedar.example", "about": "A university"}
    endorsing.offer(award, by=endorser, comment="Well done.", **words)
    sign_in(award.badge_class.agency, Membership.Role.COORDINATOR)

    page = client.get(ACTIVITY)

    assert "Endorsement offered" in acts(page)
    assert SEARCHED not in page.text
    assert "Cedar" not in page.text
    assert acts(client.get(ACTIVITY, {"person": SEARCHED})) == []


def test_the_note_of_an_unknown_act_stays_with_the_coordinators(client, sign_in, agency):
    record("something new", agency, by=None, agency=agency, note="Private for now")
    sign_in(agency, Membership.Role.REPORTER)

    assert "Private for now" not in client.get(ACTIVITY).text


def test_badges_and_pathways_have_their_published_names(client, sign_in, badge, agency):
    other = BadgeFactory(name="Media Balance", slug="mb", issuer=badge.issuer)
    lead = BadgeFactory(name="Citizenship Lead", slug="cl", issuer=badge.issuer)
    draft = cataloging.create_badge(
        issuer=badge.issuer, category=badge.category, slug="not-yet", name="Hidden", by=None
    )
    pathways.create(lead, steps=[other, badge], by=None)
    sign_in(agency)

    lines = client.get(ACTIVITY).context["lines"]

    subjects = {line.subject for line in lines}
    assert {"Media Balance", "Citizenship Lead", draft.slug} <= subjects
    assert not {"mb", "cl", "Hidden"} & subjects
    [made] = [line for line in lines if line.act == "Pathway created"]
    assert made.subject == "Citizenship Lead"
    assert made.note == f"Media Balance, {badge.current_version.name}"
