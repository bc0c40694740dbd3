from __future__ import annotations

from django.db import transaction

from submissions.models import EvidenceItem
from submissions.operations import editable_attempt


@transaction.atomic
def set_subtitles(item: EvidenceItem, text: str) -> None:
    """Replace the subtitles of a recording in a draft; "" removes them."""
    editable_attempt(item.attempt.submission, item.criterion)
    EvidenceItem.objects.filter(pk=item.pk).update(subtitles=text)
