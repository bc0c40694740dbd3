"""The files of a checkout, and what kind each of them is."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

# Top-level packages that are no part of the application: its tests and tools, the demo program
# and what starts it all on one machine.
NOT_ROOMS = {"tests", "bench", "docs", "measure", "demo", "launcher"}
# Skipped where git cannot say which files belong to the checkout.
NOT_SOURCES = {"var", "node_modules", "staticfiles", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """A text file, by its path within the checkout."""

    path: PurePosixPath
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.removesuffix("\n").split("\n") if self.text else []

    @property
    def is_python(self) -> bool:
        return self.path.suffix == ".py"

    @property
    def is_template(self) -> bool:
        return "templates" in self.path.parts[:-1]

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.parts[:-1]

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.path.parts[:-1]

    @property
    def is_code(self) -> bool:
        """Python that somebody wrote and that is no test."""
        return self.is_python and not self.is_test and not self.is_migration

    @property
    def is_operations(self) -> bool:
        """The place for transactions: operations.py, or a module in a package of that name."""
        return self.path.name == "operations.py" or "operations" in self.path.parts[:-1]


@dataclass(frozen=True)
class Checkout:
    sources: tuple[Source, ...]

    @classmethod
    def at(cls, folder: Path) -> Checkout:
        read = []
        for path in sorted(_tracked(folder) or _found(folder)):
            if path.suffix in {".py", ".md", ".html"} or "templates" in path.parts:
                text = (folder / path).read_text(encoding="utf-8", errors="replace")
                read.append(Source(PurePosixPath(path.as_posix()), text))
        return cls(tuple(read))

    @cached_property
    def rooms(self) -> dict[str, list[Source]]:
        """The code of each top-level package of the application."""
        packages = {
            source.path.parts[0]
            for source in self.sources
            if len(source.path.parts) == 2 and source.path.name == "__init__.py"
        }
        rooms: dict[str, list[Source]] = {name: [] for name in sorted(packages - NOT_ROOMS)}
        for source in self.sources:
            if source.is_code and source.path.parts[0] in rooms:
                rooms[source.path.parts[0]].append(source)
        return rooms


def _tracked(folder: Path) -> list[Path]:
    """What git tracks below the folder; nothing where there is no repository."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=folder, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    paths = [Path(name) for name in listed.stdout.split("\0") if name]
    return [path for path in paths if (folder / path).is_file()]


def _found(folder: Path) -> list[Path]:
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return [
        path
        for path in paths
        if not any(part.startswith(".") or part in NOT_SOURCES for part in path.parts)
    ]
