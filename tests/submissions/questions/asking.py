"""A badge whose first criterion asks a question of each kind, and a draft of it."""

from __future__ import annotations

from catalog.criteria_content import CriterionContent, QuestionContent
from catalog.models import Question
from submissions.questions.answered import field_of
from submissions.questions.operations import write_answers
from tests.factories import BadgeFactory, DraftFactory

Kind = Question.Kind

QUESTIONS = [
    QuestionContent("Which grade did you teach?", Kind.ONE, options="Kindergarten\nGrade 1"),
    QuestionContent("When?", Kind.DATE),
    QuestionContent("How many students?", Kind.NUMBER, help_text="Without names."),
    QuestionContent("What did you use?", Kind.SEVERAL, options="Paper\nTablets", required=False),
    QuestionContent("In one line, the aim", Kind.SHORT, required=False),
    QuestionContent("What would you change?", Kind.LONG, required=False),
]
CRITERIA = [
    CriterionContent(
        "Teach it", "Students worked on the aim.", "Answer the questions.",
        accepts_files=False, accepts_links=False, accepts_text=False, questions=QUESTIONS,
    ),
    CriterionContent("Share it", "A colleague used it.", "What they said.", required=False),
]  # fmt: skip


def badge_with_questions():
    return BadgeFactory(criteria=CRITERIA)


def draft_with_questions(**kwargs):
    return DraftFactory(badge_class=badge_with_questions(), **kwargs)


def answers(submission, **given):
    """By the field of the question; `kind=answer` names a question by its kind."""
    questions = submission.version.criteria.first().questions.all()
    return {field_of(each): given[each.kind] for each in questions if each.kind in given}


def posted(submission, **given):
    """The same, as the evidence page posts it."""
    prefix = f"criterion-{submission.version.criteria.first().pk}"
    return {f"{prefix}-{name}": value for name, value in answers(submission, **given).items()}


def answer(submission, **given):
    criterion = submission.version.criteria.first()
    write_answers(submission, criterion, answers(submission, **given))


ALL_REQUIRED = {"one": "Grade 1", "date": "2026-10-05", "number": "24"}
