"""Cards of the catalog say where the signed-in person stands with each badge."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import operations as catalog
from catalog.pathways import operations as pathways
from reviewing import operations as reviewing
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    SentSubmissionFactory,
    UserFactory,
    judge_all,
)
from tests.issuing.awards import expired_award, issued_award, revoked_award, waiting_award
from tests.issuing.pages import signed_in

pytestmark = pytest.mark.django_db


def returned(**kwargs):
    assignment = AssignmentFactory(**kwargs)
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, "not_yet", "More.")
    )


def started_again(**kwargs):
    expired_award(**kwargs)
    DraftFactory(**kwargs)


STATES = {
    "draft": (DraftFactory, "Draft"),
    "sent": (SentSubmissionFactory, "With a reviewer"),
    "read": (AssignmentFactory, "With a reviewer"),
    "returned": (returned, "Returned"),
    "waiting": (waiting_award, "Waiting to be issued"),
    "issued": (issued_award, "You have it"),
    "expired": (expired_award, None),
    "revoked": (revoked_award, None),
    "again": (started_again, "Draft"),
    "none": (lambda **kwargs: None, None),
}

RULES = {"waiting": {"waiting_hours": 48}, "again": {"renewable": True, "valid_months": 12}}


def chips(page: str) -> dict[str, str | None]:
    """The words of the chip on each card, by the slug in its link."""
    found = {}
    for card in re.findall(r'<article class="badge-card".*?</article>', page, re.S):
        slug = re.search(r'href="/(?:badges|pathways)/([\w-]+)/"', card)[1]
        chip = re.search(r'<span class="status-chip[^>]*>(.*?)</span>', card, re.S)
        found[slug] = chip and chip[1].strip()
    return found


@pytest.fixture
def rosa():
    return UserFactory()


@pytest.fixture
def badges(rosa):
    badges = []
    for slug, (make, _words) in STATES.items():
        badge = BadgeFactory(slug=slug, **RULES.get(slug, {}))
        make(badge_class=badge, earner=rosa)
        make(badge_class=badge, earner=UserFactory())  # somebody else's is not hers
        badges.append(badge)
    return badges


def test_cards_and_steps_say_where_i_stand(rosa, badges):
    top = BadgeFactory(slug="top")
    pathway = pathways.create(top, steps=badges, by=None)
    catalog.retire(badges[-1], by=None)
    expected = {slug: words for slug, (_make, words) in STATES.items()}

    listed = chips(signed_in(rosa).get("/badges/").text)
    steps = chips(signed_in(rosa).get(pathway.get_absolute_url()).text)

    assert steps == {**expected, "none": "Retired"}
    del expected["none"]
    assert {slug: listed[slug] for slug in expected} == expected


def test_a_pathway_of_a_list_says_that_i_completed_it(rosa):
    step, top = BadgeFactory(), BadgeFactory(slug="top")
    issued_award(badge_class=top, earner=rosa)
    pathways.create(top, steps=[step], by=None)

    assert chips(signed_in(rosa).get("/pathways/").text) == {"top": "You have it"}


def test_visitors_and_strangers_see_no_chip_and_no_ring(rosa, badges):
    for visitor in (Client(), signed_in(UserFactory())):
        page = visitor.get("/badges/").text

        assert set(chips(page).values()) == {None}
        assert "badge-medal__ring" not in page
        assert "badge-medal__ring" not in visitor.get(badges[0].get_absolute_url()).text


def test_all_cards_of_a_page_ask_one_question(rosa, badges):
    client = signed_in(rosa)
    with CaptureQueriesContext(connection) as queries:
        client.get("/badges/")

    about_me = [one["sql"] for one in queries if "submissions_submission" in one["sql"]]
    assert len(about_me) == 1
    assert "issuing_assertion" in about_me[0]
