"""What an operator would check by hand: one finding for each part, with what to do about it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis import Redis

from badgeproject import health
from issuing.keys.operations import origin_moved_message
from issuing.keys.sealing import can_be_opened
from issuing.models import IssuerKey, PublicOrigin
from mail.models import OutgoingEmail

TOLERATED_CLOCK = timedelta(seconds=5)
EMAIL_LATE_AFTER = timedelta(hours=1)
LITTLE_ROOM = 2 * 1024**3  # bytes


class Verdict(Enum):
    OK = "ok"
    WARNING = "look"
    TROUBLE = "TROUBLE"


class Finding(NamedTuple):
    part: str
    verdict: Verdict
    words: str

    def __str__(self) -> str:
        return f"{self.verdict.value:<8}{self.part:<12}{self.words}"


class Trouble(Exception):
    """What is wrong, and what to do."""


class Remark(Exception):
    """What works, but should be looked at."""


def examine(*, send_to: str = "") -> Iterator[Finding]:
    """Each part in turn. A part that can't even be asked is in trouble and stops no other."""
    for part, check in CHECKS.items():
        yield _finding(part, check)
    if send_to:
        yield _finding("test email", lambda: _send(send_to))


def _finding(part: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(part, Verdict.OK, check())
    except Remark as remark:
        return Finding(part, Verdict.WARNING, str(remark))
    except Trouble as trouble:
        return Finding(part, Verdict.TROUBLE, str(trouble))
    except Exception as error:
        return Finding(part, Verdict.TROUBLE, f"{type(error).__name__}: {error}".split("\n")[0])


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise Trouble(f"{len(missing)} migrations are missing. Run: manage.py migrate")
    return f"PostgreSQL {version}, all migrations are there"


def _clock() -> str:
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        theirs = float(cursor.fetchone()[0])
        ours = (before + time.time()) / 2
    difference = abs(theirs - ours)
    if difference > TOLERATED_CLOCK.total_seconds():
        raise Trouble(
            f"the clocks of this machine and of the database differ by {difference:.0f} seconds. "
            "Let both be set by NTP."
        )
    return f"differs from the database's by {difference:.1f} seconds"


def _broker() -> str:
    Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2).ping()
    return "Redis or Valkey answers"


def _worker() -> str:
    try:
        health.check_worker()
    except health.NotReporting as error:
        raise Trouble(f"{error}. Start worker and beat, and read their logs.") from error
    return "beat and worker have reported within the last half minute"


def _mail() -> str:
    mailer = get_connection()
    try:
        mailer.open()
    finally:
        mailer.close()
    late = OutgoingEmail.objects.due(now=timezone.now() - EMAIL_LATE_AFTER).first()
    if late:
        raise Trouble(
            f"the server answers, but an email has been due since {late.due_at:%Y-%m-%d %H:%M}. "
            "Read the worker's log."
        )
    if refused := OutgoingEmail.objects.refused().count():
        raise Remark(f"the server answers; {refused} emails were refused (Needs you today)")
    return "the server answers, and no email is late"


def _send(to: str) -> str:
    EmailMessage("Test of the badge site", "If you read this, its emails arrive.", to=[to]).send()
    return f"sent to {to}"


def _keys() -> str:
    keys = list(IssuerKey.objects.filter(revoked_at=None).select_related("issuer"))
    sealed = [key for key in keys if not can_be_opened(key)]
    if sealed:
        issuers = ", ".join(sorted({key.issuer.name for key in sealed}))
        raise Trouble(
            f"{len(sealed)} of {len(keys)} keys can't be opened ({issuers}). Add the key that "
            "encrypted them to KEY_ENCRYPTION_KEYS, after the newer one."
        )
    return f"all {len(keys)} keys of issuers can be opened"


def _origin() -> str:
    recorded = PublicOrigin.objects.first()
    if recorded and recorded.origin != settings.PUBLIC_ORIGIN:
        raise Trouble(origin_moved_message(recorded.origin))
    if not settings.SERVED_SECURELY:
        raise Remark(f"{settings.PUBLIC_ORIGIN} has no https; badges issued so stay trials")
    return settings.PUBLIC_ORIGIN


def _files() -> str:
    for name in ("default", "evidence"):
        storage = storages[name]
        content = b"written by manage.py doctor"
        saved = storage.save("doctor/check", ContentFile(content))
        try:
            with storage.open(saved) as file:
                if file.read() != content:
                    raise Trouble(f"what is read from the storage “{name}” is not what was written")
        finally:
            storage.delete(saved)
    if location := getattr(storages["evidence"], "location", ""):
        if not Path(location).is_dir():
            return "can be written, read and deleted"
        free = shutil.disk_usage(location).free
        if free < LITTLE_ROOM:
            raise Trouble(f"only {free / 1024**3:.1f} GB are free. Make room.")
        return f"can be written, read and deleted; {free / 1024**3:.0f} GB are free"
    return "can be written, read and deleted"


def _backups() -> str:
    if not settings.BACKUP_MARKER:
        raise Remark("nobody says when the last one was. Set BACKUP_MARKER (docs/operate.md)")
    marker = Path(settings.BACKUP_MARKER)
    if not marker.exists():
        raise Trouble(f"{marker} does not exist: there was no backup, or it is not touched")
    age = timezone.now() - datetime.fromtimestamp(
        marker.stat().st_mtime, tz=timezone.get_current_timezone()
    )
    hours = age.total_seconds() / 3600
    if hours > settings.BACKUP_MOST_HOURS:
        raise Trouble(f"the last one was {hours:.0f} hours ago. Read the log of the backup.")
    return f"the last one was {max(hours, 0):.0f} hours ago"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "clock": _clock,
    "broker": _broker,
    "worker": _worker,
    "mail": _mail,
    "keys": _keys,
    "origin": _origin,
    "files": _files,
    "backups": _backups,
}
