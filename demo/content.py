"""Loads the content of the demo program from `program/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "program"

Row = dict[str, Any]


@dataclass(frozen=True)
class Content:
    agencies: list[Row]
    people: list[Row]
    categories: list[Row]
    frameworks: dict[str, Row]
    badges: list[Row]
    sponsors: list[Row]
    evidence: dict[str, dict[str, list[Row]]]
    feedback: Row
    anchors: Row

    def only(self, slugs: Collection[str]) -> Content:
        """The same content with only these badges."""
        return replace(self, badges=[badge for badge in self.badges if badge["slug"] in slugs])


def read() -> Content:
    return Content(
        agencies=_load("agencies")["agencies"],
        people=_load("people")["people"],
        categories=_load("categories")["categories"],
        frameworks=_load("frameworks")["frameworks"],
        badges=[
            {**badge, "category": path.stem}
            for path in sorted((FOLDER / "badges").glob("*.toml"))
            for badge in _load(f"badges/{path.stem}")["badges"]
        ],
        sponsors=_load("sponsors")["sponsors"],
        evidence=_load("evidence"),
        feedback=_load("feedback"),
        anchors=_load("anchors"),
    )


def _load(name: str) -> Row:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
