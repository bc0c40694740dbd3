"""Draws the pin: metal rim, recessed enamel with a pattern, icon, ribbon and gloss.

All gradients are lit from the upper left. Rim heights are distances outward from the edge of the
enamel, so every shape gets the same rim.
"""

import hashlib
import json
from functools import cache
from html import escape
from importlib.resources import files
from math import atan2, degrees

import resvg_py
from PIL import ImageFont

from catalog.art.icons import UNFILLED_ICONS, icon_markup
from catalog.art.palette import METALS, PALETTES, Metal, Palette
from catalog.art.patterns import PATTERNS
from catalog.art.shapes import Point, normals, number, offset, outline, path, resample, scaled
from catalog.art.spec import ArtSpec

RIM = 25
FONT_FAMILY = "Red Hat Display"
FONT_WEIGHT = 800
SIZES = range(16, 2049)


def compose_svg(spec: ArtSpec, *, any_font: bool = False) -> str:
    """The badge as an SVG document on a transparent ground. The same spec gives the same text.

    With `any_font`, the ribbon text keeps its width even if the viewer lacks our font.
    """
    palette, metal = PALETTES[spec.palette], METALS[spec.metal]
    key = "b" + hashlib.sha256(json.dumps(spec.to_dict(), sort_keys=True).encode()).hexdigest()[:8]
    edge = list(outline(spec.shape))
    body = (
        "".join(
            (
                _defs(edge, palette, metal),
                _rim(spec.rim, edge, palette),
                _ground(spec.pattern, palette),
                _field(spec, palette, metal),
                _gloss(edge),
                _ribbon(spec, palette, metal, any_font=any_font),
            )
        )
        .replace("{id}", key)
        .replace("{edge}", metal.edge)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400">'
        f"{body}</svg>"
    )


def render_png(spec: ArtSpec, size: int = 600) -> bytes:
    """The badge as a square PNG with transparency, `size` pixels wide. Uses only our own fonts."""
    if size not in SIZES:
        raise ValueError(f"size: {size} is outside {SIZES.start} to {SIZES.stop - 1} pixels.")
    return resvg_py.svg_to_bytes(
        svg_string=compose_svg(spec),
        width=size,
        height=size,
        skip_system_fonts=True,
        font_files=[_font_file()],
        font_family=FONT_FAMILY,
    )


@cache
def _font_file() -> str:
    return str(files("font_rhd") / "files" / "RedHatDisplay-ExtraBold.ttf")


def _stops(*colors: tuple[float, str]) -> str:
    return "".join(f'<stop offset="{at}" stop-color="{color}"/>' for at, color in colors)


def _defs(edge: list[Point], palette: Palette, metal: Metal) -> str:
    shine = _stops(
        (0, metal.light), (0.3, metal.mid), (0.48, metal.light), (0.62, metal.mid), (1, metal.dark)
    )
    shade = _stops((0, metal.dark), (0.5, metal.mid), (1, metal.light))
    along = 'gradientUnits="userSpaceOnUse" x1="60" y1="30" x2="340" y2="370"'
    return (
        "<defs>"
        f'<linearGradient id="{{id}}m" {along}>{shine}</linearGradient>'
        f'<linearGradient id="{{id}}s" {along}>{shade}</linearGradient>'
        f'<radialGradient id="{{id}}b" cx="0.35" cy="0.3" r="0.75">'
        f"{_stops((0, metal.light), (0.55, metal.mid), (1, metal.dark))}</radialGradient>"
        '<radialGradient id="{id}g" gradientUnits="userSpaceOnUse" cx="160" cy="120" r="270">'
        f"{_stops((0, palette.tone), (0.45, palette.ground), (1, palette.depth))}</radialGradient>"
        '<linearGradient id="{id}f" x1="0" y1="0" x2="1" y2="1">'
        f"{_stops((0, metal.light), (0.5, metal.light), (1, metal.mid))}</linearGradient>"
        '<linearGradient id="{id}w" x1="0" y1="0" x2="0.55" y2="1">'
        '<stop offset="0" stop-color="#fff" stop-opacity="0.5"/>'
        '<stop offset="0.6" stop-color="#fff" stop-opacity="0.05"/>'
        '<stop offset="1" stop-color="#fff" stop-opacity="0"/></linearGradient>'
        '<linearGradient id="{id}v" x1="0" y1="0" x2="0" y2="1">'
        '<stop offset="0.55" stop-color="#000" stop-opacity="0"/>'
        '<stop offset="1" stop-color="#000" stop-opacity="0.28"/></linearGradient>'
        f'<path id="{{id}}p" d="{path(edge)}"/>'
        '<clipPath id="{id}c"><use href="#{id}p"/></clipPath>'
        "</defs>"
    )


def _band(height: float, paint: str) -> str:
    """The outline, extended outward by `height`. The ground is drawn over its inside later."""
    return (
        f'<use href="#{{id}}p" fill="none" stroke="{paint}" stroke-width="{number(height * 2)}" '
        'stroke-linejoin="round"/>'
    )


