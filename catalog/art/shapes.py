"""Badge outlines as closed rings of evenly spaced points, from which a rim can be offset."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from math import cos, hypot, pi, sin, tau

Point = tuple[float, float]
CENTER = 200.0
SAMPLES = 300


def number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def path(points: list[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"


def resample(points: list[Point], count: int = SAMPLES) -> list[Point]:
    """The same closed outline with `count` evenly spaced points."""
    closed = [*points, points[0]]
    lengths = [0.0]
    for (x0, y0), (x1, y1) in pairwise(closed):
        lengths.append(lengths[-1] + hypot(x1 - x0, y1 - y0))
    result, segment = [], 0
    for index in range(count):
        target = lengths[-1] * index / count
        while lengths[segment + 1] < target:
            segment += 1
        span = lengths[segment + 1] - lengths[segment] or 1
        part = (target - lengths[segment]) / span
        (x0, y0), (x1, y1) = closed[segment], closed[segment + 1]
        result.append((x0 + (x1 - x0) * part, y0 + (y1 - y0) * part))
    return result


def normals(points: list[Point]) -> list[Point]:
    result = []
    for index in range(len(points)):
        (x0, y0), (x1, y1) = points[index - 1], points[(index + 1) % len(points)]
        length = hypot(x1 - x0, y1 - y0) or 1
        result.append(((y1 - y0) / length, -(x1 - x0) / length))
    return result


def offset(points: list[Point], distance: float) -> list[Point]:
    return [
        (x + nx * distance, y + ny * distance)
        for (x, y), (nx, ny) in zip(points, normals(points), strict=True)
    ]


def scaled(points: list[Point], factor: float, center: Point = (CENTER, CENTER)) -> list[Point]:
    cx, cy = center
    return [(cx + (x - CENTER) * factor, cy + (y - CENTER) * factor) for x, y in points]


def _polar(radius: Callable[[float], float]) -> list[Point]:
    steps = SAMPLES * 4
    angles = [tau * i / steps - pi / 2 for i in range(steps)]
    return [(CENTER + radius(a) * cos(a), CENTER + radius(a) * sin(a)) for a in angles]


def _bezier(p0: Point, p1: Point, p2: Point, p3: Point, steps: int = 60) -> list[Point]:
    result = []
    for i in range(steps):
        t = i / steps
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        result.append(
            (
                a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0],
                a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1],
            )
        )
    return result


def _rounded(corners: list[Point], radius: float) -> list[Point]:
    """A polygon with rounded corners: the curve starts `radius` before each corner."""
    result: list[Point] = []
    for index, (x, y) in enumerate(corners):
        ends = []
        for nx, ny in (corners[index - 1], corners[(index + 1) % len(corners)]):
            length = hypot(nx - x, ny - y)
            step = min(radius, length / 2) / length
            ends.append((x + (nx - x) * step, y + (ny - y) * step))
        start, end = ends
        result += _bezier(
            start,
            (start[0] + (x - start[0]) * 0.6, start[1] + (y - start[1]) * 0.6),
            (end[0] + (x - end[0]) * 0.6, end[1] + (y - end[1]) * 0.6),
            end,
            24,
        )
        result.append(end)
    return result


def _regular(sides: int, radius: float, turn: float = 0.0, soft: float = 30) -> list[Point]:
    angles = [tau * i / sides - pi / 2 + turn for i in range(sides)]
    corners = [(CENTER + radius * cos(a), CENTER + radius * sin(a)) for a in angles]
    return _rounded(corners, soft)


def _shield() -> list[Point]:
    right = _bezier((200, 52), (240, 72), (290, 74), (336, 68)) + _bezier(
        (336, 68), (346, 190), (322, 300), (200, 356)
    )
    left = [(400 - x, y) for x, y in reversed(right)]
    return [*right, (200, 356), *left[:-1]]


def _crest() -> list[Point]:
    right = (
        _bezier((200, 70), (216, 50), (256, 44), (276, 58))
        + _bezier((276, 58), (300, 74), (320, 68), (332, 58))
        + _bezier((332, 58), (336, 110), (352, 118), (342, 170))
        + _bezier((342, 170), (330, 250), (290, 290), (200, 352))
    )
    left = [(400 - x, y) for x, y in reversed(right)]
    return [*right, (200, 352), *left[:-1]]


def _arch() -> list[Point]:
    top = [
        (CENTER + 132 * cos(pi + pi * i / 90), 182 + 132 * sin(pi + pi * i / 90)) for i in range(91)
    ]
    foot = _rounded([(332, 182), (332, 344), (68, 344), (68, 182)], 34)
    # Only the two lower corners, because the upper ones are the ends of the arc.
    return top + foot[25:75]


def _pennant() -> list[Point]:
    return _rounded([(70, 60), (330, 60), (330, 292), (200, 356), (70, 292)], 30)


SHAPES: dict[str, tuple[str, Callable[[], list[Point]]]] = {
    "circle": ("Circle", lambda: _polar(lambda a: 150)),
    "hexagon": ("Hexagon", lambda: _regular(6, 164)),
    "octagon": ("Octagon", lambda: _regular(8, 160, pi / 8, 26)),
    "shield": ("Shield", _shield),
    "crest": ("Crest", _crest),
    "arch": ("Arch", _arch),
    "pennant": ("Pennant", _pennant),
    "diamond": ("Diamond", lambda: _regular(4, 178, 0, 62)),
    "tile": ("Tile", lambda: _rounded([(66, 66), (334, 66), (334, 334), (66, 334)], 54)),
    "scallop": ("Scallop", lambda: _polar(lambda a: 141 + 11 * abs(cos(6 * a)) ** 0.75)),
    "star": ("Star", lambda: _polar(lambda a: 145 + 12 * cos(8 * (a + pi / 2)))),
    "flower": ("Flower", lambda: _polar(lambda a: 144 + 13 * cos(6 * (a + pi / 2)))),
}


@cache
def outline(name: str) -> tuple[Point, ...]:
    return tuple(resample(SHAPES[name][1]()))
