"""What the people of the demo say about the use of AI when they send in evidence."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from program import statements
from submissions.declarations.operations import AiUse
from submissions.models import AiDisclosure, Attempt, Submission

HOW = {
    "en": "A chatbot suggested questions for the reflection. The answers and the plan are mine.",
    "es": "Un asistente de IA sugirió preguntas para la reflexión. Las respuestas son mías.",
}


def disclosure_of(submission: Submission) -> AiUse | None:
    """The same for each attempt; None if the badge does not ask."""
    if not submission.version.ai_use:
        return None
    uses_it = crc32(submission.earner.email.encode()) % 3 == 0
    return AiUse(uses_it, HOW[submission.version.language] if uses_it else "")


def declare(attempts: Iterable[Attempt]) -> None:
    """What sending them by the operations would keep with these attempts, which are unsent yet."""
    statement = statements.kept_in_force()
    for attempt in attempts:
        attempt.statement = statement
        if said := disclosure_of(attempt.submission):
            AiDisclosure.objects.create(attempt=attempt, used=said.used, how=said.how)
