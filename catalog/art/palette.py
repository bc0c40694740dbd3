"""Metals, and palettes of enamel colors that go together."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metal:
    label: str
    light: str
    mid: str
    dark: str
    edge: str
    line: str


@dataclass(frozen=True)
class Palette:
    """`line` is the color of the icon's lines on `field`; None means that of the metal."""

    label: str
    ground: str
    tone: str
    depth: str
    field: str
    accent: str
    ribbon: str
    ribbon_text: str
    line: str | None = None

    def line_on(self, metal: Metal) -> str:
        return self.line or metal.line


METALS = {
    "gold": Metal("Gold", "#fff3c4", "#d9a441", "#8a5a14", "#5c3a0b", "#ffeeb8"),
    "nickel": Metal("Nickel", "#ffffff", "#b4bcc4", "#626d78", "#3c454e", "#f4f8fb"),
    "copper": Metal("Copper", "#ffe3cf", "#cf7f52", "#7d3d1e", "#522410", "#ffe6d4"),
    "onyx": Metal("Black nickel", "#9aa3ad", "#454d57", "#1c2127", "#0c0f12", "#f1ede2"),
}

PALETTES = {
    "poppy": Palette(
        "Poppy", "#e2711d", "#f59f2f", "#b4481a", "#7e2a12", "#ffc145", "#5d1f10", "#fff1d6"
    ),
    "lapis": Palette(
        "Lapis", "#1d4e9e", "#2f74c8", "#12346f", "#0f2a5c", "#f2b632", "#f2b632", "#14264a"
    ),
    "redwood": Palette(
        "Redwood", "#8f3b28", "#bb5a3c", "#5f2219", "#1f4a3a", "#e9a15b", "#1f4a3a", "#fdf0dc"
    ),
    "meadow": Palette(
        "Meadow", "#2f7d4f", "#5aa867", "#1b5537", "#154430", "#f4d35e", "#f4d35e", "#1a3a29"
    ),
    "lagoon": Palette(
        "Lagoon",
        "#0f7c83",
        "#36a9a6",
        "#07535c",
        "#f6ecd6",
        "#f08a5d",
        "#07454d",
        "#fdf3df",
        line="#07454d",
    ),
    "dusk": Palette(
        "Dusk", "#3d3f8f", "#6a62b8", "#262760", "#1e1f4f", "#f39c6b", "#f39c6b", "#22204c"
    ),
    "rosehip": Palette(
        "Rosehip", "#b3264a", "#dd5a71", "#7c1533", "#661029", "#f7b7a3", "#f7d9c8", "#6b122d"
    ),
    "manzanita": Palette(
        "Manzanita",
        "#6d2e5b",
        "#98508a",
        "#481b3d",
        "#f5e6e4",
        "#d9608a",
        "#481b3d",
        "#fbeaee",
        line="#521f45",
    ),
    "sage": Palette(
        "Sage", "#6f8f72", "#a3bd9a", "#4a6a52", "#2b4638", "#e8d7a0", "#2b4638", "#f6f1dd"
    ),
    "marigold": Palette(
        "Marigold", "#f0b429", "#ffd669", "#a8690f", "#21416b", "#e8603c", "#21416b", "#fff4d1"
    ),
    "harbor": Palette(
        "Harbor",
        "#35566d",
        "#5d86a0",
        "#213b4e",
        "#f4efe2",
        "#d9553f",
        "#b23a2a",
        "#fff4e6",
        line="#1f384a",
    ),
    "fern": Palette(
        "Fern",
        "#567d1f",
        "#8db33a",
        "#365313",
        "#fbf3d5",
        "#d95d39",
        "#365313",
        "#fbf6dc",
        line="#2c4510",
    ),
    "ink": Palette(
        "Ink", "#23262f", "#3c4250", "#14161c", "#111319", "#e05a47", "#d9b25f", "#1a1c22"
    ),
    "coral": Palette(
        "Coral", "#e4604e", "#f39381", "#b53f33", "#163f4d", "#f7c873", "#163f4d", "#fdeee2"
    ),
}


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two `#rrggbb` colors, from 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
