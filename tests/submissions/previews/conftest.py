import pytest

from submissions.previews import making


@pytest.fixture(autouse=True)
def other_processes_have_their_turn(monkeypatch):
    """One file is read at a time on a machine, and tests run in several processes."""
    monkeypatch.setattr(making, "SECONDS_TO_WAIT", 120.0)
