"""Names that rules mention, of agencies, categories and badges: kept as they were announced."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from catalog.models import BadgeClass, Category
from rewards.models import DrawingRules

_FIELDS = ("agencies", "categories", "badge_classes", "excluded_badge_classes")
_ORDER = ("field", "place", "title")


@dataclass(frozen=True)
class Mentioned:
    name: str
    url: str = ""
    pk: int | None = None

    def __str__(self) -> str:
        return self.name


def names_in(rules: DrawingRules) -> dict[str, dict[str, str]]:
    """The names as they are now, by field and key; to be saved with the announcement."""
    names = {
        field: {str(found.pk): _name(found) for found in _mentioned(rules, field)}
        for field in _FIELDS
    }
    agency = rules.drawing.agency
    return {**names, "run_by": {str(agency.pk): agency.name}}


def mentioned(rules: DrawingRules) -> dict[str, list[Mentioned]]:
    """What the rules mention in each field, under the announced names, in one statement."""
    rows = [_rows(rules, field) for field in _FIELDS]
    found: dict[str, list[Mentioned]] = {field: [] for field in _FIELDS}
    for field, _place, name, pk, slug in rows[0].union(*rows[1:], all=True).order_by(*_ORDER):
        announced = rules.announced_names.get(field, {})
        url = getattr(rules, field).model(slug=slug).get_absolute_url() if slug else ""
        found[field].append(Mentioned(announced.get(str(pk), name), url, pk))
    return found


def _rows(rules: DrawingRules, field: str) -> models.QuerySet:
    """Field, place, name, key and short name of each, in columns that are the same for all."""
    found = getattr(rules, field).all().order_by()
    if found.model is BadgeClass:
        version = Coalesce("current_version__name", "slug", output_field=models.CharField())
        columns = {"place": Value(0), "title": version, "link": F("slug")}
    elif found.model is Category:
        columns = {"place": F("position"), "title": F("name"), "link": F("slug")}
    else:
        columns = {"place": Value(0), "title": F("name"), "link": Value("")}
    return found.annotate(field=Value(field), **columns).values_list(*_ORDER, "pk", "link")


def _mentioned(rules: DrawingRules, field: str) -> models.QuerySet:
    found = getattr(rules, field).all()
    return found.select_related("current_version") if found.model is BadgeClass else found


def _name(found: models.Model) -> str:
    return str(found.current_version or found) if isinstance(found, BadgeClass) else str(found)
