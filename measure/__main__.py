"""python -m measure [FOLDER] [--list]"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from measure.checkout import NOT_ROOMS, Checkout
from measure.figures import figures

WHAT_COUNTS = f"""\
A room is a top-level package of the application; {", ".join(sorted(NOT_ROOMS))} are none. Rooms
count lines of .py without tests and migrations, and transactions are looked for in them. File and
function lines are of all .py but migrations, tests shown apart; empty files are left out, and a
function begins at its def. Template lines are of every file in a templates folder. Words are
counted in .py, .md and .html outside locale and this package, whole and in any case.
"""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m measure",
        description="Figures of the code in a checkout.",
        epilog=WHAT_COUNTS,
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="another checkout")
    parser.add_argument("--list", action="store_true", help="name the places behind each figure")
    chosen = parser.parse_args(words)
    if not chosen.folder.is_dir():
        parser.error(f"{chosen.folder} is no folder")
    measured = figures(Checkout.at(chosen.folder))
    width = max(len(figure.name) for figure in measured)
    for figure in measured:
        print(f"{figure.name:<{width}}  {figure.value}")
        if chosen.list:
            print(*(f"    {place}" for place in figure.places), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
