"""What the people of the demo say when they send in evidence: on AI, and on what they changed."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from program import statements
from submissions.declarations.operations import AiUse
from submissions.models import AiDisclosure, Attempt, ChangeNote, Submission

HOW = {
    "en": "A chatbot suggested questions for the reflection. The answers and the plan are mine.",
    "es": "Un asistente de IA sugirió preguntas para la reflexión. Las respuestas son mías.",
}

CHANGED = {
    "en": "I added what was missing and left the rest as it was.",
    "es": "Agregué lo que faltaba y dejé lo demás como estaba.",
}


def disclosure_of(submission: Submission) -> AiUse | None:
    """The same for each attempt; None if the badge does not ask."""
    if not submission.version.ai_use:
        return None
    uses_it = crc32(submission.earner.email.encode()) % 3 == 0
    return AiUse(uses_it, HOW[submission.version.language] if uses_it else "")


def changes_of(submission: Submission, *, number: int) -> str:
    """What they say with this attempt; nothing with the first one."""
    return CHANGED[submission.version.language] if number > 1 else ""


def declare(attempts: Iterable[Attempt]) -> None:
    """What sending them by the operations would keep with these attempts, which are unsent yet."""
    statement = statements.kept_in_force()
    for attempt in attempts:
        attempt.statement = statement
        if changes := changes_of(attempt.submission, number=attempt.number):
            ChangeNote.objects.create(attempt=attempt, text=changes)
        if said := disclosure_of(attempt.submission):
            AiDisclosure.objects.create(attempt=attempt, used=said.used, how=said.how)
