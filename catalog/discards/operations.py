"""Deleting what was never published: a draft badge, or the unpublished version of a badge."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from audit.operations import record
from catalog.editor_values import publishing_mark
from catalog.models import BadgeClass
from catalog.unused_art import art_files, forget_art
from editing.shown import check_shown
from postgres.row_locks import lock_one


class NothingToDiscard(Exception):
    """The badge has no unpublished version, perhaps because another window published it."""


class StillUsed(Exception):
    """Other records name the draft badge; `kinds` says what they are."""

    def __init__(self, kinds: list[str]) -> None:
        super().__init__(", ".join(kinds))
        self.kinds = kinds


@transaction.atomic
def discard(
    badge_class: BadgeClass, *, by: User, shown: str = "", now: datetime | None = None
) -> None:
    """Delete the unpublished version; with the badge, if it was never published.

    Raises NotAsShown if `shown` is not the version's `publishing_mark`. What was published is
    never deleted: a trigger of the database refuses it, too.
    """
    badges = BadgeClass.objects.select_related("current_version", "issuer__agency")
    badge_class = lock_one(badges, badge_class.pk)
    version = badge_class.versions.select_for_update(no_key=True).filter(published_at=None).first()
    if version is None:
        raise NothingToDiscard(badge_class.slug)
    check_shown(shown, publishing_mark(version))
    forget_art(art_files(version))
    if badge_class.current_version is not None:
        act, agency = f"version {version.number} discarded", badge_class.agency
        record(act, badge_class, by=by, agency=agency, at=now)
        version.delete()
        return
    record("badge discarded", badge_class, by=by, agency=badge_class.agency, at=now)
    try:
        badge_class.delete()
    except ProtectedError as error:
        kinds = {str(one._meta.verbose_name_plural) for one in error.protected_objects}
        raise StillUsed(sorted(kinds)) from error
