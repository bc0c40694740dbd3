"""Saving what is typed for a criterion: the text, and the answers to its questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from catalog.models import Criterion
from editing.forms import Edit
from submissions.models import Attempt, EvidenceItem, Submission
from submissions.operations import check_limits, editable_attempt, write_text
from submissions.questions.answered import answers_to_keep, as_text, given_answers

Kind = EvidenceItem.Kind


@transaction.atomic
def write_words(
    submission: Submission, criterion: Criterion, *, edit: Edit, now: datetime | None = None
) -> None:
    """Save the text and the answers that `edit` changes. Raises EditConflict."""
    attempt = editable_attempt(submission, criterion)
    items = attempt.evidence_items.filter(criterion=criterion)
    text = items.filter(kind=Kind.TEXT).first()
    form = items.filter(kind=Kind.FORM).first()
    given = given_answers(criterion, form.answers if form else [])
    edit.check({"text": text.text if text else "", **given})
    if "text" in edit.changes:
        write_text(submission, criterion, edit.changes["text"], now=now)
    if changed := edit.only(given):
        _write(attempt, criterion, form, {**given, **changed}, now=now or timezone.now())


@transaction.atomic
def write_answers(
    submission: Submission,
    criterion: Criterion,
    given: Mapping[str, Any],
    *,
    now: datetime | None = None,
) -> None:
    """Save these answers, by the field of their question. Without any, the item is deleted."""
    attempt = editable_attempt(submission, criterion)
    form = attempt.evidence_items.filter(criterion=criterion, kind=Kind.FORM).first()
    _write(attempt, criterion, form, given, now=now or timezone.now())


def _write(
    attempt: Attempt,
    criterion: Criterion,
    form: EvidenceItem | None,
    given: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    answers = answers_to_keep(criterion, given)
    if not any(each["answer"] for each in answers):
        if form:
            form.delete()
        return
    with translation.override(criterion.version.language):
        text = as_text(answers)
    if form:
        form.answers, form.text = answers, text
        form.save(update_fields=["answers", "text"])
        return
    check_limits(attempt, criterion)
    attempt.evidence_items.create(
        criterion=criterion, kind=Kind.FORM, answers=answers, text=text, added_at=now
    )
