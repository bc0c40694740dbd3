"""Draws the SVG on standard input as a PNG on standard output.

A program of its own, so that limits of time and memory hold for the drawing alone.
usage: rasterize.py PIXELS
"""

import resource
import sys
from importlib.resources import files

MEMORY = 1024 * 1024 * 1024
SECONDS = 8


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    import resvg_py

    size = int(sys.argv[1])
    fonts = files("font_rhd") / "files"
    png = resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode("utf-8-sig"),
        width=size,
        height=size,
        skip_system_fonts=True,
        font_files=[str(fonts / f"RedHatDisplay-{weight}.ttf") for weight in ("Regular", "Bold")],
        font_family="Red Hat Display",
    )
    sys.stdout.buffer.write(png)


if __name__ == "__main__":
    main()
