"""What has changed since the last start, so that a start does only what is new."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from .environment import SETTINGS
from .state import PROJECT

NOT_OURS = {"__pycache__", "node_modules"}


def of_static_files(environment: Mapping[str, str], state_folder: Path) -> str:
    """Files to be collected, the packages that bring more of them, and where they go."""
    target = environment["STATIC_ROOT"]
    files = (path for path in _files(state_folder) if "static" in path.relative_to(PROJECT).parts)
    packages = [PROJECT / "requirements/base.txt", PROJECT / "badgeproject/settings.py"]
    return _digest([*files, *packages], [target, str(os.path.isdir(target))])


def of_program(environment: Mapping[str, str], state_folder: Path) -> str:
    """The code, its packages and its settings."""
    files = (path for path in _files(state_folder) if path.suffix in {".py", ".txt"})
    return _digest(files, sorted(f"{name}={environment.get(name)}" for name in SETTINGS))


def _files(state_folder: Path) -> Iterable[Path]:
    for folder, inside, names in os.walk(PROJECT):
        inside[:] = sorted(
            name
            for name in inside
            if not name.startswith(".")
            and name not in NOT_OURS
            and Path(folder, name) != state_folder
        )
        yield from (Path(folder, name) for name in sorted(names))


def _digest(files: Iterable[Path], words: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in files:
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        digest.update(f"{path} {found.st_mtime_ns} {found.st_size}\n".encode())
    for word in words:
        digest.update(f"{word}\n".encode())
    return digest.hexdigest()
