"""Marks: words that are nowhere else, by which a test finds a text again on any page."""

from __future__ import annotations

from collections import defaultdict

from django.utils import timezone

from accounts.models import User
from audit.audiences import ALWAYS
from catalog.models import BadgeClass, Category, Issuer
from tests.access.world import Place, member
from tests.factories import BadgeFactory


class Marks:
    """`marks` has the mark of each text, by field and state, or by act."""

    issuer: Issuer
    category: Category

    def __init__(self, place: Place) -> None:
        self.place, self.agency = place, place.agency
        self.earner, self.coordinator = place.earner, place.coordinator
        self.by = {"by": place.coordinator}
        self.now = timezone.now()
        self.marks: dict[tuple[str, str], str] = {}
        # What pages ask for, by family of addresses.
        self.records: dict[str, list[dict]] = defaultdict(list)

    def mark(self, text: str, state: str = ALWAYS) -> str:
        """A word that is nowhere else: an email address, a name and a slug may contain it."""
        return self.marks.setdefault((text, state), f"mk{len(self.marks):03}km")

    def add(self, record: str, /, **arguments) -> None:
        """A record, named as in `tests/access/table.py`; the last word is its family."""
        self.records[record.split(" ")[-1]].append(arguments)

    def _earner(self, **kwargs) -> User:
        return member(self.agency, "earner", **kwargs)

    def _plain_badge(self, **rules) -> BadgeClass:
        return BadgeFactory(issuer=self.issuer, category=self.category, **rules)
