"""What nobody runs for a while still runs: `make bench`, at a size that takes half a minute."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.first_view import Page, View, missed_targets

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
        timeout=600,
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


def test_a_first_view_names_the_targets_that_it_misses():
    quick = View(requests=20, received=300_000, first=1300, largest=2000, shift=0)
    heavy = View(requests=20, received=300_001, first=1300, largest=2001, shift=0)

    assert missed_targets(Page("home", "/", [quick])) == []
    assert missed_targets(Page("home", "/", [quick, heavy, heavy])) == ["kB", "largest"]


def test_every_option_of_the_bench_says_what_it_is():
    help = [sys.executable, "-m", "bench", "--help"]
    said = subprocess.run(help, capture_output=True, text=True, timeout=60, check=True).stdout

    options = said.partition("options:")[2].split("\n  -")[1:]
    assert len(options) > 10
    # A number without words is no help: "--badges BADGES".
    assert [option for option in options if len(option.split()) < 4] == []
