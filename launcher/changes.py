"""Digests of files and settings, so that a start skips steps whose inputs have not changed."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from .environment import SETTINGS
from .state import PROJECT

EXCLUDED_FOLDERS = {"__pycache__", "node_modules"}


def static_files_digest(environment: Mapping[str, str], state_folder: Path) -> str:
    """A digest of the static files, the packages that contain more of them, and the destination."""
    target = environment["STATIC_ROOT"]
    files = (path for path in _files(state_folder) if "static" in path.relative_to(PROJECT).parts)
    packages = [PROJECT / "requirements/base.txt", PROJECT / "badgeproject/settings.py"]
    return _digest([*files, *packages], [target, str(os.path.isdir(target))])


def program_digest(environment: Mapping[str, str], state_folder: Path) -> str:
    """A digest of the code, its packages and its settings."""
    files = (path for path in _files(state_folder) if path.suffix in {".py", ".txt"})
    return _digest(files, sorted(f"{name}={environment.get(name)}" for name in SETTINGS))


def _files(state_folder: Path) -> Iterable[Path]:
    # The state of a program of one's own is inside that of the demo.
    states = {state_folder, PROJECT / "var"}
    for folder, inside, names in os.walk(PROJECT):
        inside[:] = sorted(
            name
            for name in inside
            if not name.startswith(".")
            and name not in EXCLUDED_FOLDERS
            and Path(folder, name) not in states
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
