"""Badge documents that other software made, kept beside the repository and never in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "shared/cases/verify"

needs_cases = pytest.mark.skipif(not FOLDER.exists(), reason="needs the documents in ../shared")


def text(name: str) -> str:
    return (FOLDER / name).read_text()


def document(name: str) -> dict:
    return json.loads(text(name))


def given_with_web(name: str) -> tuple[str, dict]:
    """What somebody pastes, and what the web answers."""
    case = document(name)
    pages = {
        url: page.encode() if isinstance(page, str) else page for url, page in case["web"].items()
    }
    return case["give"], pages
