"""What a badge of another issuer says of itself, for display: text, links and its picture.

The reader's browser loads nothing from other sites. A picture is taken from the file or fetched
within the limits of the check, decoded, made small and written again as a PNG.
"""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from urllib.parse import unquote_to_bytes

from PIL import Image

from openbadges import parsing
from verification.remote_documents import NotAnswered, WebSession
from verification.report import Report, host_of, printable

LONGEST_TEXT = 2_000  # characters
LARGEST_PICTURE = 2 * 1024 * 1024  # bytes
MOST_PIXELS = 16_000_000
SHOWN_SIZE = 400  # pixels


def describe_achievement(report: Report, credential: dict) -> None:
    """Of Open Badges 3.0: the achievement and the issuer of a credential."""
    subject = credential.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if isinstance(achievement, dict):
        _describe(report, achievement)
    issuer = credential.get("issuer")
    if isinstance(issuer, dict):
        describe_issuer(report, issuer)
    for place in (subject, credential):
        if isinstance(place, dict) and place.get("image") and not report.image_source:
            report.image_source = _image_address(place["image"])


def describe_badge_class(report: Report, badge_class: dict) -> None:
    """Of Open Badges 1 and 2."""
    _describe(report, badge_class)


def describe_issuer(report: Report, issuer: dict) -> None:
    report.issuer_name = printable(issuer.get("name"))
    report.issuer_url = _web_link(issuer.get("url"))


def add_picture(report: Report, picture: bytes, web: WebSession) -> None:
    """Set the picture: that of the file, else the one that the badge names."""
    source = report.image_source
    if not picture and source.startswith("data:"):
        picture = _data_of(source)
    elif not picture and source and web.has_time:
        try:
            answer = web.get(source)
        except NotAnswered:
            return
        picture = answer.body if answer.status == 200 else b""
    report.image = _as_data_uri(picture)


def _describe(report: Report, achievement: dict) -> None:
    report.badge_name = printable(achievement.get("name"))
    report.description = _text(achievement.get("description"))
    criteria, image = achievement.get("criteria"), achievement.get("image")
    report.criteria_url = _web_link(parsing.reference(criteria))
    if isinstance(criteria, dict):
        report.criteria = _text(criteria.get("narrative"))
    elif not report.criteria_url:  # some software writes the criteria where their address belongs
        report.criteria = _text(criteria)
    report.image_source = _image_address(image)
    report.image_alt = printable(image.get("caption")) if isinstance(image, dict) else ""


def _image_address(image: object) -> str:
    address = parsing.reference(image)
    return address if address.startswith("data:image/") else _web_link(address)


def _web_link(value: object) -> str:
    is_link = isinstance(value, str) and value.startswith(("https://", "http://"))
    return value if is_link and host_of(value) and len(value) <= LONGEST_TEXT else ""


def _text(value: object) -> str:
    text = value if isinstance(value, str) else ""
    text = "".join(c for c in text if c.isprintable() or c == "\n").strip()
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rstrip() + "…"


def _data_of(uri: str) -> bytes:
    head, _comma, data = uri.partition(",")
    if len(data) > 2 * LARGEST_PICTURE:
        return b""
    try:
        if head.endswith(";base64"):
            return base64.b64decode(unquote_to_bytes(data))
        return unquote_to_bytes(data)
    except (binascii.Error, ValueError):
        return b""


def _as_data_uri(picture: bytes) -> str:
    """The picture, decoded and written again, or "" if it is not one."""
    if not picture or len(picture) > LARGEST_PICTURE:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG", "GIF", "WEBP")) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return ""
                shown = opened.convert("RGBA")
        shown.thumbnail((SHOWN_SIZE, SHOWN_SIZE))
        out = io.BytesIO()
        shown.save(out, "PNG")
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        MemoryError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return ""
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
