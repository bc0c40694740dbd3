"""The schedule goes on when the machine's clock is set back or forward."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from badgeproject.celery import app
from badgeproject.schedule import SteadyScheduler

DAY = timedelta(days=1)


@pytest.fixture
def clock(monkeypatch):
    """Set it with `clock.offset`; time itself goes on."""

    class Clock:
        offset = timedelta()
        real = app.now

        def __call__(self):
            return Clock.real() + self.offset

    clock = Clock()
    monkeypatch.setattr(app, "now", clock)
    return clock


@pytest.fixture
def scheduler_on(tmp_path, monkeypatch):
    def start() -> SteadyScheduler:
        scheduler = SteadyScheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=False)
        scheduler.ran = []
        monkeypatch.setattr(
            scheduler, "apply_entry", lambda entry, producer=None: scheduler.ran.append(entry.name)
        )
        monkeypatch.setattr(SteadyScheduler, "producer", None)
        for entry in scheduler.schedule.values():
            if entry.name.startswith("celery."):
                entry.last_run_at = None
        return scheduler

    return start


def run(scheduler, ticks=60) -> set[str]:
    scheduler.ran.clear()
    for _ in range(ticks):
        scheduler.tick()
    return {name for name in scheduler.ran if not name.startswith("celery.")}


@pytest.mark.parametrize("jump", [-DAY, DAY, timedelta(hours=-1), 400 * DAY, -400 * DAY])
def test_every_task_runs_at_once_after_the_clock_was_set(clock, scheduler_on, jump):
    scheduler = scheduler_on()
    ours = set(app.conf.beat_schedule)
    run(scheduler)

    clock.offset = jump

    assert run(scheduler) == ours
    assert len(scheduler.ran) == len(set(scheduler.ran))
    assert run(scheduler) == set()


def test_a_correction_of_seconds_runs_nothing_twice(clock, scheduler_on):
    scheduler = scheduler_on()
    run(scheduler)

    clock.offset = timedelta(seconds=-2)

    assert run(scheduler) == set()


def test_a_schedule_file_from_the_future_does_not_stop_a_new_start(clock, scheduler_on):
    clock.offset = DAY
    first = scheduler_on()
    run(first)
    first.close()
    clock.offset = timedelta()

    second = scheduler_on()

    assert run(second) == set(app.conf.beat_schedule)
    assert time.monotonic() > 0


@pytest.mark.parametrize("left", [0, 40])
def test_a_file_that_was_cut_off_does_not_stop_the_schedule(scheduler_on, tmp_path, left):
    """As a power cut leaves it. Beat ended at each start, so that no due row was worked on."""
    scheduler_on().close()
    for file in tmp_path.glob("schedule*"):
        if file.suffix != ".dir":
            file.write_bytes(file.read_bytes()[:left])

    assert run(scheduler_on()) == set(app.conf.beat_schedule)
