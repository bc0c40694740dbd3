from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory


@contextmanager
def scratch_static_files() -> Iterator[None]:
    """A temporary STATIC_ROOT, because a fresh clone has no collected static files."""
    original = os.environ.get("STATIC_ROOT")
    with TemporaryDirectory(prefix="badges-static-") as folder:
        os.environ["STATIC_ROOT"] = folder
        try:
            yield
        finally:
            if original is None:
                del os.environ["STATIC_ROOT"]
            else:
                os.environ["STATIC_ROOT"] = original
