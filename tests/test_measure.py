"""The figures of `make measure`, of a small checkout made up here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from measure.checkout import Checkout
from measure.figures import WORDS, Figure, figures

PROJECT = Path(__file__).parents[1]
TRANSACTIONS = """\
from django.db import transaction


@transaction.atomic
def first():
    with open("a") as file, transaction.atomic(savepoint=False):
        return file


@transaction.atomic(durable=True)
def second():
    pass
"""
FILES = {
    "catalog/__init__.py": "",
    "catalog/models.py": "a = 1\nb = 2\n",
    "catalog/operations.py": TRANSACTIONS,
    "catalog/operations/publishing.py": TRANSACTIONS,
    "catalog/views.py": TRANSACTIONS,
    "catalog/migrations/0001_first.py": TRANSACTIONS * 9,
    "catalog/templates/catalog/page.html": "x" * 120 + "\n" + "x" * 121 + "\n<p>\n<p>\n",
    "catalog/templates/catalog/letter.txt": "x" * 130,
    "issuing/__init__.py": "",
    "issuing/baking.py": "c = 3",
    "demo/__init__.py": "",
    "demo/story.py": "d = 4\n",
    "tests/__init__.py": "",
    "tests/test_pages.py": "def test_page():\n    assert True\n",
    "locale/es/notes.md": " ".join(WORDS),
    "README.md": f"{WORDS[0].title()} reads this, {WORDS[0]}s do not.\n",
    "notes.txt": " ".join(WORDS),
    ".venv/lib/package/__init__.py": "e = 5\n",
}
MEASURED = [
    Figure(
        "Largest room",
        "catalog, 38 of 39 lines, 97.4%",
        ("catalog: 38, 97.4%", "issuing: 1, 2.6%"),
    ),
    Figure("File lines", "median 2, p90 12, p99 12, max 12 (6 files)"),
    Figure("File lines, tests", "median 2, p90 2, p99 2, max 2 (1 files)"),
    Figure("Function lines", "median 2, p90 3, p99 3, max 3 (6 functions)"),
    Figure("Function lines, tests", "median 2, p90 2, p99 2, max 2 (1 functions)"),
    Figure(
        "Template lines over 120",
        "2 of 5, 40.0%, longest 130 (1 in .html)",
        (
            "catalog/templates/catalog/letter.txt:1: 130",
            "catalog/templates/catalog/page.html:2: 121",
        ),
    ),
    Figure(
        "Transactions outside operations", "3 of 9, in 1 files", ("catalog/views.py: 3",)
    ),
    Figure(
        "Words to avoid",
        f"1 ({WORDS[0]} 1, {', '.join(f'{word} 0' for word in WORDS[1:])})",
        ("README.md: 1",),
    ),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_every_figure_is_measured_in_the_folder_that_is_given(folder):
    assert figures(Checkout.at(folder)) == MEASURED


def test_only_tracked_files_count_in_a_repository(folder):
    for words in (["init", "--quiet"], ["add", "issuing", "README.md"]):
        subprocess.run(["git", *words], cwd=folder, check=True)

    assert figures(Checkout.at(folder))[0].value == "issuing, 1 of 1 lines, 100.0%"


def test_long_files_and_functions_are_listed_the_longest_first(tmp_path):
    for number in range(1, 21):
        body = "    a = 1\n" * number
        (tmp_path / f"file_{number}.py").write_text(f"def function():\n{body}")

    _room, files, _tests, functions, *_others = figures(Checkout.at(tmp_path))

    assert files.value == "median 11, p90 19, p99 21, max 21 (20 files)"
    assert files.places == ("file_20.py: 21", "file_19.py: 20")
    assert functions.places == ("file_20.py:1 function: 21", "file_19.py:1 function: 20")


def test_it_runs_where_nothing_is_installed(folder):
    ran = subprocess.run(
        [sys.executable, "-S", "-m", "measure", str(folder), "--list"],
        cwd=PROJECT, env=os.environ | {"PYTHONPATH": ""},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    lines = ran.stdout.splitlines()
    assert lines[0].split(maxsplit=2) == ["Largest", "room", MEASURED[0].value]
    assert lines[1] == "    catalog: 38, 97.4%"
