"""A process of its own reads a file, and its limits hold whatever the file makes it do."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from sandbox import places, run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Busy, Stopped
from tests.sandbox import jobs

SOON = Limits(seconds=1)


def call(name, data=b"", **options):
    return run.call(f"tests.sandbox.jobs:{name}", data, **options)


def reason_of(name, **options):
    with pytest.raises(Stopped) as stopped:
        call(name, **options)
    return stopped.value.reason


def test_bytes_and_arguments_go_in_and_a_value_and_bytes_come_back():
    data = bytes(range(256)) * 20_000  # more than a pipe holds

    reply = call("turn_around", data, times=2)

    assert reply.value == {"length": len(data)}
    assert reply.data == data[::-1] * 2


def test_a_refusal_comes_back_with_its_details():
    with pytest.raises(jobs.NotLiked) as refusal:
        call("refuse", raises=[jobs.NotLiked])

    assert refusal.value.message == "%(found)s rows are more than %(limit)s."
    assert str(refusal.value) == "7 rows are more than five."


def test_an_exception_comes_back_by_name_only_if_it_is_expected(caplog):
    with pytest.raises(jobs.Plain):
        call("raise_plain", raises=[jobs.Plain])
    with caplog.at_level(logging.WARNING):
        assert reason_of("raise_plain") == "crash"
        assert reason_of("raise_unknown", raises=[jobs.Plain]) == "crash"
    assert "tests.sandbox.jobs:raise_unknown" in caplog.text


def test_what_is_printed_is_not_taken_for_the_answer():
    assert call("print_and_return").value == "this"


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "limits", "reason"),
    [
        ("wait_forever", SOON, "time"),
        ("count_forever", SOON, "time"),
        ("count_forever", Limits(processor_seconds=1), "time"),
        ("fill_memory", Limits(memory=128 * MEGABYTE), "memory"),
        ("fill_memory_in_c", Limits(memory=128 * MEGABYTE), "memory"),
        ("end_badly", Limits(), "crash"),
        ("no_such_function", Limits(), "crash"),
    ],
)
def test_a_run_that_exceeds_a_limit_is_ended(name, limits, reason):
    assert reason_of(name, limits=limits) == reason


def test_a_run_that_stopped_itself_is_ended_from_outside(monkeypatch):
    monkeypatch.setattr(run, "_SECONDS_TO_START", 1)

    assert reason_of("stop_itself", limits=SOON) == "time"


def test_an_answer_that_is_too_long_is_not_read():
    small = Limits(output=1000)

    assert len(call("turn_around", b"x" * 1000, limits=small).data) == 1000
    assert reason_of("turn_around", data=b"x" * 1001, limits=small) == "memory"
    assert reason_of("flood", limits=Limits(output=1000)) == "time"


def test_the_process_knows_no_secrets_and_writes_no_files(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")

    described = call("describe").value

    assert set(described["environment"]) <= {"PATH", "LANG", "LC_CTYPE"}
    assert not {"django", "psycopg2", "badgeproject"} & set(described["modules"])
    assert (described["folder"], described["core"]) == ("/", 0)
    assert described["files"] <= 64
    path = tmp_path / "file"
    assert call("write_a_file", str(path).encode()).value == "OSError"
    assert not path.exists() or not path.read_bytes()


def test_no_more_runs_than_places_at_once(tmp_path):
    with (
        places.taken(places=2, of=tmp_path),
        places.taken(places=2, of=tmp_path),
        pytest.raises(Busy),
        places.taken(places=2, seconds=0.05, of=tmp_path),
    ):
        pytest.fail("There was a third place.")
    with places.taken(places=2, seconds=0, of=tmp_path):
        pass


def test_a_run_waits_for_a_place(tmp_path):
    outcomes, has_begun = [], threading.Event()

    def wait():
        has_begun.set()
        with places.taken(places=1, seconds=60, of=tmp_path):
            outcomes.append("taken")

    with places.taken(places=1, of=tmp_path):
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert has_begun.wait(60)
        assert outcomes == []
    waiting.join(60)

    assert outcomes == ["taken"]


def test_no_more_requests_wait_than_leave_threads_for_pages(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_waiting", threading.BoundedSemaphore(1))

    with places.taken(places=1, of=tmp_path):
        assert places._waiting.acquire(blocking=False)  # somebody waits already
        with pytest.raises(Busy), places.taken(places=1, seconds=600, of=tmp_path):
            pytest.fail("There was a place.")


def test_one_person_has_one_place_and_another_finds_the_other_free(tmp_path):
    """Eight requests of one person, in threads like those of the web process."""
    release, held, refused = threading.Event(), [], []

    def upload():
        try:
            with (
                places.on_behalf_of(lambda: "user 1"),
                places.taken(places=2, seconds=0.2, of=tmp_path),
            ):
                held.append(1)
                release.wait(60)
        except Busy:
            refused.append(1)

    threads = [threading.Thread(target=upload) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(refused) < 7:
        assert any(thread.is_alive() for thread in threads)
        time.sleep(0.01)
    with (
        places.on_behalf_of(lambda: "user 2"),
        places.taken(places=2, seconds=0, of=tmp_path),
    ):
        assert (held, refused) == ([1], [1] * 7)
    release.set()
    for thread in threads:
        thread.join(60)
    with (
        places.on_behalf_of(lambda: "user 1"),
        places.taken(places=2, seconds=0, of=tmp_path),
    ):
        pass


def test_who_waits_for_their_own_run_leaves_room_for_others(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_waiting", threading.BoundedSemaphore(2))
    monkeypatch.setattr(places, "_waiting_for_own", threading.BoundedSemaphore(1))
    assert places._waiting_for_own.acquire(blocking=False)  # somebody waits for their own run
    assert places._waiting.acquire(blocking=False)
    greedy = places.on_behalf_of(lambda: "user 1")

    with greedy, places.taken(places=1, of=tmp_path):
        with pytest.raises(Busy), places.taken(places=1, seconds=600, of=tmp_path):
            pytest.fail("There was a place.")
        assert places._waiting.acquire(blocking=False)  # room for somebody else


def test_a_call_without_a_place_is_busy(monkeypatch):
    def nothing_free():
        raise Busy

    monkeypatch.setattr(places, "taken", nothing_free)

    with pytest.raises(Busy):
        call("turn_around")


def test_a_folder_of_somebody_else_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(places.tempfile, "gettempdir", lambda: str(tmp_path))
    found = places.folder()
    found.rmdir()
    (tmp_path / "elsewhere").mkdir()
    found.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(PermissionError, match="TMPDIR"):
        places.folder()
