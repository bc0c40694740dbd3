"""The text that is taken out of documents, and files made to break it."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from submissions.metadata import PasswordProtected, Unreadable
from submissions.precheck.document_text import MOST_TEXT, ODF, OOXML, PDF, reads, text_of
from tests.submissions import office_samples

WORD = f"{OOXML}wordprocessingml.document"
SLIDES = f"{OOXML}presentationml.presentation"
SHEET = f"{OOXML}spreadsheetml.sheet"


def text(data: bytes, kind: str) -> str:
    return text_of(data, kind=kind)[1].decode()


def test_the_text_of_a_word_document_keeps_words_whole_and_paragraphs_apart():
    body = (
        "<w:body><w:p><w:r><w:t>Ro</w:t></w:r><w:r><w:t>sa &amp; Al</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>varez</w:t></w:r></w:p></w:body>"
    )

    found = text(office_samples.ooxml("word", body), WORD)

    assert found.split() == ["Rosa", "&", "Al", "varez"]


def test_headers_and_footnotes_are_read_too():
    parts = {"word/header1.xml": "<w:hdr><w:p><w:t>Creekside School</w:t></w:p></w:hdr>"}

    assert "Creekside School" in text(office_samples.ooxml("word", "", parts), WORD)


def test_slides_and_sheets_are_read():
    slide = {"ppt/slides/slide1.xml": "<p:sld><a:p><a:t>Our plan</a:t></a:p></p:sld>"}
    strings = {"xl/sharedStrings.xml": "<sst><si><t>Rosa</t></si><si><t>Alvarez</t></si></sst>"}

    assert "Our plan" in text(office_samples.ooxml("ppt", "", slide), SLIDES)
    assert text(office_samples.ooxml("xl", "", strings), SHEET).split() == ["Rosa", "Alvarez"]


def test_open_documents_and_plain_text_are_read():
    document = office_samples.open_document("<text:p>Rosa</text:p><text:p>Alvarez</text:p>")

    assert text(document, f"{ODF}text").split() == ["Rosa", "Alvarez"]
    assert text("Rosa Álvarez".encode(), "text/plain") == "Rosa Álvarez"


def test_the_words_of_a_pdf_whose_fonts_are_cut_down_are_read():
    pdf = typst.compile(b"#set page(width: 10cm)\nRosa Alvarez teaches at *Creekside School*.")

    assert text(pdf, PDF).split()[:6] == ["Rosa", "Alvarez", "teaches", "at", "Creekside", "School"]


def test_a_pdf_with_a_password_says_so():
    document = pikepdf.new()
    document.add_blank_page()
    data = io.BytesIO()
    document.save(data, encryption=pikepdf.Encryption(user="secret", owner="secret"))

    with pytest.raises(PasswordProtected):
        text(data.getvalue(), PDF)


@pytest.mark.parametrize("kind", [PDF, WORD, SHEET])
@given(data=st.binary(max_size=200))
def test_what_is_no_document_is_unreadable(kind, data):
    with pytest.raises(Unreadable):
        text(data, kind)


def test_a_bomb_is_cut_off():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:p>" + "word " * 3_000_000 + "</w:p>")

    was_cut, found = text_of(data.getvalue(), kind=WORD)

    assert was_cut
    assert len(found) == MOST_TEXT


def test_pictures_have_no_text_to_take_out():
    assert not reads("image/png")
    assert not reads("video/mp4")
