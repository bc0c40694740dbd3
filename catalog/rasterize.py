"""Renders a cleaned SVG as PNG, with our own fonts. No Django: it runs in a process of its own."""

from __future__ import annotations

from importlib.resources import files

import resvg_py

from catalog.svg_cleaning import SIZE, NotArt
from sandbox.refusals import gettext_noop as _


def rasterize(svg: str) -> bytes:
    fonts = files("font_rhd") / "files"
    try:
        return resvg_py.svg_to_bytes(
            svg_string=svg,
            width=SIZE,
            height=SIZE,
            skip_system_fonts=True,
            font_files=[
                str(fonts / f"RedHatDisplay-{weight}.ttf") for weight in ("Regular", "Bold")
            ],
            font_family="Red Hat Display",
        )
    except ValueError as error:
        raise NotArt(_("The SVG can’t be drawn. Export it as PNG and upload that.")) from error
