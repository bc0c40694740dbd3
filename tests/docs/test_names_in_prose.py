"""Files and functions that the documentation names exist: a move or a new name changes both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
# Made when the program runs.
NOT_SOURCES = {"var", ".venv"}

FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.\w+)(?::\s+([A-Za-z_]\w*))?`")
# | `mail/tasks.py` | `send_due_emails`, `...` | what happens |
TABLE_ROW = re.compile(r"^\| (?:\d+ \| )?`((?:\w+/)+\w+\.py)` \| (`[^|]*) \|", re.MULTILINE)
DOTTED = re.compile(r"`((?:[a-z_]+\.)+)([A-Za-z_]\w*)`")


def is_source(path: str) -> bool:
    folder = path.partition("/")[0]
    return folder not in NOT_SOURCES and (ROOT / folder).is_dir()


def named_files(page: str) -> Iterator[str]:
    yield from (file for file, _name in FILE.findall(page) if is_source(file))


def named_in_files(page: str) -> Iterator[tuple[str, str]]:
    """(file, name) as `file.py: name`, as a row of a table, and as `package.module.name`."""
    yield from ((file, name) for file, name in FILE.findall(page) if name and is_source(file))
    for file, names in TABLE_ROW.findall(page):
        yield from ((file, name) for name in re.findall(r"`(?:\w+\.)*(\w+)`", names))
    for module, name in DOTTED.findall(page):
        file = module.rstrip(".").replace(".", "/") + ".py"
        if (ROOT / file).exists():
            yield file, name


def defines(file: Path, name: str) -> bool:
    return bool(re.search(rf"\b(def|class) {name}\b|^{name}\b", file.read_text(), re.MULTILINE))


def test_files_named_in_the_documentation_exist():
    missing = [
        (page.name, file)
        for page in PAGES
        for file in named_files(page.read_text())
        if not (ROOT / file).exists()
    ]

    assert missing == []


def test_names_in_the_documentation_are_defined_where_it_says():
    missing = [
        (page.name, file, name)
        for page in PAGES
        for file, name in named_in_files(page.read_text())
        if (ROOT / file).exists() and not defines(ROOT / file, name)
    ]

    assert missing == []


def test_links_between_pages_lead_somewhere():
    missing = [
        (page.name, link)
        for page in PAGES
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in link and not (page.parent / link).exists()
    ]

    assert missing == []
