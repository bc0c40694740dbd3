"""Changes of an issuer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import Agency, User
from audit.operations import record
from catalog.models import Issuer
from editing.fingerprints import fingerprint
from editing.forms import Edit
from editing.shown import check_shown
from postgres.row_locks import lock_one

_ACTS_OF_WAITS = {
    "many_wait_minutes": "wait of many changed",
    "decision_wait_minutes": "wait of decisions changed",
    "appeal_days": "time to appeal changed",
    "appeal_answer_days": "time to answer appeals changed",
    "hold_answer_days": "time to answer holds changed",
    "assigns_reviewers": "automatic assignment changed",
    "days_to_begin": "time to begin reviews changed",
}

FIELDS = ("name", "url", "email", "description", "waiting_hours", "linkedin_id", "checks_names")

# One is long; of the other, the log has the moment of each change.
_WITHOUT_NOTE = {"description", "checks_names"}


class AgencyClosed(Exception):
    """An agency that has closed issues nothing."""


@transaction.atomic
def add(agency: Agency, *, by: User, now: datetime | None = None, **fields: Any) -> Issuer:
    """An issuer of this agency. Its keys are created when they are first needed."""
    agency = lock_one(Agency.objects.all(), agency.pk)
    if agency.closed_at is not None:
        raise AgencyClosed(agency.name)
    issuer = Issuer.objects.create(agency=agency, **fields)
    record("issuer added", issuer, by=by, agency=agency, at=now)
    return issuer


def stored(issuer: Issuer) -> dict[str, Any]:
    """The stored values of the form of an issuer."""
    return {name: getattr(issuer, name) for name in FIELDS}


@transaction.atomic
def change(issuer: Issuer, *, by: User, edit: Edit, now: datetime | None = None) -> None:
    """Change what badges say about it. Badges that are signed already keep what they say.

    Raises EditConflict if the issuer is not what `edit` compared itself with.
    """
    issuer = _lock(issuer)
    before = stored(issuer)
    edit.check(before)
    for name, value in edit.only(FIELDS).items():
        if value == before[name]:
            continue
        setattr(issuer, name, value)
        issuer.save(update_fields=[name])
        note = "" if name in _WITHOUT_NOTE else f"{before[name] or '–'} → {value or '–'}"
        record(f"issuer's {name} changed", issuer, by=by, agency=issuer.agency, note=note, at=now)


def stored_logo(issuer: Issuer) -> dict[str, Any]:
    """The stored values of the form of the logo."""
    return {"image": issuer.logo, "alt": issuer.logo_alt}


def logo_mark(issuer: Issuer) -> str:
    """Changes with the logo and with its description."""
    return fingerprint([issuer.logo.name or "", issuer.logo_alt])


@transaction.atomic
def save_logo(
    issuer: Issuer,
    *,
    by: User,
    alt: str,
    png: bytes | None = None,
    edit: Edit | None = None,
    now: datetime | None = None,
) -> None:
    """Set another logo (`png`), or only its description.

    The file of the earlier logo is kept: badges that are signed already name it. Raises
    EditConflict if the logo is not what `edit` compared itself with.
    """
    issuer = _lock(issuer)
    if edit:
        edit.check(stored_logo(issuer))
    issuer.logo_alt = alt
    if png is not None:
        issuer.logo.save("logo.png", ContentFile(png), save=False)
    issuer.save(update_fields=["logo", "logo_alt"])
    record("logo changed", issuer, by=by, agency=issuer.agency, at=now)


@transaction.atomic
def remove_logo(issuer: Issuer, *, by: User, shown: str = "", now: datetime | None = None) -> None:
    """Documents that are signed from now on name no logo. Removing it again changes nothing.

    Raises NotAsShown if `shown` is not the `logo_mark`.
    """
    issuer = _lock(issuer)
    check_shown(shown, logo_mark(issuer))
    if not issuer.logo:
        return
    issuer.logo, issuer.logo_alt = "", ""
    issuer.save(update_fields=["logo", "logo_alt"])
    record("logo removed", issuer, by=by, agency=issuer.agency, at=now)


def stored_wait(issuer: Issuer) -> dict[str, Any]:
    return {name: getattr(issuer, name) for name in _ACTS_OF_WAITS}


@transaction.atomic
def change_wait(issuer: Issuer, *, by: User, edit: Edit, now: datetime | None = None) -> None:
    """Change how long something waits or may take. What has begun keeps its time.

    Raises EditConflict if they are not what `edit` compared itself with.
    """
    issuer = _lock(issuer)
    stored = stored_wait(issuer)
    edit.check(stored)
    for name, act in _ACTS_OF_WAITS.items():
        minutes = edit.changes.get(name, stored[name])
        if minutes == stored[name]:
            continue
        setattr(issuer, name, minutes)
        issuer.save(update_fields=[name])
        unit = " min" if name.endswith("_minutes") else ""
        note = f"{_shown(stored[name])} → {_shown(minutes)}{unit}"
        record(act, issuer, by=by, agency=issuer.agency, note=note, at=now)


def _lock(issuer: Issuer) -> Issuer:
    return lock_one(Issuer.objects.select_related("agency"), issuer.pk)


def _shown(value: int | bool) -> str:
    if isinstance(value, bool):
        return "✓" if value else "–"
    return str(value)
