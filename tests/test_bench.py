"""What nobody runs for a while still runs: `make bench`, at a size that takes half a minute."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SMALL = (
    "--badges 40 --assertions 200 --more-assertions 400 --requests 200 --awards 30 --people 60"
    " --many 0 --chances 400 --prizes 5 --seconds 0.2 --rounds 1"
)


@pytest.mark.long
def test_every_part_of_the_bench_says_what_it_measured():
    done = subprocess.run(
        [sys.executable, "-m", "bench", *SMALL.split()],
        env=os.environ | {"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    parts = [
        "bare view",
        "first paint",
        "web worker",
        "bakery alone",
        "end to end",
        "A status list",
    ]
    for part in [*parts, "read the"]:
        assert part in done.stdout
