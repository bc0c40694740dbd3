"""A hold keeps a submission from going on: who acts next, in words."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviewing.due_process.known import known
from reviewing.models import IntegrityHold
from reviewing.states import HOLDABLE
from submissions.models import Submission
from submissions.pauses import Pause


def holds_of(submissions: Collection[Submission]) -> dict[int, Pause]:
    """One question for all of them. On a page about one, what is known there already."""
    able = [one for one in submissions if one.status in HOLDABLE]
    if len(able) == 1:
        held = [hold for hold in known(able[0]).holds if hold.is_open]
    else:
        held = IntegrityHold.objects.open().filter(submission__in=able)
    return {hold.submission_id: pause(hold) for hold in held}


def pause(hold: IntegrityHold) -> Pause:
    day = {"day": date_format(timezone.localdate(hold.answer_until), "DATE_FORMAT")}
    if hold.answered_at:
        return Pause(
            _("On hold. Your answer has arrived, and a coordinator acts next."),
            _("On hold. The educator has answered: a coordinator acts next."),
        )
    if hold.answer_until <= timezone.now():
        return Pause(
            _("On hold. A coordinator acts next."),
            _("On hold. The educator has not answered: a coordinator acts next."),
        )
    return Pause(
        _("On hold: a coordinator has a question. Please answer by %(day)s.") % day,
        _("On hold. The educator acts next, and can answer until %(day)s.") % day,
    )
