"""Changes of the program's own record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import ContentFile
from django.db import models, transaction

from audit.operations import record
from editing.fingerprints import fingerprint
from editing.forms import Edit
from editing.shown import check_shown
from postgres.row_locks import lock_one
from program import current, languages
from program.acts import ACTS
from program.models import THE_ONLY_KEY, Program


def stored() -> dict[str, Any]:
    """The stored values of the forms that change the program."""
    return _values(Program.objects.current())


@transaction.atomic
def change(
    *,
    by: AbstractBaseUser | None,
    agency: models.Model | None,
    edit: Edit,
    now: datetime | None = None,
) -> None:
    """Change what `edit` names. Each change is an entry of the activity log, of `agency`.

    Raises EditConflict if the program is not what `edit` compared itself with.
    """
    program = _lock()
    before = _values(program)
    edit.check(before)
    for name, act in ACTS.items():
        value = edit.changes.get(name, before[name])
        if value == before[name]:
            continue
        setattr(program, name, value)
        program.save(update_fields=[name])
        note = f"{_in_words(before[name])} → {_in_words(value)}"
        record(act, program, by=by, agency=agency, note=note, at=now)
    current.remember(program)
    languages.remember(program.languages)


def stored_logo() -> dict[str, Any]:
    return {"logo": Program.objects.current().logo}


def logo_mark() -> str:
    """Changes with the logo."""
    return fingerprint(Program.objects.current().logo.name or "")


@transaction.atomic
def save_logo(
    png: bytes, *, by: AbstractBaseUser | None, agency: models.Model | None,
    edit: Edit | None = None, now: datetime | None = None,
) -> None:  # fmt: skip
    """The file of the earlier logo is kept: emails that were sent show it.

    Raises EditConflict if the logo is not what `edit` compared itself with.
    """
    program = _lock()
    if edit:
        edit.check({"logo": program.logo})
    program.logo.save("logo.png", ContentFile(png), save=False)
    program.save(update_fields=["logo"])
    record("program logo changed", program, by=by, agency=agency, at=now)
    current.remember(program)


@transaction.atomic
def remove_logo(
    *, by: AbstractBaseUser | None, agency: models.Model | None, shown: str = "",
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Removing it again changes nothing. Raises NotAsShown if `shown` is not the `logo_mark`."""
    program = _lock()
    check_shown(shown, fingerprint(program.logo.name or ""))
    if not program.logo:
        return
    program.logo = ""
    program.save(update_fields=["logo"])
    record("program logo removed", program, by=by, agency=agency, at=now)
    current.remember(program)


def _lock() -> Program:
    """The locked row, which the first change makes."""
    Program.objects.bulk_create([Program(pk=THE_ONLY_KEY)], ignore_conflicts=True)
    return lock_one(Program.objects.all(), THE_ONLY_KEY)


def _values(program: Program) -> dict[str, Any]:
    return {name: getattr(program, name) for name in ACTS}


def _in_words(value: str | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else value or "–"
