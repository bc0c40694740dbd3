"""What a person finds about their own badges on their first page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from accounts.models import User
from catalog.models import Pathway
from issuing.models import Assertion
from submissions.models import StatusChange, Submission
from submissions.pauses import find_pauses
from submissions.states import EDITABLE, OPEN, Status
from submissions.timeline import next_action

# Badges are celebrated, and decisions shown, for so long.
NEW_FOR = timedelta(days=30)
MOST_SHOWN = 6


class Nearest(NamedTuple):
    pathway: Pathway
    held: int
    states: list[str]


def open_submissions(user: User) -> dict[str, list[Submission]]:
    """Those on which it is their turn, and those that others are reading."""
    turns: dict[str, list[Submission]] = {"yours": [], "reviewers": []}
    submissions = list(Submission.objects.of(user).filter(status__in=OPEN).for_cards())
    find_pauses(submissions)
    for submission in submissions:
        submission.next_sentence = next_action(submission)
        submission.met_shown = submission.met
        turns["yours" if submission.status in EDITABLE else "reviewers"].append(submission)
    return turns


def decisions(user: User, *, now: datetime) -> list[StatusChange]:
    """What was decided about their submissions lately, newest first."""
    decided = [Status.RETURNED, Status.APPROVED, Status.DECLINED]
    changes = StatusChange.objects.filter(
        submission__in=Submission.objects.of(user),
        to_status__in=decided,
        changed_at__gt=now - NEW_FOR,
    )
    return list(changes.select_related("submission__version").order_by("-pk")[:MOST_SHOWN])


def awards_in_force(user: User, *, now: datetime) -> list[Assertion]:
    """Issued and not expired, newest first."""
    valid = Q(expires=None) | Q(expires__gt=now)
    return list(Assertion.objects.of(user).issued().filter(valid).with_badge().newest_first())


def nearest_pathway(awards: list[Assertion]) -> Nearest | None:
    """The pathway of which the largest part is done, and something is left."""
    earned = {award.badge_class_id for award in awards}
    if not earned:
        return None
    begun = Pathway.objects.active().filter(steps__badge_class__in=earned).distinct()
    nearest = None
    for pathway in begun.with_badge().with_step_keys().order_by("pk"):
        states = ["met" if key in earned else "open" for key in pathway.step_keys]
        held = states.count("met")
        if pathway.badge_class_id in earned or held == len(states):
            continue
        if nearest is None or held / len(states) > nearest.held / len(nearest.states):
            nearest = Nearest(pathway, held, states)
    return nearest
