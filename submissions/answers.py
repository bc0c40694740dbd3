"""An attempt as people read it: criterion by criterion, beside what was sent before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from catalog.models import Criterion
from submissions.models import Attempt, EvidenceItem

Kind = EvidenceItem.Kind


@dataclass
class AnsweredItem:
    item: EvidenceItem
    is_new: bool = False
    is_changed: bool = False


@dataclass
class Answer:
    """What one attempt holds for one criterion."""

    criterion: Criterion
    number: int
    is_met: bool = False
    items: list[AnsweredItem] = field(default_factory=list)
    # Sent in the attempt before, taken out since.
    removed: list[EvidenceItem] = field(default_factory=list)

    @property
    def text(self) -> str:
        return next((each.item.text for each in self.items if each.item.kind == Kind.TEXT), "")

    @property
    def attachments(self) -> list[AnsweredItem]:
        """Links and files; the words are shown on their own."""
        return [each for each in self.items if each.item.kind != Kind.TEXT]

    def links_to(self, url: str) -> bool:
        return any(each.item.url == url for each in self.items)

    @property
    def is_answered(self) -> bool:
        return self.is_met or bool(self.items)

    @property
    def has_changed(self) -> bool:
        return bool(self.removed) or any(each.is_new or each.is_changed for each in self.items)


def answers_of(
    attempt: Attempt,
    *,
    criteria: Iterable[Criterion],
    before: Attempt | None = None,
    met: Collection[int] = (),
) -> list[Answer]:
    """Every criterion with its evidence in this attempt, in the order in which criteria come.

    `before` is the attempt that was sent before it; `met` holds primary keys of criteria.
    """
    earlier = {item.thread: item for item in before.evidence_items.all()} if before else {}
    answers = {
        criterion.pk: Answer(criterion, number, is_met=criterion.pk in met)
        for number, criterion in enumerate(criteria, start=1)
    }
    for item in attempt.evidence_items.all():
        was = earlier.pop(item.thread, None)
        answers[item.criterion_id].items.append(
            AnsweredItem(
                item,
                is_new=before is not None and was is None,
                is_changed=was is not None and _content(was) != _content(item),
            )
        )
    for item in earlier.values():
        answers[item.criterion_id].removed.append(item)
    return list(answers.values())


def _content(item: EvidenceItem) -> tuple[str, ...]:
    return item.title, item.text, item.url, item.file.name
