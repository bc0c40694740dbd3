"""The content of a badge version as plain values, for operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class LevelContent:
    name: str
    description: str
    points: Decimal | None = None


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


@dataclass
class AlignmentContent:
    target_name: str
    target_url: str
    target_code: str = ""
    target_framework: str = ""
    target_description: str = ""
    target_type: str = ""
