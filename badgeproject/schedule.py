"""The schedule of periodic tasks, which goes on when the machine's clock is set."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from celery.beat import PersistentScheduler

log = logging.getLogger(__name__)

# Clocks drift by far less between two looks; a correction of less delays a task by no more.
TOLERATED_SECONDS = 5


class SteadyScheduler(PersistentScheduler):
    """Celery's own waits, after a clock was set back, until the old time is reached again.

    It keeps the times of the next runs by the wall clock, also in its file. So when the wall clock
    and the monotonic clock part, every task becomes due now.
    """

    def __init__(self, *args, **kwargs):
        self._difference = None
        super().__init__(*args, **kwargs)

    def setup_schedule(self):
        try:
            super().setup_schedule()
        except Exception:
            # A file that was cut off when the power failed. It says only when each task ran last.
            log.exception("The schedule's file can't be read, so every task is due now.")
            self._remove_db()
            super().setup_schedule()
            self._begin_again()
        now = self.app.now()
        if any(entry.last_run_at > now for entry in self.schedule.values()):
            self._begin_again()

    def tick(self, *args, **kwargs):
        difference = self.app.now().timestamp() - time.monotonic()
        before, self._difference = self._difference, difference
        if before is not None and abs(difference - before) > TOLERATED_SECONDS:
            log.warning("The clock was set by %.0f seconds.", difference - before)
            self._begin_again()
        return super().tick(*args, **kwargs)

    def _begin_again(self):
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - timedelta(days=1)
        self._heap = None
