"""The set-up of an installation: its code, its first coordinator and agency, its end."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts import operations as accounts
from accounts.models import Agency, Membership, SetUp, User
from accounts.set_up.codes import as_typed, in_groups, new_code
from audit.operations import record
from postgres.row_locks import lock_one

THE_ONLY_KEY = 1


class Finished(Exception):
    """The set-up is done. It stays closed for good."""


class AlreadyBegun(Exception):
    """Somebody else has become the first coordinator meanwhile."""


class AddressTaken(Exception):
    """An account has this address."""


class NotInTurn(Exception):
    """An earlier step comes first."""


def is_open() -> bool:
    """Whether this installation still has to be set up."""
    row = SetUp.objects.first()
    if row is None:
        return not Agency.objects.exists()
    return row.finished_at is None


def current() -> SetUp:
    return SetUp.objects.select_related("coordinator", "agency").first() or SetUp(pk=THE_ONLY_KEY)


@transaction.atomic
def make_code() -> str:
    """A new one-time code, in groups. An earlier one no longer counts. Raises Finished."""
    row = _lock()
    code = new_code()
    row.code_hash, row.code_number = make_password(code), row.code_number + 1
    row.save(update_fields=["code_hash", "code_number"])
    return in_groups(code)


def number_of_code(typed: str) -> int | None:
    """The number of the code that was typed; None if it is wrong, used or replaced."""
    row = SetUp.objects.filter(finished_at=None).exclude(code_hash="").first()
    if row is None or not check_password(as_typed(typed), row.code_hash):
        return None
    return row.code_number


def is_of_current_code(number: object) -> bool:
    """Whether a session that a code opened still counts."""
    row = SetUp.objects.filter(finished_at=None).exclude(code_number=0).first()
    return row is not None and number == row.code_number


@transaction.atomic
def begin(
    *, name: str, email: str, password: str, language: str, now: datetime | None = None
) -> User:
    """Make the first coordinator's account. The code is used up; it vouches for the address.

    Raises Finished, AlreadyBegun or AddressTaken.
    """
    row = _lock()
    if row.coordinator is not None:
        raise AlreadyBegun
    if User.objects.filter(email=email.lower()).exists():
        raise AddressTaken(email)
    user = User.objects.create_user(email, password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    _become_coordinator(row, user, now=now)
    return user


@transaction.atomic
def begin_as(user: User, *, now: datetime | None = None) -> None:
    """An operator who is signed in becomes the first coordinator. Raises AlreadyBegun."""
    row = _lock()
    if row.coordinator is not None and row.coordinator != user:
        raise AlreadyBegun
    if row.coordinator is None:
        _become_coordinator(row, user, now=now)


def _become_coordinator(row: SetUp, user: User, *, now: datetime | None) -> None:
    row.coordinator, row.code_hash = user, ""
    row.save(update_fields=["coordinator", "code_hash"])
    record("set-up begun", user, by=user, at=now)


@transaction.atomic
def choose_password(password: str, *, now: datetime | None = None) -> User:
    """For a first coordinator who forgot the password and typed a new code: it vouches for them."""
    row = _lock()
    if row.coordinator is None:
        raise NotInTurn
    user = lock_one(User.objects.all(), row.coordinator.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    row.code_hash = ""
    row.save(update_fields=["code_hash"])
    record("password chosen with a code", user, by=user, at=now)
    return user


@transaction.atomic
def name_agency(name: str, *, kind: str, by: User, now: datetime | None = None) -> Agency:
    """Make the agency at the root, coordinated by the first coordinator; later, correct it."""
    row = _lock()
    if row.coordinator is None:
        raise NotInTurn
    if row.agency is None:
        slug = slugify(name)[:100].strip("-_") or "office"
        slug = f"{slug}-office" if slug == "new" else slug
        row.agency = Agency.objects.create(name=name, kind=kind, slug=slug)
        row.save(update_fields=["agency"])
        record("agency added", row.agency, by=by, agency=row.agency, at=now)
        role = Membership.Role.COORDINATOR
        accounts.give_role(row.coordinator, row.agency, role, by=by, now=now)
        return row.agency
    agency = lock_one(Agency.objects.all(), row.agency.pk)
    if agency.name != name:
        note = f"{agency.name} → {name}"
        agency.name = name
        record("agency renamed", agency, by=by, agency=agency, note=note, at=now)
    if agency.kind != kind:
        agency.kind = kind
        note = agency.get_kind_display()
        record("kind of agency changed", agency, by=by, agency=agency, note=note, at=now)
    agency.save(update_fields=["name", "kind"])
    return agency


@transaction.atomic
def finish(*, by: User, now: datetime | None = None) -> None:
    """Close the set-up for good. Raises Finished for the second of two people, or NotInTurn."""
    row = _lock()
    if row.coordinator is None or row.agency is None:
        raise NotInTurn
    row.finished_at, row.code_hash = now or timezone.now(), ""
    row.save(update_fields=["finished_at", "code_hash"])
    record("set-up finished", row.agency, by=by, agency=row.agency, at=now)


@transaction.atomic
def say_texts_are_read(*, by: User, now: datetime | None = None) -> None:
    """The second time changes nothing."""
    row = _lock_finished()
    if row.agency and row.texts_read_at is None:
        row.texts_read_at = now or timezone.now()
        row.save(update_fields=["texts_read_at"])
        record("texts of the program read", row.agency, by=by, agency=row.agency, at=now)


@transaction.atomic
def hide_checklist(*, by: User, now: datetime | None = None) -> None:
    row = _lock_finished()
    if row.agency and row.hidden_at is None:
        row.hidden_at = now or timezone.now()
        row.save(update_fields=["hidden_at"])
        record("checklist hidden", row.agency, by=by, agency=row.agency, at=now)


def _lock_finished() -> SetUp:
    rows = SetUp.objects.exclude(finished_at=None).select_related("agency")
    return lock_one(rows, THE_ONLY_KEY)


def _lock() -> SetUp:
    """The locked row, which the first call makes. Raises Finished."""
    if SetUp.objects.first() is None and Agency.objects.exists():
        raise Finished
    SetUp.objects.bulk_create([SetUp(pk=THE_ONLY_KEY)], ignore_conflicts=True)
    row = lock_one(SetUp.objects.select_related("coordinator", "agency"), THE_ONLY_KEY)
    if row.finished_at is not None:
        raise Finished
    return row
