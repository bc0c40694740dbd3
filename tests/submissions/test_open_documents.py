"""OpenDocument files keep texts and annotations, and lose names, times and remote parts."""

import base64
import io
import re

import pytest
from PIL import Image

from tests.submissions import samples
from tests.submissions.office_samples import SECRET, open_document
from tests.submissions.stored_documents import cleaned, refusal


def content_of(data: bytes) -> str:
    with cleaned(data) as stored:
        return stored.read("content.xml").decode().partition(">")[2].rpartition("<")[0]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            f"<office:annotation><dc:creator>{SECRET}</dc:creator><dc:date>2026</dc:date>"
            f"<meta:creator-initials>{SECRET}</meta:creator-initials><text:p>Good</text:p></office:annotation>",
            "<office:annotation><dc:creator>Author</dc:creator>"
            "<meta:creator-initials>Author</meta:creator-initials><text:p>Good</text:p></office:annotation>",
        ),
        (
            f"<office:change-info><dc:creator>{SECRET}</dc:creator><dc:date>2026</dc:date></office:change-info>",
            "<office:change-info><dc:creator>Author</dc:creator></office:change-info>",
        ),
        (
            "<text:creator>By Rosa</text:creator><text:date>1 May</text:date>",
            "<text:creator>By Rosa</text:creator><text:date>1 May</text:date>",
        ),
        (f"<office:scripts><office:script>{SECRET}</office:script></office:scripts>", ""),
        (f'<script:event-listener xlink:href="{SECRET}"/>', ""),
        (
            '<text:a xlink:href="https://x.example/">a</text:a>',
            '<text:a xlink:href="https://x.example/">a</text:a>',
        ),
        (f'<text:a xlink:href="file:///home/{SECRET}">a</text:a>', "<text:a>a</text:a>"),
        (
            f'<draw:frame><draw:image xlink:href="https://{SECRET}/a.png"/></draw:frame>',
            "<draw:frame></draw:frame>",
        ),
        (
            f'<draw:frame><draw:image xlink:href="../{SECRET}.png"/></draw:frame>',
            "<draw:frame></draw:frame>",
        ),
        ('<draw:image xlink:href="Pictures/a.png"/>', '<draw:image xlink:href="Pictures/a.png"/>'),
        (
            f'<text:section><text:section-source xlink:href="{SECRET}"/></text:section>',
            "<text:section></text:section>",
        ),
        (
            f'<table:table><table:table-source xlink:href="{SECRET}"/></table:table>',
            "<table:table></table:table>",
        ),
        (f'<config:config-item config:name="PrinterSetup">{SECRET}</config:config-item>', ""),
        ('<text:p office:rsid="1">a</text:p>', "<text:p>a</text:p>"),
    ],
)
def test_marks_of_people_are_removed_from_open_documents_and_texts_are_kept(sent, kept):
    assert content_of(open_document(sent)) == kept


def test_unusual_prefixes_make_no_difference():
    note = f"<e:creator>{SECRET}</e:creator><e:date>{SECRET}</e:date>"

    assert content_of(open_document(note, dc="e")) == "<e:creator>Author</e:creator>"


def test_a_photo_in_the_text_of_an_open_document_is_cleaned():
    photo = base64.b64encode(samples.photo()).decode()

    kept = content_of(open_document(f"<office:binary-data>{photo}</office:binary-data>"))

    stripped = base64.b64decode(re.search(">(.*)<", kept)[1])
    assert samples.SECRET not in stripped
    assert (
        Image.open(io.BytesIO(stripped)).tobytes()
        == Image.open(io.BytesIO(samples.photo())).tobytes()
    )


@pytest.mark.parametrize("kind", ["text", "presentation", "spreadsheet"])
@pytest.mark.parametrize(
    "part",
    [
        "Thumbnails/thumbnail.png",
        "layout-cache",
        "manifest.rdf",
        "Versions/Version1",
        "VersionList.xml",
        "META-INF/documentsignatures.xml",
    ],
)
def test_parts_of_open_documents_that_nobody_sees_are_removed(kind, part):
    sent = open_document(
        "",
        {
            part: SECRET,
            "styles.xml": "<a/>",
            "meta.xml": SECRET,
            "Object 1/meta.xml": f"<a>{SECRET}</a>",
        },
        kind=kind,
    )

    with cleaned(sent) as stored:
        assert part not in stored.namelist()
        manifest = stored.read("META-INF/manifest.xml").decode()
        assert re.findall('full-path="(.*?)"', manifest) == [
            "styles.xml",
            "meta.xml",
            "Object 1/meta.xml",
        ]


@pytest.mark.parametrize(
    "part", ["Basic/Standard/Module1.xml", "Scripts/python/a.py", "Object 1/Basic/a/b.xml"]
)
def test_an_open_document_with_macros_is_refused(part):
    assert "macros" in refusal(open_document("", {part: "<a/>"}))
