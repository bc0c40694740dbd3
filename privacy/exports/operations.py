"""A copy of everything: asked for by its person, made by the worker, deleted after some days."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from tempfile import TemporaryFile

from django.core.files import File
from django.db import transaction
from django.utils import timezone, translation

from accounts.links.operations import lock_accounts
from accounts.models import User
from audit.operations import delete_files_later, record, storing_file
from background.enqueue import enqueue_on_commit
from mail.operations import queue_email
from privacy.exports import archive
from privacy.models import PersonalCopy, copy_path
from privacy.rows import person_of

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)
# After this time, a copy is tried again whose worker was killed, or that raised an error.
TRIED_AGAIN_AFTER = timedelta(hours=1)
FILE = PersonalCopy._meta.get_field("file")


@transaction.atomic
def ask(person: User, *, now: datetime | None = None) -> PersonalCopy:
    """Ask for a copy. While one waits or is ready, there is no second one."""
    now = now or timezone.now()
    lock_accounts(person)
    if current := PersonalCopy.objects.current(now=now).filter(person=person).first():
        return current
    asked = PersonalCopy.objects.create(person=person, asked_at=now, due_at=now)
    record("copy of own data asked for", person, by=person, at=now)
    enqueue_on_commit("privacy.tasks.make_copies")
    return asked


def make_next(*, now: datetime) -> bool:
    """Make one copy that is due. Returns False if there is none."""
    with transaction.atomic():
        due = PersonalCopy.objects.filter(made_at=None, due_at__lte=now).order_by("due_at", "pk")
        chosen = due.select_for_update(no_key=True, skip_locked=True).first()
        if chosen is None:
            return False
        chosen.due_at = now + TRIED_AGAIN_AFTER
        chosen.save(update_fields=["due_at"])
    try:
        _make(chosen, now=now)
    except Exception:
        log.exception("Could not make the personal copy %s", chosen.public_id)
    return True


def _make(chosen: PersonalCopy, *, now: datetime) -> None:
    person = User.objects.get(pk=chosen.person_id)
    accounts = User.objects.same_person(person)
    with TemporaryFile() as out:
        with translation.override(person.language):
            archive.write(person_of(accounts), out)
        out.seek(0)
        _keep(chosen, File(out), now=now)


def _keep(chosen: PersonalCopy, content: File, *, now: datetime) -> None:
    """Store the file and say so, unless the person was erased or unlinked meanwhile."""
    with storing_file(FILE, copy_path()) as unwanted:
        # Before the person is locked: a large file takes its time.
        stored = FILE.storage.save(unwanted.name, content)
        lock_accounts(chosen.person)
        current = PersonalCopy.objects.select_for_update(no_key=True).filter(pk=chosen.pk).first()
        if current is None or current.made_at:
            return
        current.file = stored
        current.made_at, current.gone_at = now, now + KEPT_FOR
        current.save(update_fields=["file", "made_at", "gone_at"])
        unwanted.delete()
        queue_email(
            "copy_ready",
            str(current.public_id),
            to=current.person.email,
            language=current.person.language,
            context={"copy": current.pk},
        )


@transaction.atomic
def delete_old(*, now: datetime) -> None:
    """Copies whose days are over."""
    old = PersonalCopy.objects.filter(gone_at__lte=now).select_for_update(no_key=True)
    copies = list(old.order_by("pk"))
    delete_files_later(FILE, [one.file.name for one in copies], due_at=now)
    PersonalCopy.objects.filter(pk__in=[one.pk for one in copies]).delete()
