"""The preview image (Open Graph) that other sites show for a link to an award, 1200 × 630.

The board behind it is drawn once: its gradient takes longer than all the rest.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

import resvg_py
from PIL import Image, ImageFont

from catalog.art import fonts
from openbadges.text import clean

WIDTH, HEIGHT = 1200, 630
LEFT, LINE_WIDTH = 610, 530
SMALL = 30
# Where the words are, with room for letters that lean out of their line.
WORDS_FROM = 590
ART_SIZE, ART_CORNER = 480, (70, 75)
# A third of the time of the usual 6, and a fifth more bytes.
COMPRESSION = 3


def draw(*, art: bytes, badge: str, earner: str, issuer: str, dates: Sequence[str]) -> bytes:
    """The image as a PNG. All texts are escaped."""
    badge, earner, issuer = clean(badge), clean(earner), clean(issuer)
    size, lines = _fitted(badge)
    earner_lines = _in_two_lines(earner)
    text, y = [], 315 - len(lines) * size * 0.56 - 28 - 22 * len(earner_lines)
    for line in lines:
        y += size * 1.12
        text.append(_line(line, y, size, 900, "#f6f2e4"))
    y += 34
    text.append(f'<rect x="{LEFT}" y="{y:.0f}" width="136" height="5" rx="2" fill="#d9a441"/>')
    for line, weight, fill in (
        *((line, 700, "#f6f2e4") for line in earner_lines),
        (issuer, 500, "#c3d6d0"),
        *((date, 500, "#c3d6d0") for date in dates),
    ):
        y += 44 if len(dates) > 1 else 48
        text.append(_line(_shortened(line, SMALL), y, SMALL, weight, fill))
    picture = _opened(_board()).convert("RGB")
    badge_art = _opened(art).convert("RGBA").resize((ART_SIZE, ART_SIZE), Image.Resampling.LANCZOS)
    picture.paste(badge_art, ART_CORNER, badge_art)
    width = WIDTH - WORDS_FROM
    words = _opened(
        _drawn(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" '
            f'viewBox="{WORDS_FROM} 0 {width} {HEIGHT}">{"".join(text)}</svg>'
        )
    )
    picture.paste(words, (WORDS_FROM, 0), words)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=COMPRESSION)
    return out.getvalue()


@cache
def _board() -> bytes:
    """Felt, a brass rail and the shadow of the badge."""
    return _drawn(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        '<defs><radialGradient id="felt" cx="28%" cy="12%" r="110%">'
        '<stop offset="0" stop-color="#1c5255"/><stop offset=".55" stop-color="#123a3c"/>'
        '<stop offset="1" stop-color="#0a2527"/></radialGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#felt)"/>'
        f'<rect y="{HEIGHT - 10}" width="{WIDTH}" height="10" fill="#d9a441"/>'
        '<ellipse cx="310" cy="546" rx="190" ry="18" fill="#000" opacity=".35"/></svg>'
    )


def _drawn(svg: str) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=fonts.with_named_fonts(svg), **fonts.rendering_options()
    )


def _opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=["PNG"])


def _line(words: str, y: float, size: int, weight: int, fill: str) -> str:
    return (
        f'<text x="{LEFT}" y="{y:.0f}" font-family="{fonts.FAMILY}" font-size="{size}" '
        f'font-weight="{weight}" fill="{fill}">{escape(words)}</text>'
    )


def _fitted(words: str) -> tuple[int, list[str]]:
    """The largest font size at which the badge's name fits into three lines, and its lines.

    At the smallest size it may take four.
    """
    for size in (76, 64, 54, 46):
        lines = _wrapped(words, size)
        if len(lines) <= 3 and all(_width(line, size) <= LINE_WIDTH for line in lines):
            return size, lines
    return 46, [_shortened(line, 46) for line in lines[:4]]


def _in_two_lines(words: str) -> list[str]:
    """A long name is not cut: people share this picture because of it."""
    first, *others = _wrapped(words, SMALL)
    return [first, " ".join(others)] if others else [first]


def _wrapped(words: str, size: int) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer, size) > LINE_WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _shortened(words: str, size: int) -> str:
    if _width(words, size) <= LINE_WIDTH:
        return words
    while words and _width(words + "…", size) > LINE_WIDTH:
        words = words[:-1]
    return words.rstrip() + "…"


def _width(words: str, size: int) -> float:
    return _font(size).getlength(words)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_font_file("Black"), size)


@cache
def _font_file(weight: str) -> str:
    return str(files("font_rhd") / "files" / f"RedHatDisplay-{weight}.ttf")
