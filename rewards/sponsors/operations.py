from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from audit.operations import record
from rewards.models import Sponsor


@transaction.atomic
def save_sponsor(sponsor: Sponsor, *, by: User | None, logo: bytes | None = None) -> None:
    """Save a sponsor. `logo` is a PNG from `clean_logo`; it replaces the old file."""
    new = sponsor.pk is None
    old = None if new else Sponsor.objects.values_list("logo", flat=True).get(pk=sponsor.pk)
    if logo is not None:
        sponsor.logo.save("logo.png", ContentFile(logo), save=False)
    sponsor.save()
    act = "sponsor added" if new else "sponsor changed"
    record(act, sponsor, by=by, agency=sponsor.agency)
    if old and old != sponsor.logo.name:
        storage = sponsor.logo.storage
        transaction.on_commit(lambda: storage.delete(old), robust=True)
