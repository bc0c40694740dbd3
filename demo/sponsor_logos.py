"""The logos of the demo's sponsors, which are kept as SVG."""

from __future__ import annotations

from importlib.resources import files

import resvg_py

from demo.content import FOLDER


def logo_png(name: str) -> bytes:
    """The sponsor's SVG logo as a PNG at twice its size, with our own fonts."""
    faces = {
        "font_rhd": ("RedHatDisplay-Bold.ttf", "RedHatDisplay-Medium.ttf"),
        "font_source_serif_pro": ("SourceSerifPro-Bold.ttf", "SourceSerifPro-Regular.ttf"),
    }
    return resvg_py.svg_to_bytes(
        svg_string=(FOLDER / "logos" / name).read_text(encoding="utf-8"),
        width=720,
        skip_system_fonts=True,
        font_files=[
            str(files(package) / "files" / face)
            for package, names in faces.items()
            for face in names
        ],
    )
