"""Layouts of real files, which tests skip where they are not at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from awarding.scores.columns import Result, ScoreReader
from spreadsheets import file_formats

LISTS = Path(__file__).parents[3] / "shared" / "cases" / "lists"


def case(name: str) -> bytes:
    if not LISTS.is_dir():
        pytest.skip("the shared cases are not here")
    return (LISTS / name).read_bytes()


def results_of(name: str) -> list[Result]:
    return list(ScoreReader(file_formats.read_text(case(name).decode()).lines).rows())
