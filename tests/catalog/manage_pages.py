"""Form data for the badge editor, and the addresses of its pages."""

from __future__ import annotations

from django.urls import reverse

from tests.factories import CategoryFactory


def page(name, slug="media-balance"):
    return reverse(f"catalog:manage_{name}", args=[slug])


def details(issuer=None, **changes):
    fields = {
        "name": "Screens and Sleep",
        "description": "Teach what screens do to sleep.",
        "about": "Three **lessons**.",
        "category": str(CategoryFactory().pk),
        "level": "foundation",
        "hours": "6.5",
        "units": "0",
        "achievement_type": "MicroCredential",
        "language": "en",
        "tags": "media, sleep",
        "turnaround_days": "8",
        "waiting_hours": "",
        **changes,
    }
    return {**fields, "issuer": str(issuer.pk)} if issuer else fields


def criterion(number=0, **changes):
    fields = {
        "name": "Plan a lesson",
        "description": "An aim that students can say.",
        "evidence_prompt": "The plan.",
        "accepts_files": "on",
        "required": "on",
        **changes,
    }
    return {f"criterion-{number}-{name}": value for name, value in fields.items()}


def level(number, name, criterion_number=0):
    return {
        f"criterion-{criterion_number}-level-{number}-name": name,
        f"criterion-{criterion_number}-level-{number}-description": f"What {name} looks like.",
    }
