"""An attempt by criterion, with changes since the previous attempt and past judgments."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from catalog.models import Criterion, RubricLevel
from reviewing.models import Assignment, CriterionJudgment, Review
from reviewing.states import ReaderRole
from submissions.models import Attempt, EvidenceItem, FilePreview, Submission
from submissions.previews.finding import previews_of

Verdict = CriterionJudgment.Verdict

# The cost of a word-by-word comparison grows with the product of the lengths.
MAX_COMPARED_WORDS = 1500


@dataclass(frozen=True)
class TextSegment:
    """A segment of a compared text; `change` is "same", "added" or "removed"."""

    change: str
    text: str


@dataclass(frozen=True)
class ComparedItem:
    """An evidence item compared with the previous attempt.

    `change` is "new", "changed", "removed" or "unchanged", or "" in the first attempt.
    """

    item: EvidenceItem
    label: str
    change: str = ""
    before: EvidenceItem | None = None
    before_label: str = ""
    comparison: list[TextSegment] = field(default_factory=list)
    preview: FilePreview | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.item.url).hostname or ""

    @property
    def is_image(self) -> bool:
        return self.item.content_type.startswith("image/")

    @property
    def kind_of_file(self) -> str:
        return kind_of_file(self.item.content_type)


def kind_of_file(content_type: str) -> str:
    if content_type == "application/pdf":
        return _("PDF")
    kinds = {"image": _("Image"), "video": _("Video"), "audio": _("Recording")}
    return kinds.get(content_type.partition("/")[0], _("Document"))


@dataclass(frozen=True)
class PastJudgment:
    attempt_number: int
    verdict: str
    comment: str
    level: RubricLevel | None = None
    reopened_because: str = ""


@dataclass(frozen=True)
class CriterionEvidence:
    criterion: Criterion
    items: list[ComparedItem]
    past: list[PastJudgment]
    met_in: int | None


def compare_with_previous(attempt: Attempt) -> list[CriterionEvidence]:
    """Each criterion with its evidence. File names are left out: they may reveal the earner."""
    submission = attempt.submission
    criteria = list(submission.version.criteria.all())
    prefetch_related_objects(criteria, "levels")
    items, before = _items(attempt)
    shown = [item for group in items.values() for item in group]
    previews = previews_of(submission, shown)
    past = _past_judgments(attempt)
    return [
        CriterionEvidence(
            criterion=criterion,
            items=[
                replace(one, preview=previews.get(one.item.file.name))
                for one in _compare(
                    items[criterion.pk], before[criterion.pk], first=attempt.number == 1
                )
            ],
            past=past[criterion.pk],
            met_in=next(
                (p.attempt_number for p in past[criterion.pk] if p.verdict == Verdict.MET),
                None,
            ),
        )
        for criterion in criteria
    ]


def sent_reviews(submission: Submission) -> list[Review]:
    """The sent reviews, first attempt first."""
    return [review for review in _reviews(submission) if review.sent_at]


def own_review(assignment: Assignment) -> Review | None:
    """As `assignment.review`, among the reviews that the page shows."""
    return next(
        (
            review
            for review in _reviews(assignment.submission)
            if review.attempt_id == assignment.place.attempt_id
            and review.reviewer_id == assignment.reviewer_id
            and review.role != ReaderRole.APPROVER
        ),
        None,
    )


def _reviews(submission: Submission) -> list[Review]:
    """All with their judgments, also drafts. The queries run only once per submission object."""
    if not hasattr(submission, "its_reviews"):
        found = Review.objects.filter(attempt__submission=submission)
        judgments = CriterionJudgment.objects.select_related("criterion", "level")
        found = found.select_related("attempt", "reviewer").order_by("attempt__number", "sent_at")
        submission.its_reviews = list(found.prefetch_related(Prefetch("judgments", judgments)))
        for review in submission.its_reviews:
            review.attempt.submission = submission
    return submission.its_reviews


def _items(
    attempt: Attempt,
) -> tuple[dict[int, list[EvidenceItem]], dict[int, list[EvidenceItem]]]:
    now: dict[int, list[EvidenceItem]] = defaultdict(list)
    before: dict[int, list[EvidenceItem]] = defaultdict(list)
    both = EvidenceItem.objects.filter(
        attempt__submission=attempt.submission_id,
        attempt__number__in=[attempt.number, attempt.number - 1],
    )
    for item in both.numbered().order_by("added_at", "pk"):
        (now if item.attempt_id == attempt.pk else before)[item.criterion_id].append(item)
    return now, before


def _past_judgments(attempt: Attempt) -> dict[int, list[PastJudgment]]:
    past: dict[int, list[PastJudgment]] = defaultdict(list)
    for review in sent_reviews(attempt.submission):
        if review.attempt.number >= attempt.number:
            continue
        for judgment in review.judgments.all():
            if judgment.verdict:
                past[judgment.criterion_id].append(
                    PastJudgment(
                        review.attempt.number,
                        judgment.verdict,
                        judgment.comment,
                        judgment.level,
                        judgment.reopened_because,
                    )
                )
    return past


def _compare(
    items: list[EvidenceItem], before: list[EvidenceItem], *, first: bool
) -> list[ComparedItem]:
    labels = labels_of(items)
    if first:
        return [ComparedItem(item, labels[item.pk]) for item in items]
    earlier = {item.thread: item for item in before}
    earlier_labels = labels_of(before)
    readings = []
    for item in items:
        old = earlier.pop(item.thread, None)
        if old is None:
            readings.append(ComparedItem(item, labels[item.pk], "new"))
        elif _content(old) == _content(item):
            readings.append(ComparedItem(item, labels[item.pk], "unchanged"))
        else:
            readings.append(
                ComparedItem(
                    item,
                    labels[item.pk],
                    "changed",
                    before=old,
                    before_label=earlier_labels[old.pk],
                    comparison=compare_words(old.text, item.text),
                )
            )
    removed = [
        ComparedItem(item, earlier_labels[item.pk], "removed")
        for item in before
        if item.thread in earlier
    ]
    return readings + removed


def _content(item: EvidenceItem) -> tuple:
    return (item.kind, item.title, item.text, item.url, item.file.name, item.answers)


def labels_of(items: Iterable[EvidenceItem]) -> dict[int, str]:
    """Labels of the items: the earner's title, or else the kind, with numbers for files.

    A file has the number under which it is downloaded, too.
    """
    labels = {}
    for item in items:
        if item.kind == EvidenceItem.Kind.FILE:
            kind = {"number": item.number, "kind": kind_of_file(item.content_type)}
            labels[item.pk] = item.title or _("File %(number)s (%(kind)s)") % kind
        elif item.kind == EvidenceItem.Kind.LINK:
            labels[item.pk] = item.title or item.url
        elif item.kind == EvidenceItem.Kind.FORM:
            labels[item.pk] = _("Answers to the questions")
        else:
            labels[item.pk] = item.title or _("In the educator’s words")
    return labels


def compare_words(old: str, new: str) -> list[TextSegment]:
    """The segments that are the same, removed or added; empty for texts too long to compare."""
    old_words, new_words = (re.findall(r"\s+|\S+", text) for text in (old, new))
    if not old_words or max(len(old_words), len(new_words)) > 2 * MAX_COMPARED_WORDS:
        return []
    segments = []
    matcher = difflib.SequenceMatcher(None, old_words, new_words, autojunk=False)
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if operation == "equal":
            segments.append(TextSegment("same", "".join(new_words[new_from:new_to])))
            continue
        if removed := "".join(old_words[old_from:old_to]):
            segments.append(TextSegment("removed", removed))
        if added := "".join(new_words[new_from:new_to]):
            segments.append(TextSegment("added", added))
    return segments
