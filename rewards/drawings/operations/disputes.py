"""The window in which anyone can say that the published list is not right."""

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

# A dispute holds up the draw, so one person can't raise them without end.
MOST_FOR_ONE_PERSON = 3


class TooMany(Exception):
    """This person waits for an answer, or has raised as many disputes as there can be."""


class WindowIsOver(Exception):
    """The list is not in its dispute window."""


def is_open(drawing: Drawing, *, now: datetime) -> bool:
    return drawing.status == DrawingStatus.CLOSED and now < drawing.announced_rules.disputes_until


@transaction.atomic
def dispute(drawing: Drawing, *, user: User, text: str, now: datetime | None = None) -> Dispute:
    now = now or timezone.now()
    drawing = drawings.lock(drawing)
    if not is_open(drawing, now=now):
        raise WindowIsOver
    theirs = drawing.disputes.filter(user=user)
    if theirs.filter(answered_at=None).exists() or theirs.count() >= MOST_FOR_ONE_PERSON:
        raise TooMany
    made = Dispute.objects.create(drawing=drawing, user=user, text=text.strip(), created_at=now)
    record("list disputed", drawing, by=user, agency=drawing.agency, at=now)
    return made


@transaction.atomic
def answer(
    made: Dispute, *, by: User, text: str, upheld: bool, now: datetime | None = None
) -> None:
    """Answer in words that the person is sent. Upheld: the list is corrected in the same commit."""
    now = now or timezone.now()
    if not text.strip():
        raise drawings.NotReady([_("Write an answer.")])
    made.refresh_from_db(from_queryset=Dispute.objects.select_for_update(no_key=True))
    if made.answered_at:
        raise TransitionNotAllowed(_("This has already been answered."))
    made.answer, made.upheld = text.strip(), upheld
    made.answered_by, made.answered_at = by, now
    made.save(update_fields=["answer", "upheld", "answered_by", "answered_at"])
    drawing = made.drawing
    record("dispute answered", drawing, by=by, agency=drawing.agency, note=made.answer, at=now)
    if upheld:
        drawings.correct_list(drawing, by=by, reason=made.answer, now=now)
    queue_email(
        "dispute_answered",
        f"dispute:{made.pk}",
        to=made.user.email,
        language=made.user.language,
        context={"dispute": made.pk},
    )
