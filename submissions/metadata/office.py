"""Word, PowerPoint, Excel and OpenDocument files: ZIP archives of XML and images."""

from __future__ import annotations

import io
import zipfile
import zlib

from submissions.metadata import (
    HasMacros,
    HasObjects,
    PasswordProtected,
    TooComplex,
    Unreadable,
    media,
    ooxml,
    open_document,
    part_names,
    pictures,
)
from submissions.metadata.xml_rewriting import as_utf_8

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
_XML_START = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\0<")


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
        document = _Document(archive, budget, depth)
        for entry in entries:
            if entry.is_dir() or entry.filename in document.removed.parts:
                continue
            content = document.strip_entry(entry)
            new_name = document.removed.renamed.get(entry.filename, entry.filename)
            clean_entry = zipfile.ZipInfo(new_name)  # dated 1980-01-01
            # OpenDocument requires an uncompressed mimetype; images don't compress further.
            stored = entry.filename == "mimetype" or pictures.detect_media_type(content[:16])
            clean_entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            clean.writestr(clean_entry, content)
    return out.getvalue()


class _Document:
    """An archive, with what other parts need to know about the parts that are left out."""

    def __init__(self, archive: zipfile.ZipFile, budget: _Budget, depth: int) -> None:
        self.archive, self.budget, self.depth = archive, budget, depth
        self.removed = ooxml.Removed()
        names = archive.namelist()
        self.is_ooxml = "[Content_Types].xml" in names
        is_dropped = ooxml.is_dropped if self.is_ooxml else open_document.is_dropped
        self.removed.parts.update(name for name in names if is_dropped(name))
        self.removed.renamed = part_names.neutral_names(names)
        for name in list(self.removed.parts):  # their relationships, too
            folder, _, last = name.rpartition("/")
            self.removed.parts.add(f"{folder}/_rels/{last}.rels")
        # Relationships first: parts lose the ids of those that are removed.
        self._relationships = {
            name: ooxml.strip_relationships(name, self._read(name), self.removed)
            for name in names
            if self.is_ooxml and name.endswith(".rels") and name not in self.removed.parts
        }

    def strip_entry(self, entry: zipfile.ZipInfo) -> bytes:
        """The content of one part without what is removed. Raises what `metadata` defines."""
        name = entry.filename
        if name in self._relationships:
            return self._relationships[name]
        content = _read(self.archive, entry, self.budget)
        if self.is_ooxml and name in self.removed.blank:
            return self.removed.blank[name]
        if name == "[Content_Types].xml":
            return ooxml.strip_types(content, self.removed)
        if not self.is_ooxml and name == "mimetype":
            return content
        if not self.is_ooxml and open_document.is_meta(name):
            return open_document.BLANK_META
        if content[:100].lstrip(b" \t\r\n").startswith(_XML_START):
            return self._strip_xml(name, content)
        return self._strip_binary(name, content)

    def _strip_xml(self, name: str, content: bytes) -> bytes:
        if b"<svg" in as_utf_8(content)[:4096] or name.endswith(".svg"):
            return media.strip_svg(content)
        if self.is_ooxml:
            try:
                return ooxml.strip_part(name, content, self.removed)
            except Unreadable:
                if name.endswith(".vml"):  # old drawings, not always well formed
                    return ooxml.strip_old_drawing(content)
                raise
        return open_document.strip_part(
            name, content, self.removed, lambda image: self._strip_binary("", image)
        )

    def _strip_binary(self, name: str, content: bytes) -> bytes:
        if not content.startswith(b"PK\x03\x04"):
            return media.strip_media(name, content)
        if self.depth >= MAX_DEPTH:
            raise HasObjects
        with _open_zip(content) as inner:
            if _detect_media_type(inner, self.budget) is None:
                raise HasObjects
        return _strip_archive(content, self.budget, self.depth + 1)

    def _read(self, name: str) -> bytes:
        return _read(self.archive, self.archive.getinfo(name), self.budget)


def _detect_media_type(archive: zipfile.ZipFile, budget: _Budget) -> str | None:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        types = _read(archive, archive.getinfo("[Content_Types].xml"), budget)
        ooxml.check_types(types, names)
        return next((kind for part, kind in _MAIN_PARTS.items() if part in types), None)
    if "mimetype" in names:
        if archive.getinfo("mimetype").file_size > 200:
            return None
        kind = _read(archive, archive.getinfo("mimetype"), budget).decode("ascii", "replace")
        if kind not in OPEN_DOCUMENTS:
            return None
        if any(open_document.is_macro(name) for name in names):
            raise HasMacros
        if "META-INF/manifest.xml" in names and b"encryption-data" in _read(
            archive, archive.getinfo("META-INF/manifest.xml"), budget
        ):
            raise PasswordProtected
        return kind
    return None


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
