from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviewing.models import Decision, FeedbackAnswer
from reviewing.states import Helpfulness


@transaction.atomic
def answer(decision: Decision, helpful: Helpfulness, *, now: datetime | None = None) -> None:
    """The earner's answer. Another answer takes the place of the first one."""
    FeedbackAnswer.objects.update_or_create(
        decision=decision, defaults={"helpful": helpful, "answered_at": now or timezone.now()}
    )
