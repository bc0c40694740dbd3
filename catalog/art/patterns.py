"""Background patterns: cells of enamel separated by thin metal walls."""

from collections.abc import Callable
from math import cos, pi, sin, tau

from catalog.art.palette import Palette
from catalog.art.shapes import Point, number, path

WALL = 'stroke="url(#{id}m)" stroke-width="3" stroke-linejoin="round"'


def _cell(points: list[Point], fill: str) -> str:
    return f'<path d="{path(points)}" fill="{fill}" {WALL}/>'


def _disc(x: float, y: float, r: float, fill: str) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="{fill}" {WALL}/>'


def _polar(radius: float, angle: float, y: float = 200) -> Point:
    return 200 + radius * cos(angle), y + radius * sin(angle)


def plain(p: Palette) -> str:
    return ""


def rays(p: Palette) -> str:
    cells = []
    for i in range(16):
        a = tau * i / 16 - pi / 2
        wedge = [(200.0, 200.0), _polar(270, a), _polar(270, a + tau / 32)]
        cells.append(_cell(wedge, p.tone))
    return "".join(cells)


def hills(p: Palette) -> str:
    def ridge(base: float, height: float, shift: float, waves: float) -> list[Point]:
        top = [(x, base - height * sin(waves * x / 400 * pi + shift)) for x in range(0, 401, 10)]
        return [*top, (400, 420), (0, 420)]

    return (
        _disc(285, 118, 42, p.accent)
        + _cell(ridge(215, 34, 0.4, 2.2), p.tone)
        + _cell(ridge(262, 26, 2.6, 2.0), p.depth)
        + _cell(ridge(312, 18, 0.2, 2.4), p.tone)
    )


def peaks(p: Palette) -> str:
    return (
        _disc(200, 108, 46, p.accent)
        + _cell([(20, 330), (120, 130), (235, 330)], p.depth)
        + _cell([(165, 330), (288, 120), (400, 330)], p.depth)
        + _cell([(96, 178), (120, 130), (148, 179), (128, 168), (118, 186)], "#f7f3e8")
        + _cell([(258, 172), (288, 120), (315, 172), (296, 162), (282, 182)], "#f7f3e8")
        + _cell(
            [(0, 300), (110, 262), (200, 286), (300, 258), (400, 292), (400, 420), (0, 420)], p.tone
        )
    )


def waves(p: Palette) -> str:
    rows = []
    for row in range(7):
        y = 70 + row * 46
        fill = (p.tone, p.ground, p.depth)[row % 3]
        top: list[Point] = []
        for i in range(81):
            x = i * 5
            top.append((x, y - 13 * abs(sin(pi * (x + (row % 2) * 33) / 66))))
        rows.append(_cell([*top, (400, 420), (0, 420)], fill))
    return "".join(rows)


def chevrons(p: Palette) -> str:
    bands = []
    for i in range(6):
        y = 20 + i * 62
        fill = (p.tone, p.depth)[i % 2]
        bands.append(
            _cell(
                [(0, y + 70), (200, y), (400, y + 70), (400, y + 101), (200, y + 31), (0, y + 101)],
                fill,
            )
        )
    return "".join(bands)


def quilt(p: Palette) -> str:
    cells = []
    for row in range(7):
        for column in range(7):
            if (row + column) % 2:
                continue
            x, y = 200 + (column - 3) * 52, 200 + (row - 3) * 52
            fill = p.depth if (row - column) % 4 else p.tone
            cells.append(_cell([(x, y - 52), (x + 52, y), (x, y + 52), (x - 52, y)], fill))
    return "".join(cells)


def rings(p: Palette) -> str:
    fills = (p.depth, p.tone, p.ground, p.tone, p.depth)
    radii = (250, 148, 130, 112, 94)
    return "".join(_disc(200, 200, r, fill) for r, fill in zip(radii, fills, strict=True))


def petals(p: Palette) -> str:
    cells = []
    for i in range(12):
        a = tau * i / 12 - pi / 2
        petal = []
        for step in range(25):
            t = step / 24 * tau
            along, across = 112 + 46 * cos(t), 23 * sin(t)
            petal.append(
                (200 + along * cos(a) - across * sin(a), 200 + along * sin(a) + across * cos(a))
            )
        cells.append(_cell(petal, p.tone if i % 2 else p.accent))
    return "".join(cells)


def stars(p: Palette) -> str:
    cells = []
    for row in range(7):
        for column in range(7):
            x = 200 + (column - 3) * 54 + (27 if row % 2 else 0)
            y = 200 + (row - 3) * 47
            points = []
            for i in range(8):
                r = 13 if i % 2 == 0 else 4.6
                points.append((x + r * cos(tau * i / 8), y + r * sin(tau * i / 8)))
            cells.append(f'<path d="{path(points)}" fill="url(#{{id}}m)"/>')
    return "".join(cells)


def quarters(p: Palette) -> str:
    return (
        _cell([(200, 200), (200, -10), (410, -10), (410, 200)], p.tone)
        + _cell([(200, 200), (200, 410), (-10, 410), (-10, 200)], p.tone)
        + _cell([(200, 200), (410, 200), (410, 410), (200, 410)], p.depth)
    )


def sash(p: Palette) -> str:
    bands = []
    for i, fill in enumerate((p.depth, p.tone, p.accent, p.tone, p.depth)):
        a = 30 + i * 56
        bands.append(_cell([(a - 110, 420), (a + 250, -20), (a + 306, -20), (a - 54, 420)], fill))
    return "".join(bands)


def scales(p: Palette) -> str:
    cells = []
    for row in range(11):
        for column in range(10):
            x = column * 48 - 10 + (24 if row % 2 else 0)
            y = 30 + row * 34
            fill = (p.tone, p.depth, p.ground)[(row + column) % 3]
            cells.insert(0, _disc(x, y, 27, fill))
    return "".join(cells)


def orbit(p: Palette) -> str:
    marks = []
    for r in (118, 140):
        marks.append(f'<circle cx="200" cy="200" r="{r}" fill="none" {WALL}/>')
    for i in range(6):
        x, y = _polar(118 if i % 2 else 140, tau * i / 6 + 0.5)
        marks.append(_disc(x, y, 11, p.accent if i % 2 else p.tone))
    return "".join(marks)


PATTERNS: dict[str, tuple[str, Callable[[Palette], str]]] = {
    "plain": ("Plain", plain),
    "rays": ("Rays", rays),
    "hills": ("Hills", hills),
    "peaks": ("Peaks", peaks),
    "waves": ("Waves", waves),
    "chevrons": ("Chevrons", chevrons),
    "quilt": ("Quilt", quilt),
    "rings": ("Rings", rings),
    "petals": ("Petals", petals),
    "stars": ("Stars", stars),
    "quarters": ("Quarters", quarters),
    "sash": ("Sash", sash),
    "scales": ("Scales", scales),
    "orbit": ("Orbits", orbit),
}
