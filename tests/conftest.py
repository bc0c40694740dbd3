from __future__ import annotations

import os

import pytest

# Every xdist worker has its own broker and cache, as it has its own database.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_server = os.environ["REDIS_URL"].rsplit("/", 1)[0]
os.environ["REDIS_URL"] = f"{_server}/{2 * _worker}"
os.environ["CACHE_URL"] = f"{_server}/{2 * _worker + 1}"


@pytest.fixture(autouse=True)
def kept_files(settings, monkeypatch, tmp_path_factory):
    """Files of a test go to a folder of its own; static files come straight from the source."""
    folder = tmp_path_factory.mktemp("files")
    storages = {name: dict(storage) for name, storage in settings.STORAGES.items()}
    for name in ("default", "evidence"):
        storages[name]["OPTIONS"] = {"location": folder / name, "base_url": None}
    storages["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = storages
    # A field asks for its storage once, when its model is read.
    from submissions.models import evidence_files

    monkeypatch.setitem(vars(evidence_files()), "location", str(folder / "evidence"))
    return folder


@pytest.fixture(autouse=True)
def fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """Do what waits for the commit at the end of the block, although the test never commits."""
    return django_capture_on_commit_callbacks(execute=True)