def _rim(style: str, edge: list[Point], palette: Palette) -> str:
    metal, shade = "url(#{id}m)", "url(#{id}s)"
    layers = [
        f'<g transform="translate(0 8)">{_band(RIM, "{edge}")}</g>',
        _band(RIM, metal),
        _band(RIM - 3, shade),
        _band(RIM - 5, metal),
    ]
    if style == "beaded":
        layers += [_band(RIM - 6, "{edge}"), _beads(edge), _band(5.5, metal)]
    elif style == "milled":
        layers += [_band(RIM - 6, shade), _ticks(edge, 8, RIM - 6, 110, 0), _band(7, metal)]
    elif style == "rope":
        layers += [_band(RIM - 5, "{edge}"), _ticks(edge, 6, RIM - 6, 72, 9), _band(5.5, metal)]
    elif style == "enameled":
        layers += [_band(RIM - 7, shade), _band(RIM - 8.5, palette.accent), _band(7, metal)]
    elif style == "double":
        layers += [
            _band(RIM - 9, "{edge}"),
            _band(RIM - 11, metal),
            _band(8, shade),
            _band(6, metal),
        ]
    layers += [_band(3, shade), _band(1.5, "{edge}")]
    return "".join(layers)


def _beads(edge: list[Point]) -> str:
    middle = offset(edge, 12.5)
    beads = resample(middle, 72)
    return "".join(
        f'<circle cx="{number(x)}" cy="{number(y)}" r="5.6" fill="url(#{{id}}b)"/>'
        for x, y in beads
    )


def _ticks(edge: list[Point], low: float, high: float, count: int, lean: float) -> str:
    """Grooves across the rim: perpendicular for a milled edge, slanted (`lean`) for a rope."""
    half = (high - low) / 2
    middle = resample(offset(edge, low + half), count)
    marks = []
    for (x, y), (nx, ny) in zip(middle, normals(middle), strict=True):
        dx, dy = nx * half - ny * lean / 2, ny * half + nx * lean / 2
        marks.append(f"M{number(x - dx)} {number(y - dy)}L{number(x + dx)} {number(y + dy)}")
    groove = "".join(marks)
    if lean:
        return (
            f'<path d="{groove}" stroke="url(#{{id}}m)" stroke-width="11" stroke-linecap="round"/>'
            f'<path d="{groove}" stroke="#fff" stroke-opacity="0.35" stroke-width="2.5" '
            'stroke-linecap="round" transform="translate(-1.5 -1.5)"/>'
        )
    return f'<path d="{groove}" stroke="{{edge}}" stroke-opacity="0.75" stroke-width="3"/>'


def _ground(pattern: str, palette: Palette) -> str:
    return (
        '<g clip-path="url(#{id}c)"><use href="#{id}p" fill="url(#{id}g)"/>'
        f"{PATTERNS[pattern][1](palette)}"
        # The rim casts a shadow on the enamel, which is recessed.
        '<use href="#{id}p" fill="none" stroke="#000" stroke-opacity="0.2" stroke-width="22" '
        'transform="translate(3 6)"/>'
        '<use href="#{id}p" fill="none" stroke="#000" stroke-opacity="0.3" stroke-width="8"/></g>'
    )


def _field(spec: ArtSpec, palette: Palette, metal: Metal) -> str:
    cx, cy = 200.0, 190.0 if spec.text else 200.0
    if spec.field == "glass":
        # A plain disc keeps the pattern from showing behind the icon.
        glass = (
            f'<circle cx="200" cy="{number(cy)}" r="94" fill="{palette.field}" '
            'fill-opacity="0.88"/>'
            f'<circle cx="200" cy="{number(cy)}" r="94" fill="none" stroke="url(#{{id}}m)" '
            'stroke-width="3"/>'
        )
        return glass + _icon(spec.icon, cx, cy, 5.6, palette, metal)
    if spec.field == "disc":
        shape = [(cx + x - 200, cy + y - 200) for x, y in scaled(list(outline("circle")), 0.64)]
    else:
        shape = scaled(list(outline(spec.shape)), 0.64, (cx, cy))
    line = path(shape)
    return (
        f'<path d="{line}" fill="{{edge}}" stroke="{{edge}}" stroke-width="15" opacity="0.55" '
        'transform="translate(2 7)"/>'
        f'<path d="{line}" fill="url(#{{id}}m)" stroke="url(#{{id}}m)" stroke-width="14"/>'
        f'<path d="{line}" fill="{palette.field}" stroke="url(#{{id}}s)" stroke-width="4"/>'
        f'<path d="{line}" fill="url(#{{id}}v)"/>' + _icon(spec.icon, cx, cy, 5.6, palette, metal)
    )


