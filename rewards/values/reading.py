"""Where each announced source of a drawing stands: not known yet, typed once, differing, agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from rewards import sources
from rewards.drand import operations as rounds
from rewards.models import Drawing, TypedValue


@dataclass(frozen=True)
class Reading:
    """A source, and what was typed for it, or the proved signature of its round."""

    index: int
    source: dict
    typed: Sequence[TypedValue] = ()
    signature: str = ""
    latest: dict[int, TypedValue] = field(init=False)

    def __post_init__(self) -> None:
        # By person: two accounts of one person are not two people.
        by_person = {row.typed_by.person_key: row for row in self.typed}
        object.__setattr__(self, "latest", by_person)

    @property
    def pair(self) -> tuple[TypedValue, TypedValue] | None:
        """Two people's values that are the same, the newest one last; None until there are two."""
        if not self.typed:
            return None
        newest = self.typed[-1]
        for row in self.latest.values():
            if row.typed_by.person_key == newest.typed_by.person_key:
                continue
            if self._canonical(row) == self._canonical(newest):
                return row, newest
        return None

    @property
    def given(self) -> list[str]:
        """What the draw takes: the agreed values, or the signature. Empty if there is none yet."""
        if self.signature:
            return [self.signature]
        return self.pair[0].values if self.pair else []

    @property
    def differs(self) -> bool:
        return len(self.latest) > 1 and self.pair is None

    @property
    def known_by(self) -> datetime:
        return sources.known_by(self.source)

    @property
    def people(self) -> list[User]:
        """Who typed it, in the order of what they typed last."""
        rows = sorted(self.latest.values(), key=lambda row: row.pk)
        return [row.typed_by for row in rows]

    def by(self, user: User) -> TypedValue | None:
        """What this person typed last."""
        return self.latest.get(user.person_key)

    def _canonical(self, row: TypedValue) -> str:
        return sources.canonical(self.source, row.values)


def readings_of(drawing: Drawing) -> list[Reading]:
    """One for each announced source, in the announced order."""
    if drawing.rules is None:
        return []
    rows: dict[int, list[TypedValue]] = {}
    for row in drawing.rules.typed_values.select_related("typed_by").order_by("pk"):
        rows.setdefault(row.source, []).append(row)
    found = rounds.signatures_of(drawing)
    return [
        Reading(index, source, rows.get(index, []), found.get(source.get("round", 0), ""))
        for index, source in enumerate(drawing.rules.sources)
    ]
