"""Badge art: draws an enamel pin from a small spec, as SVG and PNG.

Pure functions, without Django, database or clock.
"""

from catalog.art.compose import compose_svg, render_png
from catalog.art.icons import ICON_GROUPS, ICONS
from catalog.art.spec import CHOICES, TEXT_LIMIT, ArtSpec, ArtSpecError

__all__ = [
    "CHOICES",
    "ICONS",
    "ICON_GROUPS",
    "TEXT_LIMIT",
    "ArtSpec",
    "ArtSpecError",
    "compose_svg",
    "render_png",
]
