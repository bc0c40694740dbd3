"""The content of a badge version as plain values, for operations.

`thread` is a row's lasting identity: the same in each version and after each change, so that two
windows that edit rows can be told apart from two windows that edit the same row. Rows without one
get a new one when they are saved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid4


@dataclass
class LevelContent:
    name: str
    description: str
    points: Decimal | None = None
    thread: UUID | None = field(default=None, compare=False)


@dataclass
class QuestionContent:
    text: str
    kind: str = "short"
    help_text: str = ""
    options: str = ""
    required: bool = True
    thread: UUID | None = field(default=None, compare=False)


@dataclass
class CriterionContent:
    name: str
    description: str
    evidence_prompt: str
    accepts_files: bool = True
    accepts_links: bool = True
    accepts_text: bool = True
    required: bool = True
    levels: list[LevelContent] = field(default_factory=list)
    thread: UUID | None = field(default=None, compare=False)
    questions: list[QuestionContent] = field(default_factory=list)


@dataclass
class AlignmentContent:
    target_name: str
    target_url: str
    target_code: str = ""
    target_framework: str = ""
    target_description: str = ""
    target_type: str = ""
    thread: UUID | None = field(default=None, compare=False)


class ResourceContent(NamedTuple):
    title: str
    url: str
    kind: str = ""
    thread: UUID | None = None


def row_values(content: object) -> dict[str, object]:
    """The values of the row itself, with a new thread if it has none yet."""
    values = {name: value for name, value in vars(content).items() if name not in _PARTS}
    return {**values, "thread": values["thread"] or uuid4()}


_PARTS = {"levels", "questions"}
