"""What keeps a submission from going on, as an app to the right knows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from submissions.models import Submission


@dataclass(frozen=True)
class Pause:
    """Who acts next, in a sentence each: what is said instead of the usual next step."""

    to_earner: str
    to_coordinators: str


# A right app appends how it finds the pauses of these submissions, by their keys.
pause_lookups: list[Callable[[Collection[Submission]], Mapping[int, Pause]]] = []


def find_pauses(submissions: Collection[Submission]) -> None:
    """For all of them at once, so that a list asks no question for each row."""
    found = {key: pause for find in pause_lookups for key, pause in find(submissions).items()}
    for submission in submissions:
        submission.found_pause = found.get(submission.pk)


def pause_of(submission: Submission) -> Pause | None:
    if not hasattr(submission, "found_pause"):
        find_pauses([submission])
    return submission.found_pause
