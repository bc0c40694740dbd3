"""An attempt by criterion, with the changes since the previous attempt."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import Criterion
from submissions import links
from submissions.declarations.operations import DECLARED
from submissions.models import Attempt, EvidenceItem, Submission
from submissions.operations import NotEditable
from submissions.questions.answered import is_complete, with_questions

Kind = EvidenceItem.Kind
LARGEST_THUMBNAIL = 1024 * 1024  # bytes


@dataclass
class AnsweredItem:
    item: EvidenceItem
    is_new: bool = False
    is_changed: bool = False

    @property
    def sharing_reminder(self) -> str:
        return links.sharing_reminder(self.item.url) if self.item.url else ""

    @property
    def has_thumbnail(self) -> bool:
        """Large pictures are not loaded again and again over a slow line."""
        return self.item.content_type.startswith("image/") and self.item.size <= LARGEST_THUMBNAIL


@dataclass
class Answer:
    """The evidence of one attempt for one criterion."""

    criterion: Criterion
    number: int
    is_met: bool = False
    items: list[AnsweredItem] = field(default_factory=list)
    # Items of the previous attempt that are no longer in this one.
    removed: list[EvidenceItem] = field(default_factory=list)

    @property
    def text(self) -> str:
        return next((a.item.text for a in self.items if a.item.kind == Kind.TEXT), "")

    @property
    def attachments(self) -> list[AnsweredItem]:
        """Links and files. What is typed is shown separately."""
        return [each for each in self.items if each.item.kind not in {Kind.TEXT, Kind.FORM}]

    @property
    def kept_answers(self) -> list[dict]:
        """The answers to the criterion's questions, as they are kept."""
        return next((a.item.answers for a in self.items if a.item.kind == Kind.FORM), [])

    def links_to(self, url: str) -> bool:
        return any(answered.item.url == url for answered in self.items)

    @property
    def is_answered(self) -> bool:
        """Also the questions that need an answer; only for answers of a draft."""
        return self.is_met or (bool(self.items) and is_complete(self.criterion, self.kept_answers))

    @property
    def is_missing(self) -> bool:
        """It can't be sent as it is."""
        return (self.criterion.required or bool(self.items)) and not self.is_answered

    @property
    def has_changed(self) -> bool:
        return bool(self.removed) or any(
            answered.is_new or answered.is_changed for answered in self.items
        )


def build_answers(
    attempt: Attempt,
    *,
    criteria: Iterable[Criterion],
    previous: Attempt | None = None,
    met: Collection[int] = (),
) -> list[Answer]:
    """Each criterion with its evidence in this attempt, in the order of `criteria`.

    `previous` is the attempt sent before this one; `met` are the primary keys of met criteria.
    """
    earlier = {item.thread: item for item in previous.evidence_items.all()} if previous else {}
    answers = {
        criterion.pk: Answer(criterion, number, is_met=criterion.pk in met)
        for number, criterion in enumerate(criteria, start=1)
    }
    for item in attempt.evidence_items.all():
        old = earlier.pop(item.thread, None)
        answers[item.criterion_id].items.append(
            AnsweredItem(
                item,
                is_new=previous is not None and old is None,
                is_changed=old is not None and _content(old) != _content(item),
            )
        )
    for item in earlier.values():
        answers[item.criterion_id].removed.append(item)
    return list(answers.values())


def criteria_of(submission: Submission) -> QuerySet[Criterion]:
    """The criteria of its version, each with `is_met`: whether a reviewer has found it met."""
    met = Submission.met_criteria.through.objects.filter(
        submission=submission, criterion=OuterRef("pk")
    )
    return submission.version.criteria.annotate(is_met=Exists(met))


def split_attempts(submission: Submission) -> tuple[list[Attempt], Attempt | None]:
    """The sent attempts in order, and the unsent one, if any."""
    found = submission.attempts.select_related(*DECLARED)
    attempts = list(found.prefetch_related("evidence_items"))
    sent = [attempt for attempt in attempts if attempt.sent_at]
    return sent, next((attempt for attempt in attempts if attempt.sent_at is None), None)


def answers_by_attempt(
    submission: Submission, *, criteria: list[Criterion]
) -> list[tuple[Attempt, list[Answer]]]:
    """The sent attempts with their answers, newest first."""
    sent, _unsent = split_attempts(submission)
    return [
        (attempt, build_answers(attempt, criteria=criteria, previous=previous))
        for previous, attempt in zip([None, *sent], sent, strict=False)
    ][::-1]


def draft_answers(submission: Submission) -> list[Answer]:
    """The answers of the unsent attempt. Raises NotEditable if there is none."""
    sent, unsent = split_attempts(submission)
    if unsent is None:
        raise NotEditable
    criteria = list(criteria_of(submission).prefetch_related("levels"))
    return build_answers(
        unsent,
        criteria=with_questions(criteria),
        previous=sent[-1] if sent else None,
        met={criterion.pk for criterion in criteria if criterion.is_met},
    )


def _content(item: EvidenceItem) -> tuple:
    return item.title, item.text, item.url, item.file.name, item.subtitles, item.answers
