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
        self._is_new = False
        super().__init__(*args, **kwargs)

    def setup_schedule(self):
        """The file says when tasks ran last. A power failure may have cut it off."""
        try:
            super().setup_schedule()
        except Exception:
            log.exception("The schedule's file can't be read, so every task is due now.")
            self._remove_db()
            super().setup_schedule()
        now = self.app.now()
        if self._is_new or any(entry.last_run_at > now for entry in self.schedule.values()):
            self._begin_again()

    def _create_schedule(self):
        # Also where Celery has thrown away what it couldn't read, or found an empty file.
        self._is_new = "entries" not in self._store
        super()._create_schedule()

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
