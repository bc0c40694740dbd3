from __future__ import annotations

import pytest
from django.conf import settings as live_settings
from redis import Redis

from tests.faults.mail_server import MailServer
from tests.faults.worker import Worker


@pytest.fixture
def files(settings, tmp_path):
    """One folder of files for this process and for the worker's."""
    storages = {name: dict(storage) for name, storage in settings.STORAGES.items()}
    for name, folder in (("default", "media"), ("evidence", "evidence")):
        storages[name]["OPTIONS"] = {"location": tmp_path / folder, "base_url": None}
    settings.STORAGES = storages
    return tmp_path


@pytest.fixture
def mail_server():
    with MailServer() as server:
        yield server


@pytest.fixture
def broker():
    broker = Redis.from_url(live_settings.CELERY_BROKER_URL)
    broker.flushdb()
    yield broker
    broker.flushdb()
    broker.close()


@pytest.fixture
def worker(broker, mail_server, files):
    worker = Worker(mail_port=mail_server.port, files=files)
    yield worker
    worker.kill()


@pytest.fixture
def log(caplog):
    """The errors that were reported."""
    return lambda: [one for one in caplog.records if one.levelname == "ERROR" and one.exc_info]
