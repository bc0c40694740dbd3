"""What the pages about anchors show of them: evidence by criterion, and answers with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.forms import BoundField

from catalog.models import Criterion
from reviewing.models import AnchorAnswer, AnchorEvidence, AnchorReading, AnchorVersion


@dataclass(frozen=True)
class Part:
    """One criterion of an anchor: what is shown for it, and what was said about it."""

    criterion: Criterion
    evidence: list[AnchorEvidence]
    field: BoundField | None = None
    answer: AnchorAnswer | None = None
    why: str = ""


@dataclass(frozen=True)
class AnsweredReading:
    reading: AnchorReading
    parts: list[Part] = field(default_factory=list)

    @property
    def as_agreed(self) -> int:
        return sum(bool(part.answer and part.answer.is_as_agreed) for part in self.parts)


def evidence_by_thread(version: AnchorVersion) -> dict[object, list[AnchorEvidence]]:
    found: dict[object, list[AnchorEvidence]] = {}
    for one in version.evidence.select_related("criterion"):
        found.setdefault(one.criterion.thread, []).append(one)
    return found


def parts_to_judge(
    version: AnchorVersion, criteria: Sequence[Criterion], fields: Sequence[BoundField]
) -> list[Part]:
    evidence = evidence_by_thread(version)
    return [
        Part(criterion, evidence.get(criterion.thread, []), field=bound)
        for criterion, bound in zip(criteria, fields, strict=True)
    ]


def answered(reading: AnchorReading) -> AnsweredReading:
    """With the agreed verdicts and why, criterion by criterion."""
    evidence = evidence_by_thread(reading.anchor_version)
    verdicts = reading.anchor_version.verdicts.select_related("criterion")
    reasons = {one.criterion.thread: one.why for one in verdicts}
    answers = reading.answers.select_related("criterion").prefetch_related("criterion__levels")
    return AnsweredReading(
        reading,
        [
            Part(
                answer.criterion,
                evidence.get(answer.criterion.thread, []),
                answer=answer,
                why=reasons.get(answer.criterion.thread, ""),
            )
            for answer in answers
        ],
    )
