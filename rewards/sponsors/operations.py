from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from audit.operations import record
from editing.forms import Edit
from rewards.models import Sponsor


@transaction.atomic
def save_sponsor(
    sponsor: Sponsor, *, by: User | None, logo: bytes | None = None, edit: Edit | None = None
) -> None:
    """Save a sponsor. `logo` is a PNG from `clean_logo`; it replaces the old file.

    With `edit`, only what it changed is written. Raises EditConflict if the sponsor is not what
    it compared itself with.
    """
    new = sponsor.pk is None
    stored = None if new else Sponsor.objects.select_for_update(no_key=True).get(pk=sponsor.pk)
    changed = None
    if edit and stored:
        edit.check({field.name: field.value_from_object(stored) for field in stored._meta.fields})
        changed = list(edit.changes)
    if logo is not None:
        sponsor.logo.save("logo.png", ContentFile(logo), save=False)
    sponsor.save(update_fields=changed)
    old = stored and stored.logo.name
    act = "sponsor added" if new else "sponsor changed"
    record(act, sponsor, by=by, agency=sponsor.agency)
    if old and old != sponsor.logo.name:
        storage = sponsor.logo.storage
        transaction.on_commit(lambda: storage.delete(old), robust=True)


@transaction.atomic
def remove_logo(sponsor: Sponsor, *, by: User) -> None:
    """From the sponsor's entry. Drawings that were announced keep it."""
    sponsor = Sponsor.objects.select_for_update(no_key=True).get(pk=sponsor.pk)
    old, storage = sponsor.logo.name, sponsor.logo.storage
    if not old:
        return
    sponsor.logo = ""
    sponsor.save(update_fields=["logo"])
    record("sponsor changed", sponsor, by=by, agency=sponsor.agency)
    transaction.on_commit(lambda: storage.delete(old), robust=True)
