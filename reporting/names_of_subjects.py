"""Badges and pathways in the activity log, by the names that people know them by."""

from __future__ import annotations

from collections.abc import Iterable

from audit.models import AuditEntry
from catalog.models import BadgeClass, Pathway

# Where a record of this kind has its own name, and where that of its badge.
_NAMES = {
    BadgeClass: ("current_version__name", "slug"),
    Pathway: ("name", "badge_class__current_version__name"),
}


def names_of_subjects(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Published names by subject key. A badge that is not published yet keeps its address."""
    keys = {entry.subject_key for entry in entries}
    names = {}
    for model, fields in _NAMES.items():
        kind = f"{model._meta.label_lower}:"
        ids = [int(key.removeprefix(kind)) for key in keys if key.startswith(kind)]
        rows = model.objects.filter(pk__in=ids).values_list("pk", *fields) if ids else []
        names |= {f"{kind}{pk}": one or other for pk, one, other in rows if one or other}
    return names
