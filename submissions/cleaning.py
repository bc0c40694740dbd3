"""Checks and cleans the bytes of evidence. No Django: `files` runs this in a process of its own.

Refusals are `NotAccepted`, whose message is for the user, in English, and those of `metadata`.
"""

from __future__ import annotations

import io
import unicodedata

from PIL import Image

from sandbox import image_parts
from sandbox.refusals import Refused
from sandbox.refusals import gettext_noop as _
from submissions import metadata
from submissions.metadata import pictures

# WebP is decoded into several copies of the whole image: 25 million pixels take 400 MB.
WEBP_SHARE = 2
MOST_FRAMES = 2_000
# Of all frames of an animation together: two minutes of a small screen recording.
MOST_PIXELS_OF_ANIMATION = 1_500_000_000
# Of the parts of an image file. A large photo has some thousand.
MOST_PARTS = 100_000


class NotAccepted(Refused):
    """A file that is not accepted. The message says why and what to do instead."""


def clean(data: bytes, *, name: str, most_pixels: int) -> tuple[str, bytes]:
    """(content type, file without metadata)."""
    head = data[:2048]
    if kind := pictures.detect_media_type(head):
        _check_picture(data, kind, most_pixels)
        return kind, pictures.strip_metadata(data)
    if b"%PDF-" in head[:1024]:
        from submissions.metadata import pdf  # pikepdf takes long to load

        return "application/pdf", pdf.strip_metadata(data)
    if head.startswith(b"PK\x03\x04"):
        from submissions.metadata import office

        kind = office.detect_media_type(data)
        if kind is None:
            raise NotAccepted(_what_to_do_with_archive(name))
        return kind, office.strip_metadata(data)
    if (text := _as_text(data)) is not None:
        _check_text(text)
        kind = "text/csv" if name.lower().endswith(".csv") else "text/plain"
        return kind, text.encode()
    raise NotAccepted(_what_to_do_instead(data))


def _check_picture(data: bytes, kind: str, most_pixels: int) -> None:
    """Decode the whole image, after checking what it says about itself."""
    most = most_pixels // (WEBP_SHARE if kind == "image/webp" else 1)
    frames = _count_frames(data, kind)
    if frames > MOST_FRAMES:
        raise _too_many_frames(frames)
    if kind == "image/webp":
        _check_size(image_parts.webp_size(data), most)
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            _check_size(picture.size, most)
            if frames * width * height > MOST_PIXELS_OF_ANIMATION:
                raise _too_many_frames(frames)
            # Decode JPEGs at 1/8 scale, which reads every byte with little memory.
            picture.draft(None, (max(1, width // 8), max(1, height // 8)))
            picture.load()
    except Image.DecompressionBombError:
        raise _too_many_pixels(most) from None
    except (NotAccepted, MemoryError):
        raise
    except Exception as error:  # decoders raise nearly anything on broken input
        raise metadata.Unreadable from error


def _check_size(size: tuple[int, int], most: int) -> None:
    if size[0] * size[1] > most:
        raise _too_many_pixels(most)


def _too_many_pixels(most: int) -> NotAccepted:
    return NotAccepted(
        _("The image has more than %(limit)s million pixels. Make it smaller and add it again."),
        limit=most // 1_000_000,
    )


def _too_many_frames(frames: int) -> NotAccepted:
    return NotAccepted(
        _(
            "The animation has %(frames)s frames, which is too long. Put it where you keep videos "
            "and paste a link, or add a single image of it."
        ),
        frames=f"{frames:,}",
    )


def _count_frames(data: bytes, kind: str) -> int:
    """The frames of an animation, counted in the parts of the file, which are few enough."""
    frames = 0
    for number, part in enumerate(image_parts.parts(data, kind), start=1):
        if number > MOST_PARTS:
            raise NotAccepted(
                _("The image is made of too many parts. Export it again, or take a screenshot.")
            )
        frames += image_parts.is_frame(part, kind)
    return max(1, frames)


def _as_text(data: bytes) -> str | None:
    """Decode a text file in any common encoding; None if it is not text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(char.isprintable() or char in "\t\n\r\f\xa0\xad" for char in text[:100_000]):
            return text
        if not any(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f" for char in text):
            return text
    return None


def _check_text(text: str) -> None:
    start = text.lstrip()[:200].lower()
    if start.startswith("{\\rtf"):
        raise NotAccepted(_("This is an RTF document. Save it as DOCX or PDF and add that."))
    if start.startswith(("<!doctype html", "<html")):
        raise NotAccepted(
            _("This is a web page. Paste its link instead, or print it to a PDF and add that.")
        )
    if start.startswith("<svg") or (start.startswith("<?xml") and "<svg" in text[:2000].lower()):
        raise NotAccepted(_("This is an SVG drawing. Export it as PNG or PDF and add that."))


def _what_to_do_with_archive(name: str) -> str:
    if name.lower().endswith((".pages", ".numbers", ".key")):
        return _("Export the document as PDF or as an Office file, and add that.")
    return _("This is a ZIP archive. Unpack it and add the files one by one.")


def _what_to_do_instead(data: bytes) -> str:
    """The error message for a file that is not accepted. Only the message depends on the guess."""
    if data[4:8] == b"ftyp" and data[8:12] in {
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"mif1",
        b"hevc",
    }:
        return _(
            "This is a HEIC photo. Share or export it as JPEG and add that. (On an iPhone:"
            " Settings, Camera, Formats, Most Compatible.)"
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise metadata.PasswordProtected
        return _(
            "This is an older Office format. Save it as DOCX, PPTX, XLSX, or PDF and add that."
        )
    if data.startswith((b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")):
        return _("This is a program, and programs are not accepted as evidence.")
    import puremagic  # only for files that are refused

    try:
        guess = puremagic.from_string(data[:4096], mime=True)
    except (puremagic.PureError, ValueError):
        guess = ""
    if data[4:8] == b"ftyp" or guess.startswith(("video/", "audio/")):
        return _(
            "Sound and video can’t be stored here. Put the recording where you keep such files "
            "and paste a link."
        )
    if guess.startswith("image/"):
        return _("This kind of image is not accepted. Save it as JPEG or PNG and add that.")
    return _(
        "This kind of file is not accepted. You can add PDF, JPEG, PNG, WebP, GIF, Word, "
        "PowerPoint, Excel, OpenDocument, TXT, and CSV files. For anything else, paste a link."
    )
