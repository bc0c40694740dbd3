"""Disputes: anyone may object to the published list until a stated time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.moves import TransitionNotAllowed
from audit.operations import record
from mail.operations import queue_email
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Dispute, Drawing
from rewards.states import DrawingStatus

# An open dispute delays the draw, so each person may raise only a few.
MOST_FOR_ONE_PERSON = 3


class TooManyDisputes(Exception):
    """This person has an unanswered dispute, or has reached the limit."""


class WindowClosed(Exception):
    """The list cannot be disputed now."""


def is_open(drawing: Drawing, *, now: datetime) -> bool:
    return drawing.status == DrawingStatus.CLOSED and now < drawing.announced_rules.disputes_until


@transaction.atomic
def dispute(drawing: Drawing, *, user: User, text: str, now: datetime | None = None) -> Dispute:
    now = now or timezone.now()
    drawing = drawings.lock(drawing)
    if not is_open(drawing, now=now):
        raise WindowClosed
    earlier = drawing.disputes.filter(user__in=User.objects.same_person(user))
    if earlier.filter(answered_at=None).exists() or earlier.count() >= MOST_FOR_ONE_PERSON:
        raise TooManyDisputes
    new_dispute = Dispute.objects.create(
        drawing=drawing, user=user, text=text.strip(), created_at=now
    )
    record("list disputed", drawing, by=user, agency=drawing.agency, at=now)
    return new_dispute


@transaction.atomic
def answer(
    disputed: Dispute, *, by: User, text: str, upheld: bool, now: datetime | None = None
) -> None:
    """Answer and send the answer to the person. `upheld` also corrects the list."""
    now = now or timezone.now()
    if not text.strip():
        raise drawings.NotReady([_("Write an answer.")])
    disputed.refresh_from_db(from_queryset=Dispute.objects.select_for_update(no_key=True))
    if disputed.answered_at:
        raise TransitionNotAllowed(_("This has already been answered."))
    disputed.answer, disputed.upheld = text.strip(), upheld
    disputed.answered_by, disputed.answered_at = by, now
    disputed.save(update_fields=["answer", "upheld", "answered_by", "answered_at"])
    drawing = disputed.drawing
    record(
        "dispute answered",
        drawing,
        by=by,
        agency=drawing.agency,
        note=disputed.answer,
        at=now,
        concerns=[disputed.user_id],
    )
    if upheld:
        drawings.correct_list(drawing, by=by, reason=disputed.answer, now=now)
    queue_email(
        "dispute_answered",
        f"dispute:{disputed.pk}",
        to=disputed.user.email,
        language=disputed.user.language,
        context={"dispute": disputed.pk},
    )
