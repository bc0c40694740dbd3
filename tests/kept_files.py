"""Where a test keeps its files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from submissions.models import evidence_files


@contextmanager
def files_kept_in(folder: Path) -> Iterator[None]:
    """Uploads and evidence go to the folder; static files come straight from the source."""
    storages = {name: dict(storage) for name, storage in settings.STORAGES.items()}
    for name in ("default", "evidence"):
        storages[name]["OPTIONS"] = {"location": folder / name, "base_url": None}
    storages["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    bakes = str(folder / "bakes")
    with (
        override_settings(STORAGES=storages, BAKES_FOLDER=bakes),
        pytest.MonkeyPatch.context() as patch,
    ):
        # A field asks for its storage once, when its model is read.
        patch.setitem(vars(evidence_files()), "location", str(folder / "evidence"))
        yield
