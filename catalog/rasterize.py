"""Renders the SVG from standard input as a PNG on standard output.

A separate program, so that it can limit its own CPU time and memory.
usage: rasterize.py PIXELS
"""

import resource
import sys
from importlib.resources import files

MAX_MEMORY = 1024 * 1024 * 1024
MAX_CPU_SECONDS = 8


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
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
