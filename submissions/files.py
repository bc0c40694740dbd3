"""Checks and cleans uploaded evidence. The type depends on a file's content, not on its name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from program.template_tags import program_office
from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Busy, Stopped
from submissions import cleaning, links, metadata
from submissions.sizes import size_words

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
# Videos and recordings of sound, which `media` checks, with the same extensions.
RECORDINGS = {
    "video/mp4": (".mp4", ".m4v"),
    "video/webm": (".webm",),
    "audio/mp4": (".m4a",),
    "audio/mpeg": (".mp3",),
    "audio/wav": (".wav",),
    "audio/webm": (".weba", ".webm"),
}
EXTENSIONS |= RECORDINGS
# Types that the browser displays; the rest is downloaded.
SHOWN_INLINE = {
    "application/pdf",
    *(kind for kind in EXTENSIONS if kind.startswith("image/")),
    *RECORDINGS,
}

MAX_NAME_LENGTH = 150
# An ordinary photo takes a tenth of a second; fifty million pixels take 500 MB.
LIMITS = Limits(memory=640 * MEGABYTE, processor_seconds=10, seconds=25)
# After so many seconds the rest of the files of a form is not read. Gunicorn allows 60.
SECONDS_FOR_A_FORM = 30
# What cleaning raises, and what the person who added the file reads.
SENTENCES: dict[type[Exception], str] = {
    Busy: gettext_noop("The site is busy reading other files. Add this one again in a minute."),
    Stopped: gettext_noop(
        "Reading this file took too much time or memory. Save a simpler copy, or print it "
        "to a PDF, and add that."
    ),
    metadata.PasswordProtected: gettext_noop(
        "The file is password-protected. Save a copy without a password and add that."
    ),
    metadata.TooComplex: gettext_noop(
        "Unpacked, the file is far too large. Save it as a PDF and add that."
    ),
    metadata.HasAttachments: gettext_noop(
        "The PDF contains other files. Add those files one by one."
    ),
    metadata.HasMacros: gettext_noop(
        "The document contains macros. Save it without them, or as a PDF, and add that."
    ),
    metadata.HasLocation: gettext_noop(
        "An image or recording in the document may show where it was taken, and we could "
        "not remove that. Print the document to a new PDF and add that."
    ),
    metadata.HasObjects: gettext_noop(
        "The document contains a part of another program, which we can’t check. Save the "
        "document as a PDF and add that."
    ),
    metadata.NeedsOtherProgram: gettext_noop(
        "The PDF is a form that only some programs can show. Print it to a new PDF and add that."
    ),
    metadata.Unreadable: gettext_noop(
        "The file seems to be damaged: we could not open it. Open it on your device, "
        "save it again, and add the new copy."
    ),
}
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
    """Like `clean_upload`, for a file in memory whose size was checked. Raises FileRefused."""
    if refusal := _refusal_of_shortcut(name):
        raise FileRefused(refusal)
    if not data.strip(b"\0 \t\r\n"):
        raise FileRefused(_("The file is empty."))
    try:
        content_type, clean = _cleaned(data, name)
    except cleaning.NotAccepted as refusal:
        raise FileRefused(_(refusal.message) % refusal.details) from None
    except tuple(SENTENCES) as refusal:
        raise FileRefused(_(SENTENCES[type(refusal)])) from None
    if len(clean) > settings.EVIDENCE_LARGEST_FILE:
        raise FileRefused(too_large())
    file_name = safe_name(name, content_type)
    return CleanedFile(ContentFile(clean, name=file_name), file_name, content_type)


def _refusal_of_shortcut(name: str) -> str:
    """What to do instead of adding a file that only points to a document; "" for other files."""
    name = name.lower().rstrip(". ")
    if name.endswith(links.DOCUMENT_SHORTCUTS):
        return _(
            "This is only a shortcut to a Google document, without what is in it. Open the "
            "document, choose File, Download, PDF, and add that. Where links are accepted, you can "
            "share it and paste its link instead."
        )
    if name.endswith(links.PAGE_SHORTCUTS):
        return _(
            "This is only a shortcut to a page. Open it and save the page as a PDF, or, where "
            "links are accepted, paste its address instead."
        )
    return ""


def _cleaned(data: bytes, name: str) -> tuple[str, bytes]:
    reply = run.call(
        "submissions.cleaning:clean",
        data,
        limits=replace(LIMITS, output=settings.EVIDENCE_LARGEST_FILE + MEGABYTE),
        raises=[cleaning.NotAccepted, *SENTENCES],
        name=name,
        most_pixels=settings.EVIDENCE_MOST_PIXELS,
    )
    return reply.value, reply.data


def too_large() -> str:
    return _(
        "The file is larger than %(limit)s. Make it smaller or split it. Where links are "
        "accepted, you can link to it instead."
    ) % {"limit": size_words(settings.EVIDENCE_LARGEST_FILE)}


def no_time() -> str:
    return _("Reading the files before this one took too long. Add this one again on its own.")


def no_room() -> str:
    return _(
        "There is no room to store the file at the moment. Everything else on this page is saved. "
        "Add the file again later; if it happens again, tell %(office)s."
    ) % {"office": program_office()}


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
    return f"file-{number}{EXTENSIONS.get(content_type, ('',))[0]}"
