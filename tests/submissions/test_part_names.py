"""Names of pictures inside documents are replaced, and every reference still leads to them."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from submissions.files import clean_bytes
from submissions.metadata.part_names import neutral_names, renamed
from tests.submissions import samples
from tests.submissions.office_samples import ooxml, open_document, relationships

NAME = "Rosa Alvarez 4B.png"


def png() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (4, 4)).save(written, "PNG")
    return written.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_picture_in_a_word_document_goes_by_a_number():
    document = ooxml(
        "word",
        '<w:p><w:drawing><a:blip r:embed="rId7"/></w:drawing></w:p>',
        {
            f"word/media/{NAME}": png(),
            "word/_rels/document.xml.rels": relationships(
                ("rId7", "image", "media/Rosa%20Alvarez%204B.png")
            ),
        },
    )

    parts = parts_of(clean_bytes(document, "plan.docx").file.read())

    assert not any("Rosa" in name or b"Rosa" in content for name, content in parts.items())
    [picture] = [name for name in parts if name.startswith("word/media/")]
    assert (
        f'Target="media/{picture.rpartition("/")[2]}"'.encode()
        in (parts["word/_rels/document.xml.rels"])
    )
    assert f'PartName="/{picture}"'.encode() in parts["[Content_Types].xml"]


@pytest.mark.parametrize("reference", [f"Pictures/{NAME}", "./Pictures/Rosa%20Alvarez%204B.png"])
def test_a_picture_in_an_open_document_goes_by_a_number(reference):
    document = open_document(
        f'<draw:frame><draw:image xlink:href="{reference}"/></draw:frame>',
        {f"Pictures/{NAME}": png()},
    )

    parts = parts_of(clean_bytes(document, "plan.odt").file.read())

    assert not any("Rosa" in name or b"Rosa" in content for name, content in parts.items())
    [picture] = [name for name in parts if name.startswith("Pictures/")]
    assert picture.encode() in parts["content.xml"]
    assert f'full-path="{picture}"'.encode() in parts["META-INF/manifest.xml"]


def test_names_that_programs_give_stay():
    names = [
        "[Content_Types].xml", "mimetype", "word/media/image1.jpeg", "docProps/app.xml",
        "xl/embeddings/Microsoft_Excel_Sheet.xlsx", "ppt/slides/slide3.xml", "Pictures/",
        "Pictures/10000201000003200000025827C5C7A3.png", "word/fonts/font1.odttf",
        "Object 1/content.xml",
    ]  # fmt: skip

    assert neutral_names(names) == {}


def test_a_number_is_kept_when_a_document_is_cleaned_again():
    document = open_document(
        f'<draw:image xlink:href="Pictures/{NAME}"/>', {f"Pictures/{NAME}": png()}
    )
    once = clean_bytes(document, "plan.odt").file.read()

    assert clean_bytes(once, "plan.odt").file.read() == once


def test_a_reference_to_another_part_stays():
    neutral = neutral_names(["Pictures/Rosa.png"])

    assert renamed("Pictures/other.png", "", neutral) == "Pictures/other.png"
    assert renamed("https://rosa.example/Rosa.png", "", neutral) == "https://rosa.example/Rosa.png"
    assert renamed("../Pictures/Rosa.png#1", "styles", neutral) == "../Pictures/part1.png"


def test_no_text_of_a_sample_is_lost():
    parts = parts_of(clean_bytes(samples.word(), "plan.docx").file.read())

    assert b"Three lessons" in parts["word/document.xml"]
