"""The steps of the set-up, and which of them are done."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import SetUp
from catalog.models import Category, Issuer
from program.current import current


class Step(NamedTuple):
    name: str
    label: Promise

    def get_absolute_url(self) -> str:
        return reverse(f"office:set_up_{self.name}")


STEPS = (
    Step("you", _("You")),
    Step("program", _("The program")),
    Step("office", _("The office")),
    Step("issuer", _("The issuer")),
    Step("categories", _("Categories")),
    Step("people", _("Coordinators")),
)


def first_open(set_up: SetUp) -> int:
    """The place of the first step that is not done. The last one ends the set-up."""
    done = [
        set_up.coordinator is not None,
        bool(current().purpose),
        set_up.agency is not None,
        set_up.agency is not None and Issuer.objects.filter(agency=set_up.agency).exists(),
        Category.objects.exists(),
    ]
    return next((place for place, is_done in enumerate(done) if not is_done), len(done))


def place_of(name: str) -> int:
    return next(place for place, step in enumerate(STEPS) if step.name == name)
