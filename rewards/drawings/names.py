"""Names that rules mention, of agencies, categories and badges: kept as they were announced."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from catalog.models import BadgeClass
from rewards.models import DrawingRules

_FIELDS = ("agencies", "categories", "badge_classes", "excluded_badge_classes")


@dataclass(frozen=True)
class Mentioned:
    name: str
    url: str = ""

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


def mentioned(rules: DrawingRules, field: str) -> list[Mentioned]:
    """What the rules mention in this field, under the announced names."""
    announced = rules.announced_names.get(field, {})
    return [
        Mentioned(announced.get(str(found.pk), _name(found)), _url(found))
        for found in _mentioned(rules, field)
    ]


def _mentioned(rules: DrawingRules, field: str) -> models.QuerySet:
    found = getattr(rules, field).all()
    return found.select_related("current_version") if found.model is BadgeClass else found


def _name(found: models.Model) -> str:
    return str(found.current_version or found) if isinstance(found, BadgeClass) else str(found)


def _url(found: models.Model) -> str:
    return found.get_absolute_url() if hasattr(found, "get_absolute_url") else ""
