import pytest


@pytest.fixture
def now(monkeypatch):
    """Set the current time: now(CLOSE)."""

    def set_clock(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_clock
