"""A photo in a PDF is cleaned under any filters and wherever it is, and keeps its pixels."""

import io
import struct

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from submissions.files import FileRefused, clean_bytes
from submissions.metadata import TooComplex, pdf
from tests.submissions import samples
from tests.submissions.pdf_samples import (
    ENCODERS,
    SECRET,
    TEXT,
    annotation,
    cleaned,
    document,
    packed_photo,
)

FILTERS = ["/FlateDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/LZWDecode", "/RunLengthDecode"]


def pixels(jpeg: bytes) -> bytes:
    return Image.open(io.BytesIO(jpeg)).tobytes()


def add_photo(filters):
    def change(pdf, page):
        page.Resources.XObject.Im0 = packed_photo(pdf, filters)

    return change


@pytest.mark.parametrize(
    "outer",
    [
        [],
        *([name] for name in FILTERS),
        ["/ASCII85Decode", "/FlateDecode"],
        ["/ASCIIHexDecode", "/LZWDecode"],
        ["/FlateDecode", "/FlateDecode"],
        ["/ASCII85Decode", "/RunLengthDecode", "/LZWDecode", "/FlateDecode"],
    ],
    ids=" ".join,
)
def test_a_photo_is_cleaned_under_any_filters_and_keeps_its_pixels(outer):
    sent = document(add_photo([*outer, "/DCTDecode"]))
    with pikepdf.open(io.BytesIO(sent)) as pdf:  # qpdf's own filters agree with those of the sample
        image = pdf.pages[0].Resources.XObject.Im0
        image.Filter = Array(list(image.Filter)[:-1]) if outer else Array([])
        level = pikepdf.StreamDecodeLevel.specialized
        assert image.read_bytes(decode_level=level) == samples.photo()

    with cleaned(sent) as pdf:
        photo = pdf.pages[0].Resources.XObject.Im0

        assert photo.Filter == Name.DCTDecode
        assert (photo.Width, photo.Height, photo.ColorSpace) == (120, 80, Name.DeviceRGB)
        assert dict(Image.open(io.BytesIO(photo.read_raw_bytes())).getexif()) == {
            samples.ORIENTATION: 6
        }
        assert pixels(photo.read_raw_bytes()) == pixels(samples.photo())
        assert pdf.pages[0].Contents.read_bytes() == TEXT


def in_a_form(pdf, page, photo):
    form = Stream(pdf, b"/Im0 Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.Resources = Dictionary(XObject=Dictionary(Im0=photo))
    page.Resources.XObject.Fm0 = pdf.make_indirect(form)


def in_a_pattern(pdf, page, photo):
    pattern = Stream(pdf, b"/Im0 Do", PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 9, 9])
    pattern.Resources = Dictionary(XObject=Dictionary(AA=photo))
    page.Resources.Pattern = Dictionary(Metadata=pdf.make_indirect(pattern))


def in_an_appearance(pdf, page, photo):
    form = Stream(pdf, b"/Im0 Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.Resources = Dictionary(XObject=Dictionary(Im0=photo))
    states = Dictionary(Yes=pdf.make_indirect(form))
    page.Annots = Array([annotation(Subtype=Name.Stamp, AP=Dictionary(N=states))])


def in_a_font(pdf, page, photo):
    glyph = Stream(pdf, b"10 0 d0 /Im0 Do")
    page.Resources.Font.F2 = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        CharProcs=Dictionary(AF=pdf.make_indirect(glyph)),
        Resources=Dictionary(XObject=Dictionary(Im0=photo)),
    )


def as_a_mask(pdf, page, photo):
    image = Stream(pdf, bytes(30), Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8)
    image.ColorSpace, image.SMask = Name.DeviceGray, photo
    page.Resources.XObject.Im0 = image


@pytest.mark.parametrize("place", [in_a_form, in_a_pattern, in_an_appearance, in_a_font, as_a_mask])
def test_a_photo_is_cleaned_wherever_it_is(place):
    def change(pdf, page):
        place(pdf, page, packed_photo(pdf, ["/FlateDecode", "/DCTDecode"]))

    with cleaned(document(change)) as pdf:
        photos = [
            each.read_raw_bytes()
            for each in pdf.objects
            if isinstance(each, Stream) and each.get(Name.Filter) == Name.DCTDecode
        ]
        assert [pixels(photo) for photo in photos] == [pixels(samples.photo())]


def test_a_photo_among_the_drawing_instructions_is_cleaned():
    photo = samples.photo()
    content = TEXT + b"\nq BI /W 120 /H 80 /CS /RGB /BPC 8 /F /DCT ID " + photo + b"\nEI Q"

    with cleaned(document(content=content)) as pdf:
        kinds = [str(operator) for _, operator in pikepdf.parse_content_stream(pdf.pages[0])]
        content = pdf.pages[0].Contents.read_bytes()

    assert kinds == ["BT", "Tf", "Td", "Tj", "ET", "q", "INLINE IMAGE", "Q"]
    assert pixels(content[content.index(b"\xff\xd8") :]) == pixels(photo)


def jp2(*, boxes: bool) -> bytes:
    buffer = io.BytesIO()
    picture = Image.open(io.BytesIO(samples.photo()))
    picture.save(buffer, "JPEG2000", no_jp2=not boxes, comment=SECRET)
    data = buffer.getvalue()
    if boxes:
        for name in (b"uuid", b"xml "):
            content = b"JpgTiffExif->JP2" + SECRET.encode()
            data += struct.pack(">I4s", len(content) + 8, name) + content
    return data


@pytest.mark.parametrize("boxes", [True, False])
def test_a_jpeg_2000_image_is_cleaned(boxes):
    image = jp2(boxes=boxes)
    assert SECRET.encode() in image

    def change(pdf, page):
        page.Resources.XObject.Im0 = packed_photo(pdf, ["/JPXDecode"], image)

    with cleaned(document(change)) as pdf:
        assert pixels(pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()) == pixels(image)


@pytest.mark.parametrize(
    "filters", [["/DCTDecode"], ["/JPXDecode"], ["/FlateDecode", "/DCTDecode"]]
)
def test_a_broken_photo_with_private_data_is_refused_with_words(filters):
    def change(pdf, page):
        broken = b"\xff\xd8\xff\xe1\xff\xffExif\0\0" + SECRET.encode()
        page.Resources.XObject.Im0 = packed_photo(pdf, filters, broken)

    with pytest.raises(FileRefused) as refusal:
        clean_bytes(document(change), "plan.pdf")

    assert "Print the document to a new PDF" in str(refusal.value)


@pytest.mark.parametrize("name", ENCODERS)
def test_a_photo_that_unpacks_to_too_much_is_refused(name, monkeypatch):
    monkeypatch.setattr("submissions.metadata.pdf_images.MAX_UNPACKED_BYTES", 100_000)

    def change(opened, page):
        photo = samples.photo() + bytes(200_000)
        page.Resources.XObject.Im0 = packed_photo(opened, [name, "/DCTDecode"], photo)

    # In this process, where the limit is the small one.
    with pytest.raises(TooComplex):
        pdf.strip_metadata(document(change))
