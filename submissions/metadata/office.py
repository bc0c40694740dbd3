"""Word, PowerPoint, Excel and OpenDocument files: zip archives of XML and pictures."""

from __future__ import annotations

import io
import zipfile
import zlib

from PIL import Image

from submissions.metadata import (
    HoldsLocation,
    HoldsProgram,
    Locked,
    TooComplex,
    Unreadable,
    pictures,
)

MOST_ENTRIES = 5_000
MOST_UNPACKED = 200 * 1024 * 1024
DEEPEST = 2  # a slide may hold a workbook; nobody nests further by hand
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
# What these parts said about people, places and machines gives way to an empty part, so that
# everything that refers to them still finds them.
_EMPTIED = {
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
    """How much may still be unpacked, counted as it comes rather than as the archive claims."""

    def __init__(self) -> None:
        self.bytes, self.entries = MOST_UNPACKED, MOST_ENTRIES

    def spend(self, size: int) -> None:
        self.bytes -= size
        if self.bytes < 0:
            raise TooComplex

    def spend_entries(self, count: int) -> None:
        self.entries -= count
        if self.entries < 0:
            raise TooComplex


def kind_of(data: bytes) -> str | None:
    """The media type by what the archive says inside; None when it is no office document.

    Raises HoldsProgram for documents with macros and Locked for encrypted ones.
    """
    with _opened(data) as archive:
        return _kind_of(archive, _Budget())


def strip(data: bytes) -> bytes:
    return _strip(data, _Budget(), depth=0)


def _strip(data: bytes, budget: _Budget, depth: int) -> bytes:
    out = io.BytesIO()
    with _opened(data) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as clean:
        entries = archive.infolist()
        budget.spend_entries(len(entries))
        _check_names(entries)
        for entry in entries:
            if entry.is_dir():
                continue
            content = _stripped(entry.filename, _read(archive, entry, budget), budget, depth)
            plain = zipfile.ZipInfo(entry.filename)  # its date is the first of 1980
            # OpenDocument wants its type first and uncompressed; pictures do not get smaller.
            stored = entry.filename == "mimetype" or pictures.kind_of(content[:16])
            plain.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            clean.writestr(plain, content)
    return out.getvalue()


def _stripped(name: str, content: bytes, budget: _Budget, depth: int) -> bytes:
    if name in _EMPTIED:
        return _EMPTIED[name]
    if pictures.kind_of(content[:16]):
        try:
            return pictures.strip(content)
        except Unreadable as error:
            # Not a picture that anything shows. It stays if there is nothing in it to tell.
            if b"Exif\0\0" in content or b"<x:xmpmeta" in content:
                raise HoldsLocation from error
            return content
    if content.startswith(b"PK\x03\x04") and depth < DEEPEST:
        with _opened(content) as inner:
            is_document = _kind_of(inner, budget) is not None
        return _strip(content, budget, depth + 1) if is_document else content
    if _tells_where(content):
        raise HoldsLocation
    return content


def _tells_where(content: bytes) -> bool:
    """Pictures of kinds that are not rewritten here (TIFF, HEIC) stay unless they name a place."""
    if content[4:8] == b"ftyp":
        return b"Exif\0\0" in content or b"<x:xmpmeta" in content
    if content[:4] not in {b"II*\0", b"MM\0*"}:
        return False
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return bool(picture.getexif().get_ifd(0x8825))
    except Exception:
        return True


def _kind_of(archive: zipfile.ZipFile, budget: _Budget) -> str | None:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        types = _read(archive, archive.getinfo("[Content_Types].xml"), budget)
        if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
            raise HoldsProgram
        return next((kind for part, kind in _MAIN_PARTS.items() if part in types), None)
    if "mimetype" in names:
        if archive.getinfo("mimetype").file_size > 200:
            return None
        kind = _read(archive, archive.getinfo("mimetype"), budget).decode("ascii", "replace")
        if kind not in OPEN_DOCUMENTS:
            return None
        if any(_is_macro(name) for name in names):
            raise HoldsProgram
        if "META-INF/manifest.xml" in names and b"encryption-data" in _read(
            archive, archive.getinfo("META-INF/manifest.xml"), budget
        ):
            raise Locked
        return kind
    return None


def _is_macro(name: str) -> bool:
    """OpenDocument keeps macros here; an empty library has only its list of contents."""
    is_list = name.endswith(("script-lc.xml", "script-lb.xml", "/"))
    return name.startswith(("Basic/", "Scripts/")) and not is_list


def _opened(data: bytes) -> zipfile.ZipFile:
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
        raise Locked
    parts = []
    try:
        with archive.open(entry) as content:
            while part := content.read(_CHUNK):
                budget.spend(len(part))
                parts.append(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Unreadable from error
    return b"".join(parts)
