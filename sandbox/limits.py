"""What one run may use, and how many runs there may be at once."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The kernel stops a run that exceeds one of these, whatever the file makes it do."""

    memory: int = 512 * MEGABYTE  # address space: everything the process maps
    processor_seconds: int = 10
    seconds: int = 25  # of the clock: more, as a busy machine gives a run only part of its time
    output: int = 32 * MEGABYTE  # bytes that the run may answer with
    file: int = 0  # bytes of a file that the caller has opened for it; it opens none itself


# Runs at once on one machine.
RUNS_AT_ONCE = 2
# A request waits this long for a place, and no more requests of one process wait at once, so that
# threads are left for pages. An ordinary file takes a fraction of a second.
SECONDS_TO_WAIT = 5.0
MOST_WAITING = 2
