"""What the steps of the set-up write, each step in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import operations as accounts
from accounts.models import Agency, Membership, User
from accounts.set_up import operations as set_up
from catalog.categories import operations as categories
from catalog.issuers import operations as issuers
from catalog.models import Category, Issuer
from editing.forms import Edit
from issuing.keys import operations as keys
from mail.operations import queue_email
from program import operations as program


@transaction.atomic
def save_program(*, by: User, edit: Edit, png: bytes | None, agency: Agency | None) -> None:
    program.change(by=by, agency=agency, edit=edit)
    if png is not None:
        program.save_logo(png, by=by, agency=agency)


@transaction.atomic
def save_office(*, by: User, name: str, kind: str, **contact: str) -> Agency:
    """The agency at the root, which the program's pages name as its office."""
    agency = set_up.name_agency(name, kind=kind, by=by)
    program.change(by=by, agency=agency, edit=Edit({"office_name": name, **contact}))
    return agency


@transaction.atomic
def save_issuer(
    agency: Agency, *, by: User, fields: Mapping[str, Any], png: bytes | None, alt: str,
    now: datetime | None = None,
) -> Issuer:  # fmt: skip
    """The issuer of the agency, with its keys. Two windows make one issuer."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    issuer = Issuer.objects.filter(agency=agency).order_by("pk").first()
    if issuer is None:
        issuer = issuers.add(agency, by=by, now=now, **fields)
    else:
        issuers.change(issuer, by=by, edit=Edit(dict(fields)), now=now)
    if png is not None:
        issuers.save_logo(issuer, by=by, alt=alt, png=png, now=now)
    keys.make_keys(issuer, now=now or timezone.now())
    return issuer


@transaction.atomic
def add_categories(chosen: Iterable[dict[str, Any]], *, by: User, agency: Agency | None) -> None:
    """Those that another window added meanwhile are left as they are."""
    for fields in chosen:
        if not Category.objects.filter(name__iexact=fields["name"]).exists():
            categories.add(by=by, agency=agency, **fields)


@transaction.atomic
def invite_and_finish(agency: Agency, *, addresses: Iterable[str], language: str, by: User) -> None:
    """Raises Finished for the second of two people, who invites nobody."""
    set_up.finish(by=by)
    role = Membership.Role.COORDINATOR
    for email in addresses:
        accounts.invite_to_role(agency, email=email, name="", role=role, language=language, by=by)


@transaction.atomic
def send_test_letter(user: User, *, now: datetime) -> None:
    key = f"{user.pk} {now.isoformat(timespec='minutes')}"
    queue_email("test_letter", key, to=user.email, language=user.language)
