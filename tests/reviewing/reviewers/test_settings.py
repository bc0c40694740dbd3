"""What reviewers say of themselves, and what coordinators say of their reviewers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audit.models import AuditEntry
from reviewing.models import Absence, Assignment, NamedConflict
from reviewing.reviewers.operations import conflicts, settings
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    reviewer_for,
)
from tests.reviewing.pages import QUEUE, body

pytestmark = pytest.mark.django_db
SETTINGS, PEOPLE = "/reviews/settings/", "/reviews/people/"
TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.fixture
def new_reviewer(badge_class):
    """Without a school, and not asked about one yet."""
    agency = badge_class.issuer.agency
    role = Membership.Role.REVIEWER
    return MembershipFactory(agency=agency, role=role, was_never_at_a_school=False).user


def chosen(badge) -> dict:
    return {
        "weekly_maximum": "3",
        "languages": ["es"],
        "categories": [badge.category_id],
        "badges": [badge.pk],
    }


def test_reviewers_say_what_they_know(reviewing_client, reviewer, badge_class):
    reviewing_client.post(SETTINGS, chosen(badge_class))

    assert settings.stored_settings(reviewer) == {**chosen(badge_class), "weekly_maximum": 3}
    assert not AuditEntry.objects.filter(act="settings of a reviewer changed").exists()


def test_a_badge_that_they_do_not_review_is_not_offered(reviewing_client, reviewer, badge_class):
    response = reviewing_client.post(SETTINGS, {"badges": [BadgeFactory().pk]})

    assert (response.status_code, settings.stored_settings(reviewer)["badges"]) == (422, [])


def test_what_was_chosen_stays_when_the_badge_is_retired(reviewing_client, reviewer, badge_class):
    reviewing_client.post(SETTINGS, chosen(badge_class))
    type(badge_class).objects.filter(pk=badge_class.pk).update(status="retired")

    reviewing_client.post(SETTINGS, {**chosen(badge_class), "weekly_maximum": "5"})

    assert settings.stored_settings(reviewer) == {**chosen(badge_class), "weekly_maximum": 5}


def test_coordinators_set_it_for_their_reviewers(client, reviewer, badge_class):
    coordinator = coordinator_for(badge_class)
    client.force_login(coordinator)

    client.post(
        reverse("reviewing:manage_reviewer", args=[reviewer.public_id]), chosen(badge_class)
    )

    assert settings.stored_settings(reviewer)["weekly_maximum"] == 3
    entry = AuditEntry.objects.get(act="settings of a reviewer changed")
    assert entry.actor == coordinator


def test_days_away_are_added_and_removed(reviewing_client, reviewer):
    days = {"first_day": TOMORROW, "last_day": TOMORROW + timedelta(days=3)}
    reviewing_client.post(f"{SETTINGS}away/", days)
    reviewing_client.post(f"{SETTINGS}away/", days)

    absence = Absence.objects.get(user=reviewer)
    assert absence in reviewing_client.get(SETTINGS).context["absences"]
    reviewing_client.post(f"{SETTINGS}away/{absence.pk}/")
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (3, 2, "The last day is before the first one."),
        (-3, -2, "That is over. Choose days to come."),
    ],
)
def test_days_that_cannot_be_are_refused(reviewing_client, first, last, said):
    days = {
        "first_day": TOMORROW + timedelta(days=first),
        "last_day": TOMORROW + timedelta(days=last),
    }

    response = reviewing_client.post(f"{SETTINGS}away/", days)

    assert (response.status_code, Absence.objects.count()) == (422, 0)
    assert said in body(response)


def test_a_reviewer_without_a_school_is_asked_before_the_first_review(
    client, new_reviewer, badge_class
):
    submission = SentSubmissionFactory(badge_class=badge_class)
    client.force_login(new_reviewer)
    buttons = ["/reviews/next/", f"/reviews/{submission.public_id}/claim/"]

    asked = [client.post(button).url for button in buttons]

    assert asked == [PEOPLE, PEOPLE]
    assert "One question before your first review" in body(client.get(PEOPLE))
    assert client.post(PEOPLE, {"act": "never"}).url == QUEUE
    assert client.post(buttons[0]).url == Assignment.objects.get().get_absolute_url()


def test_a_school_is_an_answer_and_its_people_are_not_read(client, new_reviewer, badge_class):
    school = SchoolFactory(name="Pine Elementary")
    earner = MembershipFactory(agency=school).user
    SentSubmissionFactory(badge_class=badge_class, earner=earner)
    client.force_login(new_reviewer)

    assert "Pine Elementary" in body(client.get(PEOPLE, {"q": "pine"}))
    client.post(PEOPLE, {"act": "schools", "schools": [school.pk]})

    assert client.get(QUEUE).context["page"].paginator.count == 0
    assert "Pine Elementary" in body(client.get(PEOPLE))


def test_a_new_reviewer_who_was_given_something_is_asked_first(client, new_reviewer, badge_class):
    given = AssignmentFactory(badge_class=badge_class, reviewer=reviewer_for(badge_class))
    Assignment.objects.filter(pk=given.pk).update(reviewer=new_reviewer)
    client.force_login(new_reviewer)

    asked = client.get(given.get_absolute_url())
    client.post(PEOPLE, {"act": "never"})

    assert asked.url == PEOPLE
    assert client.get(given.get_absolute_url()).status_code == 200


def test_somebody_is_named_and_no_page_tells_whether_they_have_an_account(
    reviewing_client, reviewer
):
    known, unknown = UserFactory().email, "new@other.example"
    pages = []
    for address in (known, unknown):
        response = reviewing_client.post(PEOPLE, {"act": "name", "address": address}, follow=True)
        pages.append(body(response))

    assert [address in page for page in pages for address in (known, unknown)] == [False] * 4
    assert [page.count("Somebody whom you named on") for page in pages] == [1, 2]
    for named in NamedConflict.objects.all():
        reviewing_client.post(f"{PEOPLE}{named.pk}/end/")
    assert not NamedConflict.objects.in_force().exists()


def test_what_a_coordinator_named_is_not_ended_by_the_reviewer(reviewing_client, reviewer):
    named = conflicts.name_person(reviewer, address="a@b.example", by=UserFactory())

    assert reviewing_client.post(f"{PEOPLE}{named.pk}/end/").status_code == 404


def test_own_address_is_refused(reviewing_client, reviewer):
    response = reviewing_client.post(PEOPLE, {"act": "name", "address": reviewer.email})

    assert response.status_code == 422
    assert "This is your own address." in body(response)


def test_whoever_knows_the_educator_says_so_on_the_page(reviewing_client, assignment):
    page = body(reviewing_client.get(assignment.get_absolute_url()))
    reviewing_client.post(f"/reviews/{assignment.pk}/recognize/")

    assert "I know this person" in page
    assignment.refresh_from_db()
    assert assignment.released_at is not None
    people = body(reviewing_client.get(PEOPLE))
    assert assignment.submission.pseudonym in people
    assert assignment.submission.earner.name not in people
