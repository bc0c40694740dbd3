from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def scratch_folders() -> Iterator[None]:
    """Temporary folders: for uploads, and for static files, which a fresh clone does not have."""
    names = ("STATIC_ROOT", "DATA_DIR")
    original = {name: os.environ[name] for name in names if name in os.environ}
    with TemporaryDirectory(prefix="badges-bench-") as folder:
        os.environ.update({name: os.fspath(Path(folder) / name.lower()) for name in names})
        try:
            yield
        finally:
            for name in names:
                del os.environ[name]
            os.environ.update(original)
