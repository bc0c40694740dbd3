"""Changes of the program's own record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import Truncator

from audit.operations import record
from editing.fingerprints import fingerprint
from editing.forms import Edit
from editing.shown import check_shown
from postgres.row_locks import lock_one
from program import current, email_words, languages, pages, statements
from program.acts import ACTS, ACTS_OF_EMAILS, ACTS_OF_PAGES, ACTS_OF_STATEMENTS
from program.models import THE_ONLY_KEY, EmailWords, Page, Program, Statement

LONGEST_IN_LOG = 200  # characters of a text


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


@transaction.atomic
def write_page(
    slug: str, *, by: AbstractBaseUser | None, agency: models.Model | None, edit: Edit,
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Change the texts of a page. The first change makes all of its texts the office's own.

    Raises EditConflict if the page is not what `edit` compared itself with.
    """
    program = _lock()
    before = pages.stored_texts(slug, program)
    edit.check(before)
    changes = {name: text for name, text in edit.changes.items() if text != before[name]}
    if not changes:
        return
    page, _is_new = Page.objects.update_or_create(slug=slug, defaults={**before, **changes})
    for name, text in changes.items():
        note = f"{_in_words(before[name])} → {_in_words(text)}"
        record(ACTS_OF_PAGES[name], page, by=by, agency=agency, note=note, at=now)


@transaction.atomic
def use_default_page(
    slug: str, *, by: AbstractBaseUser | None, agency: models.Model | None, shown: str = "",
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Give up the office's own texts of a page. Doing it again changes nothing.

    Raises NotAsShown if `shown` is not the `page_mark`.
    """
    program = _lock()
    check_shown(shown, page_mark(slug, program))
    page = Page.objects.filter(slug=slug).first()
    if page is None:
        return
    record("page back to the default", page, by=by, agency=agency, at=now)
    page.delete()


def page_mark(slug: str, program: Program) -> str:
    """Changes with the texts of the page."""
    return fingerprint(pages.stored_texts(slug, program))


@transaction.atomic
def show_page(
    slug: str, *, is_shown: bool, by: AbstractBaseUser | None, agency: models.Model | None,
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Show or hide a page, whatever text it has. Doing it again changes nothing."""
    program = _lock()
    if is_shown == (slug not in program.hidden_pages):
        return
    others = [hidden for hidden in program.hidden_pages if hidden != slug]
    program.hidden_pages = others if is_shown else [*others, slug]
    program.save(update_fields=["hidden_pages"])
    act = "page shown" if is_shown else "page hidden"
    record(act, program, by=by, agency=agency, note=slug, at=now)
    current.remember(program)


@transaction.atomic
def write_email(
    kind: str, language: str, *, by: AbstractBaseUser | None, agency: models.Model | None,
    edit: Edit, now: datetime | None = None,
) -> None:  # fmt: skip
    """Change the own words of one kind of email. Without any, it says what the software says.

    Raises EditConflict if they are not what `edit` compared itself with.
    """
    program = _lock()
    before = email_words.stored_words(kind, language)
    edit.check(before)
    after = {**before, **edit.changes}
    if after == before:
        return
    own = EmailWords.objects.filter(kind=kind, language=language)
    if any(after.values()):
        EmailWords.objects.update_or_create(kind=kind, language=language, defaults=after)
    else:
        own.delete()
    for name in ("subject", "opening"):
        if after[name] != before[name]:
            note = f"{kind} ({language}): {_in_words(before[name])} → {_in_words(after[name])}"
            record(ACTS_OF_EMAILS[name], program, by=by, agency=agency, note=note, at=now)


@transaction.atomic
def use_default_email(
    kind: str, language: str, *, by: AbstractBaseUser | None, agency: models.Model | None,
    shown: str = "", now: datetime | None = None,
) -> None:  # fmt: skip
    """Give up the own words of a kind of email. Doing it again changes nothing.

    Raises NotAsShown if `shown` is not the `email_mark`.
    """
    program = _lock()
    check_shown(shown, email_mark(kind, language))
    own = EmailWords.objects.filter(kind=kind, language=language)
    if own.delete()[0]:
        note = f"{kind} ({language})"
        record("email back to the default", program, by=by, agency=agency, note=note, at=now)


def email_mark(kind: str, language: str) -> str:
    """Changes with the own words of this kind of email."""
    return fingerprint(email_words.stored_words(kind, language))


@transaction.atomic
def write_statement(
    *, by: AbstractBaseUser | None, agency: models.Model | None, edit: Edit,
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Begin a new version of the statement. What was accepted before keeps its version.

    Raises EditConflict if the statement is not what `edit` compared itself with.
    """
    _lock()
    before = statements.stored_texts()
    edit.check(before)
    changes = {name: text for name, text in edit.changes.items() if text != before[name]}
    if not changes:
        return
    statements.kept_in_force()  # what people could accept until now
    begun = _begin_statement({**before, **changes}, now=now)
    for name, text in changes.items():
        note = f"{_in_words(before[name])} → {_in_words(text)}"
        record(ACTS_OF_STATEMENTS[name], begun, by=by, agency=agency, note=note, at=now)


@transaction.atomic
def use_default_statement(
    *, by: AbstractBaseUser | None, agency: models.Model | None, shown: str = "",
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Begin a version with the words of the software. Doing it again changes nothing.

    Raises NotAsShown if `shown` is not the mark of the statement in force.
    """
    _lock()
    in_force = statements.in_force()
    check_shown(shown, statements.mark(in_force))
    if not in_force.is_default:
        begun = _begin_statement(statements.default_texts(), is_default=True, now=now)
        record("statement back to the default", begun, by=by, agency=agency, at=now)


def _begin_statement(
    texts: dict[str, str], *, now: datetime | None, is_default: bool = False
) -> Statement:
    return Statement.objects.create(
        number=statements.next_number(),
        is_default=is_default,
        begun_at=now or timezone.now(),
        **texts,
    )


@transaction.atomic
def offer_lists(are_there: Callable[[], bool]) -> None:
    """Say at the foot of every page whether there are mailing lists to sign up for.

    It is asked under the lock, so that the last of two changes is what pages say.
    """
    program = _lock()
    offers_lists = are_there()
    if program.offers_lists != offers_lists:
        program.offers_lists = offers_lists
        program.save(update_fields=["offers_lists"])
    current.remember(program)


def _lock() -> Program:
    """The locked row, which the first change makes."""
    Program.objects.bulk_create([Program(pk=THE_ONLY_KEY)], ignore_conflicts=True)
    return lock_one(Program.objects.all(), THE_ONLY_KEY)


def _values(program: Program) -> dict[str, Any]:
    return {name: getattr(program, name) for name in ACTS}


def _in_words(value: str | list[str] | int | None) -> str:
    """Long texts are cut off, so that the activity log can be read."""
    if value is None or isinstance(value, int):
        return "–" if value is None else str(value)
    text = ", ".join(value) if isinstance(value, list) else " ".join(value.split())
    return Truncator(text).chars(LONGEST_IN_LOG) or "–"
