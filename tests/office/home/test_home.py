from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from catalog.pathways import operations as pathways
from office.home import own
from reviewing import operations as reviewing
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.issuing.awards import issued_award
from tests.rewards import drawing_factories as drawings

pytestmark = pytest.mark.django_db
URL = "/me/"


def headings(client):
    page = client.get(URL).content.decode()
    known = ["Needs you today", "Reviews", "New badges", "Your turn", "With reviewers",
             "Decided lately", "Your nearest pathway", "Win prizes for learning",
             "No badges in progress yet"]  # fmt: skip
    main = page[page.index("<main") :]
    return [heading for heading in known if heading in main]


def test_signing_in_leads_to_the_first_page(client):
    user = UserFactory()

    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    assert response.url == URL


def test_somebody_new_is_shown_where_to_begin(client):
    client.force_login(UserFactory())

    assert headings(client) == ["No badges in progress yet"]


def test_an_earner_sees_whose_turn_it_is(client):
    earner = UserFactory()
    DraftFactory(earner=earner)
    SentSubmissionFactory(earner=earner)
    client.force_login(earner)

    assert headings(client) == ["Your turn", "With reviewers"]


def test_an_earner_sees_new_badges_decisions_and_the_nearest_pathway(client):
    award = issued_award()
    other, top = BadgeFactory(issuer=award.badge_class.issuer), BadgeFactory()
    pathways.create(top, steps=[award.badge_class, other], by=coordinator_for(top))
    client.force_login(award.recipient)

    page = client.get(URL).content.decode()

    assert headings(client) == ["New badges", "Decided lately", "Your nearest pathway"]
    assert "1 of 2 badges" in page
    assert top.current_version.name in page


def test_chances_in_open_drawings_are_shown(client):
    drawing = drawings.announced()
    client.force_login(UserFactory())

    assert "Win prizes for learning" in headings(client)
    assert drawing.title in client.get(URL).content.decode()


def test_of_two_pathways_the_one_that_is_nearer_is_shown():
    award = issued_award()
    far, near = BadgeFactory(), BadgeFactory()
    steps = [award.badge_class, *(BadgeFactory(issuer=award.badge_class.issuer) for _ in range(2))]
    pathways.create(far, steps=steps, by=coordinator_for(far))
    pathways.create(near, steps=steps[:2], by=coordinator_for(near))
    awards = own.awards_in_force(award.recipient, now=timezone.now())

    found = own.nearest_pathway(awards)

    assert (found.pathway.badge_class, found.states) == (near, ["met", "open"])


def test_a_decision_that_has_not_taken_effect_is_not_shown():
    badge = BadgeFactory()
    badge.issuer.decision_wait_minutes = 10
    badge.issuer.save()
    assignment = AssignmentFactory(badge_class=badge)

    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judge_all(assignment))

    earner = assignment.submission.earner
    assert own.decisions(earner, now=timezone.now()) == []
    assert len(own.open_submissions(earner)["reviewers"]) == 1


def test_old_decisions_and_badges_are_not_news(client):
    award = issued_award()
    later = timezone.now() + own.NEW_FOR + timedelta(days=1)

    assert own.decisions(award.recipient, now=later) == []


def test_a_reviewer_sees_what_is_claimed_and_how_many_wait(client):
    assignment = AssignmentFactory()
    SentSubmissionFactory(badge_class=assignment.submission.badge_class)
    client.force_login(assignment.reviewer)

    page = client.get(URL).content.decode()

    assert headings(client) == ["Reviews"]
    assert assignment.get_absolute_url() in page
    assert "<strong>1</strong> waiting in the queue" in page
    assert assignment.submission.earner.name not in page


def test_one_person_with_several_roles_sees_each_in_a_section(client):
    submission = SentSubmissionFactory()
    badge = submission.badge_class
    user = coordinator_for(badge)
    MembershipFactory(user=user, agency=badge.issuer.agency, role=Membership.Role.REVIEWER)
    DraftFactory(earner=user)
    client.force_login(user)

    assert headings(client) == ["Needs you today", "Reviews", "Your turn"]


def test_the_page_asks_few_queries_even_with_all_roles(client, django_assert_max_num_queries):
    award = issued_award()
    agency = award.badge_class.issuer.agency
    for role in (Membership.Role.REVIEWER, Membership.Role.COORDINATOR):
        MembershipFactory(user=award.recipient, agency=agency, role=role)
    drawings.announced()
    reviewer_for(award.badge_class)
    client.force_login(award.recipient)
    client.get(URL)

    with django_assert_max_num_queries(15):
        client.get(URL)


def test_visitors_are_asked_to_sign_in(client):
    assert client.get(URL).status_code == 302
