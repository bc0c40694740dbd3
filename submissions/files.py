"""Checks and cleans uploaded evidence. The type depends on a file's content, not on its name."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image

from submissions import metadata
from submissions.metadata import office, pdf, pictures

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
# Accepted types with their file extensions. Names without one of them get the first.
EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    f"{_OOXML}wordprocessingml.document": (".docx",),
    f"{_OOXML}presentationml.presentation": (".pptx", ".ppsx"),
    f"{_OOXML}spreadsheetml.sheet": (".xlsx",),
    f"{_ODF}text": (".odt",),
    f"{_ODF}presentation": (".odp",),
    f"{_ODF}spreadsheet": (".ods",),
    "text/plain": (".txt", ".md"),
    "text/csv": (".csv",),
}
# For the file chooser. Without HEIC in the list, iPhones convert photos to JPEG on their own.
ACCEPT = ",".join([*EXTENSIONS, *(ending for group in EXTENSIONS.values() for ending in group)])
# Types that the browser displays; the rest is downloaded.
SHOWN_INLINE = {
    "application/pdf",
    *(kind for kind in EXTENSIONS if kind.startswith("image/")),
}

MAX_NAME_LENGTH = 150
_CONTROLS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class FileRefused(Exception):
    """A file that is not accepted. The message says why and what to do instead, for the user."""


@dataclass(frozen=True)
class CleanedFile:
    """A checked file without metadata, as it will be stored."""

    file: ContentFile
    file_name: str
    content_type: str


def clean_upload(upload: File) -> CleanedFile:
    """Check an uploaded file and strip its metadata. Raises FileRefused."""
    if upload.size > settings.EVIDENCE_LARGEST_FILE:
        raise FileRefused(too_large())
    upload.seek(0)
    return clean_bytes(upload.read(), upload.name or "")


def clean_bytes(data: bytes, name: str) -> CleanedFile:
    if not data.strip(b"\0 \t\r\n"):
        raise FileRefused(_("The file is empty."))
    try:
        content_type, clean = _cleaned(data, name)
    except metadata.PasswordProtected:
        raise FileRefused(
            _("The file is password-protected. Save a copy without a password and add that.")
        ) from None
    except metadata.TooComplex:
        raise FileRefused(
            _("Unpacked, the file is far too large. Save it as a PDF and add that.")
        ) from None
    except metadata.HasAttachments:
        raise FileRefused(_("The PDF contains other files. Add those files one by one.")) from None
    except metadata.HasMacros:
        raise FileRefused(
            _("The document contains macros. Save it without them, or as a PDF, and add that.")
        ) from None
    except metadata.HasLocation:
        raise FileRefused(
            _(
                "An image or recording in the document may show where it was taken, and we could "
                "not remove that. Print the document to a new PDF and add that."
            )
        ) from None
    except metadata.HasObjects:
        raise FileRefused(
            _(
                "The document contains a part of another program, which we can’t check. Save the "
                "document as a PDF and add that."
            )
        ) from None
    except metadata.NeedsOtherProgram:
        raise FileRefused(
            _(
                "The PDF is a form that only some programs can show. Print it to a new PDF and "
                "add that."
            )
        ) from None
    except metadata.Unreadable:
        raise FileRefused(
            _(
                "The file seems to be damaged: we could not open it. Open it on your device, "
                "save it again, and add the new copy."
            )
        ) from None
    if len(clean) > settings.EVIDENCE_LARGEST_FILE:
        raise FileRefused(too_large())
    file_name = safe_name(name, content_type)
    return CleanedFile(ContentFile(clean, name=file_name), file_name, content_type)


def too_large() -> str:
    return _(
        "The file is larger than %(limit)s. Make it smaller or split it. Where links are "
        "accepted, you can link to it instead."
    ) % {"limit": filesizeformat(settings.EVIDENCE_LARGEST_FILE)}


def safe_name(name: str, content_type: str) -> str:
    """The uploaded name without path, control characters or a false extension."""
    name = PurePosixPath(name.replace("\\", "/")).name
    name = "".join(char for char in name if unicodedata.category(char) not in _CONTROLS)
    name = " ".join(name.split()).strip(". ") or "evidence"
    endings = EXTENSIONS[content_type]
    ending = next((e for e in endings if name.lower().endswith(e)), "")
    stem = name[: -len(ending)] if ending else name
    return stem[:MAX_NAME_LENGTH].rstrip() + (ending or endings[0])


def neutral_name(content_type: str, number: object) -> str:
    """A name that does not reveal the earner, as people often name files after themselves."""
    return f"evidence-{number}{EXTENSIONS.get(content_type, ('',))[0]}"


def _cleaned(data: bytes, name: str) -> tuple[str, bytes]:
    head = data[:2048]
    if kind := pictures.detect_media_type(head):
        _check_picture(data)
        return kind, pictures.strip_metadata(data)
    if b"%PDF-" in head[:1024]:
        return "application/pdf", pdf.strip_metadata(data)
    if head.startswith(b"PK\x03\x04"):
        kind = office.detect_media_type(data)
        if kind is None:
            raise FileRefused(_what_to_do_with_archive(name))
        return kind, office.strip_metadata(data)
    if (text := _as_text(data)) is not None:
        _check_text(text)
        kind = "text/csv" if name.lower().endswith(".csv") else "text/plain"
        return kind, text.encode()
    raise FileRefused(_what_to_do_instead(data))


def _check_picture(data: bytes) -> None:
    """Decode the whole image, after checking its size against decompression bombs."""
    too_many_pixels = _(
        "The image has more than %(limit)s million pixels. Make it smaller and add it again."
    ) % {"limit": settings.EVIDENCE_MOST_PIXELS // 1_000_000}
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            if width * height > settings.EVIDENCE_MOST_PIXELS:
                raise FileRefused(too_many_pixels)
            # Decode JPEGs at 1/8 scale, which reads every byte with little memory.
            picture.draft(None, (max(1, width // 8), max(1, height // 8)))
            picture.load()
    except Image.DecompressionBombError:
        raise FileRefused(too_many_pixels) from None
    except FileRefused:
        raise
    except Exception as error:  # decoders raise nearly anything on broken input
        raise metadata.Unreadable from error


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
        raise FileRefused(_("This is an RTF document. Save it as DOCX or PDF and add that."))
    if start.startswith(("<!doctype html", "<html")):
        raise FileRefused(
            _("This is a web page. Paste its link instead, or print it to a PDF and add that.")
        )
    if start.startswith("<svg") or (start.startswith("<?xml") and "<svg" in text[:2000].lower()):
        raise FileRefused(_("This is an SVG drawing. Export it as PNG or PDF and add that."))


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
