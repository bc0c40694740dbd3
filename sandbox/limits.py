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


# Runs at once on one machine: two of them need 1 GB at most. Three requests of four wait a second
# or less, as an ordinary file takes a fraction of a second.
RUNS_AT_ONCE = 2
SECONDS_TO_WAIT = 5.0
