"""What an earner answered to the questions of a criterion, kept with the words of the questions.

Answers are kept as they were typed or chosen: a text, a list of choices, or a date as 2026-11-30.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format

from catalog.models import Criterion, Question

Kind = Question.Kind


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question as it was asked, and the answer in words; no words if it was left open."""

    asked: str
    words: list[str] = field(default_factory=list)
    is_long: bool = False


def answered_questions(answers: Iterable[Mapping[str, Any]]) -> list[AnsweredQuestion]:
    return [
        AnsweredQuestion(each["asked"], _in_words(each), is_long=each["kind"] == Kind.LONG)
        for each in answers
    ]


def as_text(answers: Iterable[Mapping[str, Any]]) -> str:
    """Questions and answers as one text: for documents, and to see which words have changed."""
    return "\n\n".join(
        "\n".join([each.asked, *each.words]) for each in answered_questions(answers) if each.words
    )


def answers_to_keep(criterion: Criterion, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each question of the criterion as it is asked, with what was given by its field."""
    return [
        {
            "question": str(question.thread),
            "asked": question.text,
            "kind": question.kind,
            "answer": _plain(question, given.get(field_of(question))),
        }
        for question in criterion.questions.all()
    ]


def given_answers(criterion: Criterion, kept: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The kept answers by the field of their question."""
    if not criterion.asks_questions:
        return {}
    by_question = {each["question"]: each["answer"] for each in kept}
    return {
        field_of(question): by_question.get(str(question.thread), _nothing(question))
        for question in criterion.questions.all()
    }


def is_complete(criterion: Criterion, kept: Iterable[Mapping[str, Any]]) -> bool:
    """Whether each question that needs an answer has one."""
    if not criterion.asks_questions:
        return True
    given = given_answers(criterion, kept)
    needed = [question for question in criterion.questions.all() if question.required]
    return all(given[field_of(question)] for question in needed)


def with_questions(criteria: Iterable[Criterion]) -> list[Criterion]:
    """The criteria with their questions loaded, where they ask any."""
    found = list(criteria)
    prefetch_related_objects([one for one in found if one.asks_questions], "questions")
    return found


def field_of(question: Question) -> str:
    return f"question-{question.pk}"


def _nothing(question: Question) -> Any:
    return [] if question.kind == Kind.SEVERAL else ""


def _plain(question: Question, value: Any) -> Any:
    """As it is kept: choices in the order in which they were offered, a date by its digits."""
    if question.kind == Kind.SEVERAL:
        return [choice for choice in question.choices if choice in (value or [])]
    if isinstance(value, date):
        return value.isoformat()
    return value if value and value.strip() else ""


def _in_words(answer: Mapping[str, Any]) -> list[str]:
    value = answer["answer"]
    if isinstance(value, list):
        return value
    if value and answer["kind"] == Kind.DATE:
        return [date_format(date.fromisoformat(value), "DATE_FORMAT")]
    return [value] if value else []
