"""The people in a pasted or uploaded list, and what inviting each of them would do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership
from accounts.one_line import one_line
from accounts.operations import people_by_address
from mail.no_mailbox import validate_mailbox

MOST_ROWS = 200
LONGEST_NAME = 150
_address = forms.EmailField(max_length=254, validators=[validate_mailbox])


class Outcome(models.TextChoices):
    INVITED = "invited", _("Will be invited")
    GIVEN = "given", _("Has an account and will get the role")
    HELD = "held", _("Has this role already; its last day becomes the one above")
    TWICE = "twice", _("Is in the list twice")
    NO_ADDRESS = "no_address", _("No email address in this row")
    BAD_ADDRESS = "bad_address", _("Not an email address: correct it")
    BAD_NAME = "bad_name", _("The name is too long or has control characters: correct it")


WILL_DO = (Outcome.INVITED, Outcome.GIVEN, Outcome.HELD)


@dataclass
class InvitationRow:
    line: int
    email: str
    name: str
    outcome: Outcome

    @property
    def will_do(self) -> bool:
        return self.outcome in WILL_DO


def understand(lines: Iterable[tuple[int, list[str]]]) -> list[InvitationRow]:
    """One row for each line; a first line without any address is taken for headings."""
    rows: list[InvitationRow] = []
    seen: set[str] = set()
    for position, (line, cells) in enumerate(lines):
        words = [cell.strip() for cell in cells if cell.strip()]
        address = next((word for word in words if "@" in word), "")
        if not words or (position == 0 and not address):
            continue
        row = _read(line, address, [word for word in words if word != address])
        if row.will_do and row.email in seen:
            row.outcome = Outcome.TWICE
        seen.add(row.email)
        rows.append(row)
    return rows


def _read(line: int, address: str, others: list[str]) -> InvitationRow:
    row = InvitationRow(line, address, " ".join(others[:2]), Outcome.INVITED)
    if not address:
        row.outcome = Outcome.NO_ADDRESS
        return row
    try:
        row.email = _address.clean(address).lower()
    except forms.ValidationError:
        row.outcome = Outcome.BAD_ADDRESS
        return row
    try:
        row.name = one_line(row.name)
    except forms.ValidationError:
        row.outcome = Outcome.BAD_NAME
    if len(row.name) > LONGEST_NAME:
        row.outcome = Outcome.BAD_NAME
    return row


def compare(rows: list[InvitationRow], agency: Agency, role: str) -> None:
    """Say of each row what would happen now."""
    wanted = [row for row in rows if row.will_do]
    people = people_by_address([row.email for row in wanted])
    held = Membership.objects.confirmed().filter(agency=agency, role=role)
    holders = set(held.filter(user__in=people.values()).values_list("user", flat=True))
    for row in wanted:
        person = people.get(row.email)
        if person and person.pk in holders:
            row.outcome = Outcome.HELD
        elif person and not person.is_invited:
            row.outcome = Outcome.GIVEN
