"""The progress ring around a badge: a segment per criterion, clockwise from the top."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, tau

CENTER = 100.0
RADIUS = 90.0
GAP = 0.13
SECTOR_RADIUS = 150.0

OPEN, MET, NOT_YET = "open", "met", "not_yet"
MAX_SEGMENTS = 24


@dataclass(frozen=True)
class Segment:
    state: str
    arc: str
    gloss: str
    sector: str

    @property
    def modifier(self) -> str:
        return self.state.replace("_", "-")


def segments(states: Sequence[str]) -> list[Segment]:
    """The ring's segments. Unknown states are drawn as open, so the ring never shows too much."""
    shown = list(states)[:MAX_SEGMENTS]
    # A single segment keeps a gap at the top, because an SVG arc can't end where it starts.
    gap = min(GAP, tau / max(len(shown), 1) / 3)
    result = []
    for index, state in enumerate(shown):
        start = tau * index / len(shown) - pi / 2
        end = tau * (index + 1) / len(shown) - pi / 2
        result.append(
            Segment(
                state=state if state in {MET, NOT_YET} else OPEN,
                arc=_arc(start + gap / 2, end - gap / 2, RADIUS),
                gloss=_arc(start + gap / 2, end - gap / 2, RADIUS + 1.6),
                sector=_sector(start, end),
            )
        )
    return result


def states_from_counts(total: int, met: int, not_yet: int = 0) -> list[str]:
    """States for a caller that only has counts: first met, then not yet met, then open."""
    total = max(0, total)
    met = max(0, min(met, total))
    not_yet = max(0, min(not_yet, total - met))
    return [MET] * met + [NOT_YET] * not_yet + [OPEN] * (total - met - not_yet)


def _point(angle: float, radius: float) -> str:
    return f"{CENTER + radius * cos(angle):.2f} {CENTER + radius * sin(angle):.2f}"


def _arc(start: float, end: float, radius: float) -> str:
    large = int(end - start > pi)
    return f"M{_point(start, radius)}A{radius} {radius} 0 {large} 1 {_point(end, radius)}"


def _sector(start: float, end: float) -> str:
    """A slice of the badge. It has two arcs, because one can't go all the way around."""
    middle, r = (start + end) / 2, SECTOR_RADIUS
    return (
        f"M{CENTER:g} {CENTER:g}L{_point(start, r)}A{r:g} {r:g} 0 0 1 {_point(middle, r)}"
        f"A{r:g} {r:g} 0 0 1 {_point(end, r)}Z"
    )
