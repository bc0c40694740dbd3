"""Changes of an issuer."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from audit.operations import record
from catalog.models import Issuer


class LogoConflict(Exception):
    """The logo or its description was changed meanwhile."""


def logo_state(issuer: Issuer) -> str:
    """What a form started from."""
    return f"{issuer.logo.name}|{issuer.logo_alt}"


@transaction.atomic
def save_logo(
    issuer: Issuer,
    *,
    by: User,
    started_from: str,
    alt: str,
    png: bytes | None = None,
    now: datetime | None = None,
) -> None:
    """Set another logo (`png`), or only its description.

    The file of the earlier logo is kept: badges that are signed already name it.
    """
    issuer = _lock(issuer, started_from)
    issuer.logo_alt = alt
    if png is not None:
        issuer.logo.save("logo.png", ContentFile(png), save=False)
    issuer.save(update_fields=["logo", "logo_alt"])
    record("logo changed", issuer, by=by, agency=issuer.agency, at=now)


@transaction.atomic
def remove_logo(
    issuer: Issuer, *, by: User, started_from: str, now: datetime | None = None
) -> None:
    """Documents that are signed from now on name no logo. Removing it again changes nothing."""
    issuer = _lock(issuer, started_from)
    if not issuer.logo:
        return
    issuer.logo, issuer.logo_alt = "", ""
    issuer.save(update_fields=["logo", "logo_alt"])
    record("logo removed", issuer, by=by, agency=issuer.agency, at=now)


def _lock(issuer: Issuer, started_from: str) -> Issuer:
    locked = Issuer.objects.select_for_update(no_key=True, of=["self"]).select_related("agency")
    issuer = locked.get(pk=issuer.pk)
    if logo_state(issuer) != started_from:
        raise LogoConflict
    return issuer
