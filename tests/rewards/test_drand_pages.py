"""The pages on which a coordinator fetches or pastes a signature of drand."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership
from rewards.drand import beacon
from rewards.drand import operations as rounds
from rewards.models import Drawing
from tests.factories import MembershipFactory, UserFactory
from tests.rewards.drand_mirrors import Mirrors, answer, waiting
from tests.rewards.drand_rounds import (
    DRAW,
    EARNED,
    OTHER_SIGNATURE,
    RANDOMNESS,
    ROUND,
    SIGNATURE,
)


@pytest.fixture
def coordinator(client):
    def of(drawing):
        membership = MembershipFactory(agency=drawing.agency, role=Membership.Role.COORDINATOR)
        client.force_login(membership.user)
        return membership.user

    return of


@pytest.mark.django_db
def test_a_coordinator_pastes_a_signature_and_sees_what_is_wrong_with_it(client, coordinator, now):
    drawing = waiting(now=now)
    now(DRAW)
    coordinator(drawing)
    page = reverse("rewards:manage_draw", args=[drawing.slug])

    wrong = client.post(page, {"source": "0", "source_0": OTHER_SIGNATURE})
    short = client.post(page, {"source": "0", "source_0": "abc"})
    right = client.post(page, {"source": "0", "source_0": f" {SIGNATURE} "})

    assert wrong.status_code == short.status_code == 422
    assert "not drand’s signature for this round" in wrong.content.decode()
    assert "has 96 characters" in short.content.decode()
    assert right.status_code == 302
    assert drawing.rounds.get().signature == SIGNATURE


@pytest.mark.django_db
def test_a_found_signature_needs_no_second_person(client, coordinator, now):
    drawing = waiting(now=now, sources=[rounds.drand_source(DRAW)])
    rounds.fetch_due_rounds(now=DRAW, fetcher=Mirrors(api=answer()))
    now(DRAW)
    coordinator(drawing)
    page = reverse("rewards:manage_draw", args=[drawing.slug])

    shown = client.get(page)
    client.post(page, {"draw": "1", "seen": shown.context["key"]})

    assert shown.context["key"] == f"{RANDOMNESS.upper()}/"
    assert "A second coordinator is needed" not in shown.content.decode()
    result = client.get(reverse("rewards:result", args=[drawing.slug])).content.decode()
    assert RANDOMNESS in result
    assert SIGNATURE in result
    assert beacon.PUBLIC_KEY in result


def test_checking_a_round_leaves_the_recursion_limit_of_the_process_as_it_was():
    """Its library raises the limit so far that deeply nested JSON would crash the process."""
    checks = (
        "import sys; before = sys.getrecursionlimit(); from rewards.drand import beacon; "
        f"beacon.verify({ROUND}, {SIGNATURE!r}); print(sys.getrecursionlimit() == before)"
    )

    done = subprocess.run(
        [sys.executable, "-c", checks], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "True"


@pytest.mark.django_db
def test_fetching_a_round_by_hand_shows_the_outcome(client, coordinator, now, monkeypatch):
    drawing = waiting(now=now)
    now(DRAW - timedelta(minutes=1))
    by = coordinator(drawing)
    page = reverse("rewards:manage_round", args=[drawing.slug, drawing.rounds.get().pk])
    answers = iter([Mirrors(), Mirrors(api2=answer())])
    monkeypatch.setattr(rounds, "Fetcher", lambda: next(answers))

    early = client.post(page, follow=True).content.decode()
    now(DRAW)
    down = client.post(page, follow=True).content.decode()
    found = client.post(page, follow=True).content.decode()

    assert "No one can know it in advance" in early
    assert "No drand mirror returned this round" in down
    assert "its signature is valid" in found
    assert drawing.rounds.get().found_by == by
    client.force_login(UserFactory())
    assert client.post(page).status_code == 403


@pytest.mark.django_db
def test_a_drand_source_only_needs_to_be_chosen(client, now):
    now(EARNED)
    user = MembershipFactory(role=Membership.Role.COORDINATOR).user
    client.force_login(user)
    typed = {
        "title": "Fall drawing", "agency": user.memberships.get().agency.pk,
        "opens_on": "2023-08-01", "ends_on": "2023-08-31", "counts_by": "issued",
        "closes_at": "2023-09-03T18:00", "disputes_until": "2023-09-08T18:00",
        "draws_at": "2023-09-10T12:00", "confirm_days": "14", "chances_per_badge": "1",
        "prizes_per_person": "1", "text": "No purchase is needed.",
        "source-TOTAL_FORMS": "2", "source-INITIAL_FORMS": "0", "source-0-kind": "drand",
        # The page always has an empty row; it is left out.
        "source-1-kind": "", "source-1-name": "", "source-1-where": "", "source-1-when": "",
    }  # fmt: skip

    early = client.post(
        reverse("rewards:manage_create"), {**typed, "source-0-at": "2023-09-08T18:00"}
    )
    made = client.post(reverse("rewards:manage_create"), typed)

    assert early.status_code == 422
    assert "after disputes end" in early.content.decode()
    assert made.status_code == 302
    drawing = Drawing.objects.get()
    rules = drawing.rules_versions.get()
    [source] = rules.sources
    assert source["round"] == beacon.round_at(rules.draws_at)
    assert source["where"].endswith(f"/{beacon.CHAIN}/public/{source['round']}")
    shown = client.get(reverse("rewards:manage_rules", args=[drawing.slug])).content.decode()
    assert 'value="2023-09-10T12:00"' in shown
