"""A disk without room: files are begun, and then the rest of them does not fit."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

FULL = OSError(errno.ENOSPC, "No space left on device")


@contextmanager
def no_room(*, after: int = 0) -> Iterator[None]:
    """Storing fails, after so many files, with half of the file written."""
    left = [after]
    save = FileSystemStorage._save

    def save_while_there_is_room(storage, name, content):
        if left[0] > 0:
            left[0] -= 1
            return save(storage, name, content)
        path = Path(storage.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        raise FULL

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", save_while_there_is_room)
        yield


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
