"""Renders a cleaned SVG as PNG. No Django: it runs in a process of its own."""

from __future__ import annotations

import resvg_py

from catalog.art import fonts
from catalog.svg_cleaning import SIZE, NotArt
from sandbox.refusals import gettext_noop as _


def rasterize(svg: str) -> bytes:
    """A PNG of SIZE by SIZE pixels. Raises NotArt."""
    try:
        return resvg_py.svg_to_bytes(
            svg_string=fonts.with_named_fonts(svg),
            width=SIZE,
            height=SIZE,
            **fonts.rendering_options(),
        )
    except ValueError as error:
        raise NotArt(_("The SVG can’t be drawn. Export it as PNG and upload that.")) from error
