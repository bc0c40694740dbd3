"""Word, PowerPoint, Excel and OpenDocument files: ZIP archives of XML and images."""

from __future__ import annotations

import io
import zipfile
import zlib

from PIL import Image

from submissions.metadata import (
    HasLocation,
    HasMacros,
    PasswordProtected,
    TooComplex,
    Unreadable,
    pictures,
)

MAX_ENTRIES = 5_000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_DEPTH = 2  # a document may embed another; people don't nest them further
_CHUNK = 1024 * 1024

_OOXML = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": f"{_OOXML}wordprocessingml.document",
    b"presentationml.presentation.main+xml": f"{_OOXML}presentationml.presentation",
    b"presentationml.slideshow.main+xml": f"{_OOXML}presentationml.presentation",
    b"spreadsheetml.sheet.main+xml": f"{_OOXML}spreadsheetml.sheet",
}
_ODF = "application/vnd.oasis.opendocument."
OPEN_DOCUMENTS = {f"{_ODF}text", f"{_ODF}presentation", f"{_ODF}spreadsheet"}

_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS = b"http://schemas.openxmlformats.org/"
# Parts with metadata about people, places and machines. They are replaced by empty ones rather
# than removed, because other parts refer to them.
_BLANK_PARTS = {
    "docProps/core.xml": _XML
    + b'<cp:coreProperties xmlns:cp="%spackage/2006/metadata/core-properties"/>' % _SCHEMAS,
    "docProps/app.xml": _XML
    + b'<Properties xmlns="%sofficeDocument/2006/extended-properties"/>' % _SCHEMAS,
    "docProps/custom.xml": _XML
    + b'<Properties xmlns="%sofficeDocument/2006/custom-properties"/>' % _SCHEMAS,
    "meta.xml": _XML + b"<office:document-meta"
    b' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2">'
    b"<office:meta/></office:document-meta>",
}


class _Budget:
    """How much may still be unpacked. Counts actual bytes, not the sizes the archive claims."""

    def __init__(self) -> None:
        self.bytes, self.entries = MAX_UNPACKED_BYTES, MAX_ENTRIES

    def spend(self, size: int) -> None:
        self.bytes -= size
        if self.bytes < 0:
            raise TooComplex

    def spend_entries(self, count: int) -> None:
        self.entries -= count
        if self.entries < 0:
            raise TooComplex


def detect_media_type(data: bytes) -> str | None:
    """The media type declared inside the archive; None if it is not an office document.

    Raises HasMacros for documents with macros and PasswordProtected for encrypted ones.
    """
    with _open_zip(data) as archive:
        return _detect_media_type(archive, _Budget())


def strip_metadata(data: bytes) -> bytes:
    return _strip_archive(data, _Budget(), depth=0)


def _strip_archive(data: bytes, budget: _Budget, depth: int) -> bytes:
    out = io.BytesIO()
    with _open_zip(data) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as clean:
        entries = archive.infolist()
        budget.spend_entries(len(entries))
        _check_names(entries)
        for entry in entries:
            if entry.is_dir():
                continue
            content = _strip_entry(entry.filename, _read(archive, entry, budget), budget, depth)
            clean_entry = zipfile.ZipInfo(entry.filename)  # dated 1980-01-01
            # OpenDocument requires an uncompressed mimetype; images don't compress further.
            stored = entry.filename == "mimetype" or pictures.detect_media_type(content[:16])
            clean_entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            clean.writestr(clean_entry, content)
    return out.getvalue()


def _strip_entry(name: str, content: bytes, budget: _Budget, depth: int) -> bytes:
    if name in _BLANK_PARTS:
        return _BLANK_PARTS[name]
    if pictures.detect_media_type(content[:16]):
        try:
            return pictures.strip_metadata(content)
        except Unreadable as error:
            # Not a displayable image. Keep it unless it may contain metadata.
            if b"Exif\0\0" in content or b"<x:xmpmeta" in content:
                raise HasLocation from error
            return content
    if content.startswith(b"PK\x03\x04") and depth < MAX_DEPTH:
        with _open_zip(content) as inner:
            is_document = _detect_media_type(inner, budget) is not None
        return _strip_archive(content, budget, depth + 1) if is_document else content
    if _may_have_location(content):
        raise HasLocation
    return content


def _may_have_location(content: bytes) -> bool:
    """True for images in formats not rewritten here (TIFF, HEIC) that may have a location."""
    if content[4:8] == b"ftyp":
        return b"Exif\0\0" in content or b"<x:xmpmeta" in content
    if content[:4] not in {b"II*\0", b"MM\0*"}:
        return False
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return bool(picture.getexif().get_ifd(0x8825))
    except Exception:
        return True


def _detect_media_type(archive: zipfile.ZipFile, budget: _Budget) -> str | None:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        types = _read(archive, archive.getinfo("[Content_Types].xml"), budget)
        if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
            raise HasMacros
        return next((kind for part, kind in _MAIN_PARTS.items() if part in types), None)
    if "mimetype" in names:
        if archive.getinfo("mimetype").file_size > 200:
            return None
        kind = _read(archive, archive.getinfo("mimetype"), budget).decode("ascii", "replace")
        if kind not in OPEN_DOCUMENTS:
            return None
        if any(_is_macro(name) for name in names):
            raise HasMacros
        if "META-INF/manifest.xml" in names and b"encryption-data" in _read(
            archive, archive.getinfo("META-INF/manifest.xml"), budget
        ):
            raise PasswordProtected
        return kind
    return None


def _is_macro(name: str) -> bool:
    """True for OpenDocument macros. Empty libraries contain only an index."""
    is_list = name.endswith(("script-lc.xml", "script-lb.xml", "/"))
    return name.startswith(("Basic/", "Scripts/")) and not is_list


def _open_zip(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable from error


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise Unreadable
    for name in names:
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise Unreadable


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> bytes:
    if entry.flag_bits & 0x1:
        raise PasswordProtected
    parts = []
    try:
        with archive.open(entry) as content:
            while part := content.read(_CHUNK):
                budget.spend(len(part))
                parts.append(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Unreadable from error
    return b"".join(parts)
