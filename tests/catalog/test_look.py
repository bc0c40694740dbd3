"""Style rules that can be checked: contrast in both themes, one source for the colors."""

import colorsys
import re
from pathlib import Path

import pytest

from catalog.art.palette import PALETTES, contrast

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
TEXT, GRAPHIC = 4.5, 3.0
STATUSES = [
    "draft", "submitted", "in-review", "returned", "approved", "declined", "withdrawn",
    "pending", "issued", "revoked",
]  # fmt: skip


def colors(theme):
    """The named colors of tokens.css in one theme."""
    found = {}
    for name, value in re.findall(r"--([\w-]+): ([^;]+);", (CSS / "tokens.css").read_text()):
        pair = re.fullmatch(r"light-dark\((#\w{6}), (#\w{6})\)", value)
        if pair:
            found[name] = pair[1 if theme == "light" else 2]
        elif re.fullmatch(r"#\w{6}", value):
            found[name] = value
    return found


PAIRS = [
    *[(ink, ground, TEXT)
      for ink in ("color-ink", "color-ink-soft", "color-link", "color-danger")
      for ground in ("color-wall", "color-paper", "color-paper-sunk")],
    ("color-action-ink", "color-action", TEXT),
    ("color-action-ink", "color-action-hover", TEXT),
    ("color-danger-ink", "color-danger", TEXT),
    ("color-brass-ink", "color-paper", TEXT),
    ("color-felt-ink", "color-felt", TEXT),
    ("color-felt-soft", "color-felt", TEXT),
    ("color-felt-ink", "color-felt-deep", TEXT),
    ("color-brass-light", "color-felt", TEXT),
    ("ring-met", "color-felt", GRAPHIC),
    ("ring-not-yet", "color-felt", GRAPHIC),
    ("ring-wall", "color-felt", GRAPHIC),
    ("color-line-strong", "color-paper", GRAPHIC),
    ("color-line-strong", "color-wall", GRAPHIC),
    ("color-focus", "color-wall", GRAPHIC),
    ("color-focus", "color-paper", GRAPHIC),
    ("color-focus", "color-paper-sunk", GRAPHIC),
    *[(f"color-{status}-ink", f"color-{status}-wash", TEXT) for status in STATUSES],
    *[(f"color-{status}", f"color-{status}-wash", GRAPHIC) for status in STATUSES],
    *[(f"color-{status}", "color-paper", GRAPHIC) for status in STATUSES],
    *[("color-ink", f"color-{status}-wash", TEXT) for status in STATUSES],
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colors_used_together_have_enough_contrast(theme, front, back, least):
    named = colors(theme)

    assert contrast(named[front], named[back]) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_ring_has_no_color_of_an_error(theme):
    named = colors(theme)

    def hue(name):
        red, green, blue = (int(named[name][i : i + 2], 16) / 255 for i in (1, 3, 5))
        return colorsys.rgb_to_hsv(red, green, blue)[0]

    for error in ("color-danger", "color-declined", "color-revoked", "color-returned"):
        apart = abs(hue("color-focus") - hue(error))
        assert min(apart, 1 - apart) > 0.25


def oklab(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return long, middle, short


def mixed(first, second, share):
    """Like CSS color-mix(in oklab): cone responses are a linear transform of that space."""
    long, middle, short = (
        (a * share + b * (1 - share)) ** 3 for a, b in zip(oklab(first), oklab(second), strict=True)
    )
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
    )
    values = [12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in linear]
    return "#" + "".join(f"{round(255 * min(1, max(0, v))):02x}" for v in values)


@pytest.mark.parametrize("palette", PALETTES)
def test_text_and_ring_have_enough_contrast_on_the_felt_of_every_palette(palette):
    board = (CSS / "components" / "board.css").read_text()
    share, deep = re.search(r"var\(--enamel-deep\) (\d+)%, (#\w{6})\)", board).groups()
    named = colors("light")

    # The light from the upper left makes the felt up to 8% whiter behind text.
    lit = mixed("#ffffff", mixed(PALETTES[palette].depth, deep, int(share) / 100), 0.05)

    for words in ("color-felt-ink", "color-felt-soft", "color-brass-light"):
        assert contrast(named[words], lit) >= TEXT
    for mark in ("ring-met", "ring-not-yet", "ring-wall"):
        assert contrast(named[mark], lit) >= GRAPHIC


def test_the_stylesheet_has_the_palettes_of_the_art_composer():
    css = (CSS / "enamels.css").read_text()

    rules = re.findall(
        r'\[data-enamel="(\w+)"\] {\s+--enamel: (#\w+);\s+--enamel-bright: (#\w+);'
        r"\s+--enamel-deep: (#\w+);",
        css,
    )
    assert rules == [(name, p.ground, p.tone, p.depth) for name, p in PALETTES.items()]


def test_every_stylesheet_is_imported_by_app_css():
    listed = set(re.findall(r'@import url\("([^"]+)"\)', (CSS / "app.css").read_text()))
    present = {str(file.relative_to(CSS)) for file in CSS.rglob("*.css")} - {"app.css"}

    assert listed == present


def test_no_template_has_inline_styles_or_scripts():
    with_inline_code = [
        file.relative_to(ROOT)
        for file in (ROOT / "templates").rglob("*.html")
        if "emails" not in file.parts
        and re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=", file.read_text())
    ]

    assert with_inline_code == []