def _icon(name: str, cx: float, cy: float, scale: float, palette: Palette, metal: Metal) -> str:
    """The icon as raised lines with a shadow, and enamel between them."""
    strokes = icon_markup(name)
    cells = "" if name in UNFILLED_ICONS else strokes
    place = f"translate({number(cx - 12 * scale)} {number(cy - 12 * scale)}) scale({scale})"
    ends = 'stroke-linecap="round" stroke-linejoin="round"'
    line = palette.line_on(metal)
    # Light lines get the darker enamel, dark lines the lighter one.
    cell = palette.accent if palette.line else palette.ground
    return (
        f'<g transform="{place}" fill="none" {ends}>'
        f'<g stroke="#000" stroke-opacity="0.38" stroke-width="2.3" '
        f'transform="translate(0.25 0.7)">{strokes}</g>'
        f'<g stroke="none" fill="{cell}" fill-opacity="0.9">{cells}</g>'
        f'<g stroke="{line}" stroke-width="2">{strokes}</g></g>'
    )


def _gloss(edge: list[Point]) -> str:
    light = "".join(
        f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}"
        for (x0, y0), (x1, y1) in _lit_parts(offset(edge, RIM - 4))
    )
    return (
        '<g clip-path="url(#{id}c)">'
        '<path d="M-20 -20H330C250 40 110 130 62 330L-20 380Z" fill="url(#{id}w)" '
        'opacity="0.5"/></g>'
        f'<path d="{light}" stroke="#fff" stroke-opacity="0.75" stroke-width="2.2" '
        'stroke-linecap="round"/>'
    )


def _lit_parts(points: list[Point]) -> list[tuple[Point, Point]]:
    """The segments of an outline that face the light."""
    result = []
    for index, (nx, ny) in enumerate(normals(points)):
        if 98 < degrees(atan2(-ny, nx)) % 360 < 172:
            result.append((points[index - 1], points[index]))
    return result


@cache
def _text_width(text: str, size: int = 100) -> float:
    return ImageFont.truetype(_font_file(), size).getlength(text)


def _ribbon(spec: ArtSpec, palette: Palette, metal: Metal, *, any_font: bool) -> str:
    if not spec.text:
        return ""
    text = spec.text.upper()
    width = 236 if spec.ribbon == "plate" else 262
    spacing = 0.05
    per_unit = _text_width(text) / 100 + spacing * len(text)
    size = min(34.0, (width - (56 if spec.ribbon == "plate" else 28)) / per_unit)
    length = f'textLength="{number(size * per_unit)}" lengthAdjust="spacingAndGlyphs" '
    words = (
        f'<text x="200" y="{number(311 + size * 0.355)}" text-anchor="middle" '
        f'font-family="{FONT_FAMILY}, sans-serif" font-weight="{FONT_WEIGHT}" '
        f'font-size="{number(size)}" letter-spacing="{number(size * spacing)}" '
        f"{length if any_font else ''}"
        'fill="{ink}">' + escape(text) + "</text>"
    )
    if spec.ribbon == "plate":
        return _plate(width, words.replace("{ink}", metal.edge))
    return _banner(width, palette, words.replace("{ink}", palette.ribbon_text))


def _plate(width: float, words: str) -> str:
    left = number(200 - width / 2)
    box = f'x="{left}" y="284" width="{number(width)}" height="54" rx="12"'
    screws = "".join(
        f'<circle cx="{number(200 + side * (width / 2 - 11))}" cy="311" r="3" fill="{{edge}}" '
        'fill-opacity="0.7"/>'
        for side in (-1, 1)
    )
    return (
        f'<rect {box} fill="{{edge}}" transform="translate(0 6)"/>'
        f'<rect {box} fill="url(#{{id}}s)"/>'
        f'<rect x="{number(204 - width / 2)}" y="288" width="{number(width - 8)}" height="46" '
        f'rx="9" fill="url(#{{id}}f)"/>{screws}{words}'
    )


def _banner(width: float, palette: Palette, words: str) -> str:
    left, right = 200 - width / 2, 200 + width / 2
    tails = "".join(
        f'<path d="M{number(x)} 300L{number(x - s * 46)} 300L{number(x - s * 30)} 327'
        f"L{number(x - s * 46)} 354L{number(x + s * 26)} 354L{number(x + s * 26)} 320Z"
        f'" fill="{palette.ribbon}" stroke="url(#{{id}}m)" stroke-width="4" '
        'stroke-linejoin="round"/>'
        f'<path d="M{number(x)} 338L{number(x + s * 26)} 354L{number(x + s * 26)} 334Z" '
        'fill="#000" fill-opacity="0.45"/>'
        for x, s in ((left, 1), (right, -1))
    )
    box = f'x="{number(left)}" y="284" width="{number(width)}" height="54" rx="5"'
    return (
        f'<g>{tails}<rect {box} fill="{{edge}}" transform="translate(0 6)"/>'
        f'<rect {box} fill="{palette.ribbon}" stroke="url(#{{id}}m)" stroke-width="5" '
        'stroke-linejoin="round"/>'
        f'<path d="M{number(left + 5)} 289H{number(right - 5)}V303H{number(left + 5)}Z" '
        f'fill="#fff" fill-opacity="0.12"/>{words}</g>'
    )
