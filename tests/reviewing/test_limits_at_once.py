"""Two presses at one moment: a limit that one of them reaches holds for the other, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviewing.models import Absence, NamedConflict, Snippet
from reviewing.reviewers.operations import conflicts, settings
from reviewing.snippets import operations as snippets
from tests.accounts.links import link
from tests.factories import BadgeFactory, UserFactory, coordinator_for, reviewer_for
from tests.races import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def limits(monkeypatch):
    monkeypatch.setattr(snippets, "MOST", 1)
    monkeypatch.setattr(settings, "MOST_ABSENCES", 1)
    monkeypatch.setattr(conflicts, "MOST_NAMED", 1)


@pytest.fixture
def badge():
    return BadgeFactory()


def outcome_of_the_second(act, *, same: bool) -> str:
    """The first press waits to commit while the second one is made."""
    refusals = []

    def second():
        try:
            act("1" if same else "2")
        except Exception as refusal:
            refusals.append(type(refusal).__name__)

    with meanwhile(second):
        act("1")
    return refusals[0] if refusals else "done"


def own_snippet(badge):
    reviewer = reviewer_for(badge)
    return Snippet, lambda which: snippets.add(name="Date", text=f"Date {which}", by=reviewer)


def snippet_of_an_agency(badge):
    by, agency = coordinator_for(badge), badge.issuer.agency
    return Snippet, lambda which: snippets.add(
        name="Date", text=f"Date {which}", by=by, agency=agency
    )


def absence(badge):
    reviewer = reviewer_for(badge)

    def add(which):
        day = TODAY + timedelta(days=int(which))
        settings.add_absence(reviewer, first_day=day, last_day=day, by=reviewer)

    return Absence, add


def named_person(badge):
    reviewer = reviewer_for(badge)
    return NamedConflict, lambda which: conflicts.name_person(
        reviewer, address=f"person{which}@other.example", by=reviewer
    )


def person_named_from_two_accounts(badge):
    reviewer, other = reviewer_for(badge), UserFactory()
    link(other, reviewer)
    accounts = {"1": reviewer, "2": other}
    return NamedConflict, lambda which: conflicts.name_person(
        accounts[which], address=f"person{which}@other.example", by=reviewer
    )


ACTS = [own_snippet, snippet_of_an_agency, absence, named_person]


@pytest.mark.parametrize("act", [*ACTS, person_named_from_two_accounts])
def test_the_second_one_does_not_pass_the_limit(badge, act):
    model, add = act(badge)

    assert outcome_of_the_second(add, same=False).startswith("TooMany")
    assert model.objects.count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_the_same_press_twice_writes_it_once(badge, act):
    model, add = act(badge)

    assert outcome_of_the_second(add, same=True) == "done"
    assert model.objects.count() == 1
