"""An attempt as people read it: criterion by criterion, beside what was sent before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from catalog.models import Criterion
from submissions.models import Attempt, EvidenceItem, Submission
from submissions.operations import NotEditable

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


def attempts_of(submission: Submission) -> tuple[list[Attempt], Attempt | None]:
    """The attempts that were sent, in their order, and the one that was not, if any."""
    attempts = list(submission.attempts.prefetch_related("evidence_items"))
    sent = [attempt for attempt in attempts if attempt.sent_at]
    return sent, next((attempt for attempt in attempts if attempt.sent_at is None), None)


def draft_answers(submission: Submission) -> list[Answer]:
    """The draft, criterion by criterion."""
    sent, unsent = attempts_of(submission)
    if unsent is None:
        raise NotEditable
    return answers_of(
        unsent,
        criteria=submission.version.criteria.prefetch_related("levels"),
        before=sent[-1] if sent else None,
        met=submission.met_criteria.values_list("pk", flat=True),
    )


def _content(item: EvidenceItem) -> tuple[str, ...]:
    return item.title, item.text, item.url, item.file.name
