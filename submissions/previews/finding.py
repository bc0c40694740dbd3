"""Which files of a page have a preview. What is missing is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from submissions.models import EvidenceItem, FilePreview, Submission
from submissions.previews.operations import ask_for_previews
from submissions.previews.readable import is_previewed


def previews_of(submission: Submission, items: Iterable[EvidenceItem]) -> dict[str, FilePreview]:
    """By the name of the stored file."""
    files = [item for item in items if item.file and is_previewed(item.content_type)]
    if not files:
        return {}
    found = {one.source: one for one in FilePreview.objects.for_readers(submission)}
    if missing := [item for item in files if item.file.name not in found]:
        ask_for_previews(submission, missing)
        found |= {one.source: one for one in FilePreview.objects.for_readers(submission)}
    return found
