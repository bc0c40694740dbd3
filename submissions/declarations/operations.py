"""What the earner declares with an attempt: the statement, the use of AI, what they changed."""

from __future__ import annotations

from typing import NamedTuple

from editing.shown import NotAsShown
from program import statements
from submissions.models import AiDisclosure, Attempt, ChangeNote

# What is loaded with an attempt for a page that shows what was declared.
DECLARED = ("statement", "ai_disclosure", "change_note")


class StatementChanged(NotAsShown):
    """The statement has a newer version than the one that the earner was shown."""


class AiUse(NamedTuple):
    """What the earner says about the use of AI; `how` is empty if none was used."""

    used: bool
    how: str = ""


def declare(attempt: Attempt, *, statement_shown: str, ai: AiUse | None, changes: str = "") -> None:
    """Keep the version of the statement, what was changed, and what is said about AI if asked.

    It runs in the transaction that sends the attempt, and saves the attempt with it. Raises
    StatementChanged, and ValueError if the badge asks and `ai` is missing.
    """
    statement = statements.kept_in_force()
    if statement_shown and statement_shown != statements.mark(statement):
        raise StatementChanged
    attempt.statement = statement
    if changes:
        ChangeNote.objects.create(attempt=attempt, text=changes)
    if not attempt.submission.version.ai_use:
        return
    if ai is None:
        raise ValueError("The badge asks whether AI was used.")
    AiDisclosure.objects.create(attempt=attempt, used=ai.used, how=ai.how if ai.used else "")
