"""Small copies of the fonts for browsers, as static files: `fonts/<name>.latin.woff2` and so on.

Nearly every page needs the Latin letters only, in a quarter of the bytes of the whole font. The
rest is asked for by the browser where a page has such letters (`unicode-range` in fonts.css).
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from fontTools import subset
from fontTools.ttLib import TTFont

# As fonts.css says.
LATIN = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2C6, 0x2DD), *range(0x2000, 0x2070),
    *range(0x20A0, 0x20C0), *range(0x2100, 0x2150), *range(0x2190, 0x2200), *range(0x2200, 0x2300),
]  # fmt: skip
PARTS = ("latin", "rest")
SOURCES = {
    "RedHatDisplay-Black": ("font_rhd", "ttf"),
    "RedHatDisplay-Bold": ("font_rhd", "ttf"),
    "HankenGrotesk-Regular": ("font_hanken_grotesk", "otf"),
    "HankenGrotesk-Italic": ("font_hanken_grotesk", "otf"),
    "HankenGrotesk-SemiBold": ("font_hanken_grotesk", "otf"),
}
NAMES = [f"fonts/{name}.{part}.woff2" for name in SOURCES for part in PARTS]


class WebFonts(BaseFinder):
    """Finds the small copies. They are made when they are first looked for."""

    def __init__(self, *args, **kwargs) -> None:
        self.folder = Path(settings.DATA_DIR) / "web-fonts"
        super().__init__(*args, **kwargs)

    def check(self, **kwargs) -> list:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs) -> str | list[str]:
        if path not in NAMES:
            return []
        found = self.folder / path
        if not found.exists():
            self._make(found)
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns):
        storage = FileSystemStorage(location=self.folder)
        for name in NAMES:
            self.find(name)
            yield name, storage

    def _make(self, target: Path) -> None:
        name, part, _suffix = target.name.split(".")
        content = target.with_name(f"{target.name}.new")
        content.parent.mkdir(parents=True, exist_ok=True)
        _write_part(_source(name), part, content)
        content.replace(target)


def _write_part(source: Path, part: str, target: Path) -> None:
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    font = TTFont(source)
    letters = set(font.getBestCmap())
    chosen = letters & set(LATIN) if part == "latin" else letters - set(LATIN)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=chosen)
    subsetter.subset(font)
    subset.save_font(font, target, options)


@cache
def _source(name: str) -> Path:
    package, suffix = SOURCES[name]
    folder = find_spec(package).submodule_search_locations[0]
    return Path(folder) / "files" / f"{name}.{suffix}"
