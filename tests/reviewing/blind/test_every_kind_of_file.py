"""Nothing that a program noted about a person is left in the copy that reviewers read.

One sample for each kind of file that is accepted, with a name wherever its programs put one. A new
kind of file fails until it has a sample here.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from submissions import files
from submissions.files import clean_bytes
from submissions.media import reading
from submissions.models import evidence_path
from tests.submissions import samples
from tests.submissions.office_samples import SECRET, ooxml, open_document, relationships

PLAIN_TEXTS = {"text/plain", "text/csv"}  # all that is in them is what people read


def word() -> bytes:
    return ooxml(
        "word",
        f'<w:p w:rsidR="00A1"><w:ins w:id="1" w:author="{SECRET}" w:date="2026-03-01T10:00:00Z">'
        f'<w:r><w:t>Three lessons</w:t></w:r></w:ins><w:del w:id="2" w:author="{SECRET}"/></w:p>',
        {
            "docProps/core.xml": f"<a><creator>{SECRET}</creator><lastModifiedBy>{SECRET}"
            "</lastModifiedBy></a>",
            "docProps/app.xml": f"<a><Company>{SECRET}</Company><Manager>{SECRET}</Manager></a>",
            "docProps/custom.xml": f"<a><property>{SECRET}</property></a>",
            "docProps/thumbnail.jpeg": samples.photo(),
            "word/comments.xml": f'<w:comments xmlns:w="urn:w"><w:comment w:author="{SECRET}"'
            f' w:initials="{SECRET}"><w:p>Well said</w:p></w:comment></w:comments>',
            "word/people.xml": f'<w15:people xmlns:w15="urn:w15"><w15:person w15:author="{SECRET}">'
            f'<w15:presenceInfo w15:userId="{SECRET}"/></w15:person></w15:people>',
            f"word/media/{SECRET}.jpeg": samples.photo(),
            "word/_rels/document.xml.rels": relationships(
                ("rId1", "comments", "comments.xml"),
                ("rId2", "people", "people.xml"),
                ("rId3", "image", f"media/{SECRET}.jpeg"),
            ),
        },
    )


def slides() -> bytes:
    return ooxml(
        "ppt",
        "<p:sldIdLst/>",
        {
            "docProps/core.xml": f"<a><creator>{SECRET}</creator></a>",
            "docProps/thumbnail.jpeg": samples.photo(),
            "ppt/commentAuthors.xml": '<p:cmAuthorLst xmlns:p="urn:p">'
            f'<p:cmAuthor id="0" name="{SECRET}" initials="{SECRET}"/></p:cmAuthorLst>',
            "ppt/revisionInfo.xml": f"<a>{SECRET}</a>",
            "ppt/changesInfos/changesInfo1.xml": f'<a name="{SECRET}"/>',
            f"ppt/media/{SECRET}.png": samples.picture("PNG"),
            "ppt/_rels/presentation.xml.rels": relationships(
                ("rId1", "commentAuthors", "commentAuthors.xml"),
                ("rId2", "image", f"media/{SECRET}.png"),
            ),
        },
    )


def workbook() -> bytes:
    book = Workbook()
    book.properties.creator = book.properties.lastModifiedBy = SECRET
    book.properties.title = book.properties.keywords = SECRET
    sheet = book.active
    sheet["A1"] = "Three lessons"
    sheet["A1"].comment = Comment("Well said", SECRET)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def open_doc(kind: str) -> Callable[[], bytes]:
    noted = (
        "<text:tracked-changes><text:changed-region><text:insertion><office:change-info>"
        f"<dc:creator>{SECRET}</dc:creator><dc:date>2026-03-01T10:00:00</dc:date>"
        "</office:change-info></text:insertion></text:changed-region></text:tracked-changes>"
        f"<office:annotation><dc:creator>{SECRET}</dc:creator><text:p>Well said</text:p>"
        "</office:annotation>"
    )
    parts = {
        "meta.xml": f"<office:document-meta><meta:initial-creator>{SECRET}</meta:initial-creator>"
        "</office:document-meta>",
        "Thumbnails/thumbnail.png": samples.picture("PNG"),
        f"Pictures/{SECRET}.jpg": samples.photo(),
    }
    return lambda: open_document(noted, parts, kind=kind)


def pdf() -> bytes:
    with pikepdf.open(io.BytesIO(samples.pdf())) as document:
        document.docinfo["/Creator"] = document.docinfo["/Title"] = SECRET
        document.Root.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=SECRET))
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9],
            Contents="Well said", T=SECRET, M="D:20260301100000",
        )  # fmt: skip
        document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])
        written = io.BytesIO()
        document.save(written)
        return written.getvalue()


def recorded(kind: str, **codecs: str) -> Callable[[], bytes]:
    def record() -> bytes:
        recordings = pytest.importorskip("tests.submissions.recordings")
        return recordings.recording(kind, **codecs)

    return record


SAMPLES: dict[str, Callable[[], bytes]] = {
    "application/pdf": pdf,
    "image/png": lambda: samples.picture("PNG"),
    "image/jpeg": samples.photo,
    "image/webp": lambda: samples.picture("WEBP"),
    "image/gif": lambda: samples.picture("GIF"),
    f"{files._OOXML}wordprocessingml.document": word,
    f"{files._OOXML}presentationml.presentation": slides,
    f"{files._OOXML}spreadsheetml.sheet": workbook,
    f"{files._ODF}text": open_doc("text"),
    f"{files._ODF}presentation": open_doc("presentation"),
    f"{files._ODF}spreadsheet": open_doc("spreadsheet"),
    "video/mp4": recorded("mp4"),
    "video/webm": recorded("webm", video="libvpx", audio="libopus"),
    "audio/mp4": recorded("ipod", video="", audio="aac"),
    "audio/mpeg": recorded("mp3", video="", audio="libmp3lame"),
    "audio/wav": recorded("wav", video="", audio="pcm_s16le"),
    "audio/webm": recorded("webm", video="", audio="libopus"),
}


def everything_in(data: bytes) -> bytes:
    """The bytes, names and contents of what is packed in them, and unpacked streams of a PDF."""
    found = [data]
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found += [archive.comment, *(one.encode() for one in archive.namelist())]
            for entry in archive.infolist():
                found += [entry.comment, entry.extra, everything_in(archive.read(entry))]
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as document:
            for thing in document.objects:
                if isinstance(thing, pikepdf.Stream):
                    found.append(thing.read_raw_bytes())
                found.append(repr(thing).encode())
    for start in (b"\x78\x9c", b"\x78\xda"):
        at = data.find(start)
        while at != -1 and len(found) < 200:
            with contextlib.suppress(zlib.error):
                found.append(zlib.decompressobj().decompress(data[at:], 1_000_000))
            at = data.find(start, at + 2)
    return b"\n".join(found)


def cleaned(kind: str, data: bytes) -> tuple[str, bytes]:
    if kind not in files.RECORDINGS:
        clean = clean_bytes(data, f"{SECRET}{files.EXTENSIONS[kind][0]}")
        return clean.content_type, clean.file.read()
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.write(data)
        source.flush()
        said, poster = reading.clean(
            b"", source=source.fileno(), target=target.fileno(), most_seconds=60
        )
        target.seek(0)
        return said["content_type"], target.read() + poster


def names_in(data: bytes) -> list[str]:
    """Which of the words that only the samples' people have are left, in any usual encoding."""
    everything = everything_in(data).lower()
    words = ["rosa", "alvarez", "creekside", "alder", "122.4194"]
    encodings = ["utf-8", "utf-16-le", "utf-16-be"]
    return [word for word in words if any(word.encode(one) in everything for one in encodings)]


def test_every_kind_of_file_has_a_sample():
    assert set(SAMPLES) == set(files.EXTENSIONS) - PLAIN_TEXTS


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.rpartition(".")[2])
def test_no_name_is_left_in_the_stored_copy(kind):
    original = SAMPLES[kind]()
    assert names_in(original), "the sample has to have something to lose"

    found_kind, stored = cleaned(kind, original)

    assert found_kind == kind
    assert names_in(stored) == []


@pytest.mark.parametrize(
    "kind",
    [kind for kind in SAMPLES if "document" in kind],
    ids=lambda kind: kind.rpartition(".")[2],
)
def test_parts_of_documents_have_no_times(kind):
    _kind, stored = cleaned(kind, SAMPLES[kind]())

    with zipfile.ZipFile(io.BytesIO(stored)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_stored_name_tells_nothing():
    """Files are stored under a random name, so an address of the storage tells nothing either."""
    path = evidence_path(None, f"{SECRET}.pdf")

    assert SECRET.split(",")[0].lower() not in path.lower()
    assert os.path.basename(path) != evidence_path(None, f"{SECRET}.pdf")
