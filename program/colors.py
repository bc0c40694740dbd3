"""The accent color: how light it may be, and what follows from it for each theme. No Django.

Buttons carry white text on the accent, and links are written in it, so it must be dark enough. On
dark pages a tint of it takes its place, which is made here, so that nobody has to choose two.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TEXT = 4.5  # WCAG 2.2, AA
# static/css/tokens.css: the page that links are written on, and the same in the dark theme.
WALL, DARK_PAPER = "#eceee9", "#17211f"
WHITE, NEARLY_BLACK = "#ffffff", "#0d1413"
STEP = 0.04
HEX = re.compile(r"#[0-9a-f]{6}")

# Dark enough, and as far apart as that allows. static/css/components/swatches.css draws them.
SWATCHES = (
    "#0e474a", "#12487f", "#3b3a98", "#6b2f87", "#9b1f5a", "#9c2c1c", "#7a4a00", "#3f5a14",
)  # fmt: skip


class Look(NamedTuple):
    """The accent in both themes, with what is written on it."""

    light: str
    light_hover: str
    light_ink: str
    dark: str
    dark_hover: str
    dark_ink: str


def is_color(text: str) -> bool:
    return bool(HEX.fullmatch(text))


def contrast(one: str, other: str) -> float:
    """The contrast of two colors as WCAG computes it, from 1 to 21."""
    lighter, darker = sorted([_luminance(one), _luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_dark_enough(accent: str) -> bool:
    """White text on it, and links in it on the page, can be read."""
    return contrast(accent, WHITE) >= TEXT and contrast(accent, WALL) >= TEXT


def darkened(accent: str) -> str:
    """The lightest shade of this color that is dark enough."""
    shade, part = accent, 0.0
    while not is_dark_enough(shade):
        part += STEP
        shade = mixed(accent, "#000000", part)
    return shade


def look(accent: str) -> Look:
    tint, part = accent, 0.0
    while contrast(tint, DARK_PAPER) < TEXT + 2:
        part += STEP
        tint = mixed(accent, WHITE, part)
    return Look(
        light=accent,
        light_hover=mixed(accent, "#000000", 0.25),
        light_ink=WHITE,
        dark=tint,
        dark_hover=mixed(tint, WHITE, 0.3),
        dark_ink=NEARLY_BLACK,
    )


def mixed(one: str, other: str, part: float) -> str:
    """`part` of the other color in the one."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * min(part, 1)):02x}" for a, b in pairs)


def _channels(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(color: str) -> float:
    linear = [
        c / 12.92 if (c := channel / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for channel in _channels(color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
