"""Previews become due when evidence is sent; the worker makes them, page after page.

That takes longer than a transaction should: the worker takes a lease, and another one goes on with
the page after the last one that is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from audit.file_storage import NotStored
from audit.operations import storing_file
from background.enqueue import enqueue_on_commit
from sandbox.refusals import Busy, Stopped
from submissions.metadata import Unreadable
from submissions.models import (
    EvidenceItem,
    FilePreview,
    PreviewPage,
    Submission,
    evidence_files,
    evidence_path,
)
from submissions.previews.making import Picture, batches, parts_of
from submissions.previews.readable import has_pages, is_previewed
from submissions.querysets import FilePreviewQuerySet

log = logging.getLogger(__name__)

Status = FilePreview.Status
# Longer than all pages of a file take.
LEASE = timedelta(minutes=15)
PAUSE = timedelta(minutes=5)
MOST_TRIES = 4
# Afterwards it is made again for whoever opens the page.
KEPT = timedelta(days=60)
AT_ONCE = 50
FILE = PreviewPage._meta.get_field("file")


@transaction.atomic
def ask_for_previews(
    submission: Submission, items: Iterable[EvidenceItem], *, now: datetime | None = None
) -> None:
    """A preview of each of these files becomes due. Asking again changes nothing."""
    due_at = now or timezone.now()
    rows = [
        FilePreview(
            submission=submission,
            source=item.file.name,
            content_type=item.content_type,
            due_at=due_at,
        )
        for item in items
        if item.file and is_previewed(item.content_type)
    ]
    if rows:
        FilePreview.objects.bulk_create(rows, ignore_conflicts=True)
        enqueue_on_commit("submissions.tasks.make_previews")


def make_next(*, now: datetime) -> bool:
    """Make the next preview that is due. False if there is none, or one is being made here."""
    preview = _take(now=now)
    if preview is None:
        return False
    if preview.tries > MOST_TRIES:
        _finish(preview, Status.NONE, now=now)
        return True
    try:
        with evidence_files().open(preview.source) as stored:
            data = stored.read()
        _make(preview, data, now=now)
    except Busy:
        _give_back(preview, due_at=now)
        return False
    except (Unreadable, Stopped):
        has_some = preview.pages.exists()
        _finish(preview, Status.READY if has_some else Status.NONE, now=now)
    except (OSError, NotStored):
        log.exception("The preview %s could not be made", preview.pk)
        _mine(preview).update(due_at=now + PAUSE)
    return True


@transaction.atomic
def make_again(preview: FilePreview, *, now: datetime | None = None) -> None:
    """A stored picture is lost: the preview is due again, from the start."""
    lost = FilePreview.objects.select_for_update(no_key=True).filter(pk=preview.pk)
    if lost.exclude(status=Status.WAITING).exists():
        preview.pages.all().delete()
        lost.update(status=Status.WAITING, due_at=now or timezone.now(), tries=0, parts=[])
        enqueue_on_commit("submissions.tasks.make_previews")


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """Delete previews that nobody has needed for long; their files follow. How many it were."""
    old = FilePreview.objects.old(now=now).select_for_update(no_key=True, skip_locked=True)
    keys = list(old.values_list("pk", flat=True)[:AT_ONCE])
    FilePreview.objects.filter(pk__in=keys).delete()
    return len(keys)


@transaction.atomic
def _take(*, now: datetime) -> FilePreview | None:
    due = FilePreview.objects.due(now=now).select_for_update(no_key=True, skip_locked=True)
    preview = due.first()
    if preview is None:
        return None
    preview.tries += 1
    preview.due_at = now + LEASE
    preview.save(update_fields=["tries", "due_at"])
    return preview


def _make(preview: FilePreview, data: bytes, *, now: datetime) -> None:
    if not preview.parts:
        try:
            parts = parts_of(data, preview.content_type)
        except Stopped:
            if not has_pages(preview.content_type):
                raise
        else:
            _mine(preview).update(parts=parts)
    if has_pages(preview.content_type):
        last = preview.pages.order_by("number").last()
        for batch in batches(data, after=last.number if last else 0):
            _mine(preview).update(page_count=batch.page_count)
            for picture in batch.pictures:
                if not _keep(preview, picture):
                    return  # the evidence was deleted meanwhile, or another worker has gone on
    _finish(preview, Status.READY, now=now)


def _keep(preview: FilePreview, picture: Picture) -> bool:
    with storing_file(FILE, evidence_path()) as unwanted:
        if not _mine(preview).select_for_update(no_key=True).exists():
            return False
        file = ContentFile(picture.data)
        preview.pages.create(
            number=picture.number,
            width=picture.width,
            height=picture.height,
            file=evidence_files().save(unwanted.name, file),
        )
        unwanted.delete()
    return True


def _finish(preview: FilePreview, status: str, *, now: datetime) -> None:
    _mine(preview).update(status=status, due_at=now + KEPT)


def _give_back(preview: FilePreview, *, due_at: datetime) -> None:
    _mine(preview).update(due_at=due_at, tries=preview.tries - 1)


def _mine(preview: FilePreview) -> FilePreviewQuerySet:
    """The row, as long as this worker has the lease."""
    return FilePreview.objects.filter(pk=preview.pk, status=Status.WAITING, tries=preview.tries)
