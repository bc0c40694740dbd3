"""A word document as clean HTML. No Django: it runs in the sandbox."""

from __future__ import annotations

import base64
import io

import mammoth
import nh3
from PIL import Image, UnidentifiedImageError

MOST_HTML = 4_000_000  # characters, pictures included
MOST_PICTURES = 40
WIDTH_OF_A_PICTURE = 900
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_TAGS = _HEADINGS | {
    "a", "b", "blockquote", "br", "em", "i", "img", "li", "ol", "p", "pre", "s", "strong", "sub",
    "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}


def html(data: bytes) -> list[dict]:
    """Empty if it can't be read as HTML, or has nothing to show: there may still be words."""
    pictures = _Pictures()
    try:
        found = mammoth.convert_to_html(
            io.BytesIO(data), convert_image=mammoth.images.img_element(pictures.attributes)
        )
    except MemoryError:
        raise
    except Exception:  # mammoth raises many kinds of exceptions for broken files
        return []
    clean = nh3.clean(
        found.value,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    is_shown = clean.strip() and len(clean) <= MOST_HTML
    return [{"kind": "html", "html": clean}] if is_shown else []


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Links lead to addresses, and pictures are in the document."""
    if tag == "a" and attribute == "href":
        return value if value.lower().startswith(("http:", "https:", "mailto:")) else None
    if tag == "img" and attribute == "src":
        return value if value.startswith("data:image/") else None
    return value


class _Pictures:
    """Smaller copies of the pictures of a document. What can't be read is left out."""

    def __init__(self) -> None:
        self.left = MOST_PICTURES

    def attributes(self, image) -> dict[str, str]:
        self.left -= 1
        if self.left < 0:
            return {"src": ""}
        try:
            with image.open() as opened, Image.open(opened) as picture:
                picture.thumbnail((WIDTH_OF_A_PICTURE, WIDTH_OF_A_PICTURE))
                out = io.BytesIO()
                picture.convert("RGBA").save(out, "WEBP", quality=75, method=2)
        except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
            return {"src": ""}
        return {"src": "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()}
