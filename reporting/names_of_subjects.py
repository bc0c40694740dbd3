"""Badges and pathways in the activity log, by the names that people know them by."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model, QuerySet, Value

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
    badges, pathways = (_named(model, keys) for model in _NAMES)
    found = badges.union(pathways)
    return {f"{kind}{pk}": one or other for kind, pk, one, other in found if one or other}


def _named(model: type[Model], keys: set[str]) -> QuerySet:
    kind = f"{model._meta.label_lower}:"
    ids = [int(key.removeprefix(kind)) for key in keys if key.startswith(kind)]
    found = model._default_manager.filter(pk__in=ids).order_by()
    return found.values_list(Value(kind), "pk", *_NAMES[model])
