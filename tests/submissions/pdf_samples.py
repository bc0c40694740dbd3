"""PDF files with private data in every place where one was found."""

from __future__ import annotations

import base64
import io
import zlib
from contextlib import suppress

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from submissions.files import clean_bytes
from tests.submissions import samples

SECRET = samples.SECRET.decode()
TEXT = b"BT /F1 12 Tf 20 20 Td (What I did) Tj ET"


def lzw(data: bytes) -> bytes:
    table = {bytes([value]): value for value in range(256)}
    codes, prefix, size = [(256, 9)], b"", 258
    width = 9
    for value in data:
        byte = bytes([value])
        if prefix + byte in table:
            prefix += byte
            continue
        codes.append((table[prefix], width))
        table[prefix + byte] = size
        size += 1
        width = min(12, size.bit_length())
        if size == 4095:
            codes.append((256, width))
            table = {bytes([value]): value for value in range(256)}
            size, width = 258, 9
        prefix = byte
    codes += [(table[prefix], width), (257, width)]
    bits = "".join(format(code, f"0{width}b") for code, width in codes)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def run_length(data: bytes) -> bytes:
    parts = [data[at : at + 128] for at in range(0, len(data), 128)]
    return b"".join(bytes([len(part) - 1]) + part for part in parts) + b"\x80"


ENCODERS = {
    "/FlateDecode": zlib.compress,
    "/LZWDecode": lzw,
    "/RunLengthDecode": run_length,
    "/ASCII85Decode": lambda data: base64.a85encode(data) + b"~>",
    "/ASCIIHexDecode": lambda data: data.hex().encode() + b">",
}


def packed_photo(document: pikepdf.Pdf, filters: list[str], photo: bytes | None = None) -> Stream:
    """An image under these filters, the outermost first."""
    data = samples.photo() if photo is None else photo
    for name in reversed(filters[:-1]):
        data = ENCODERS[name](data)
    image = Stream(document, data)
    image.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=120,
        Height=80,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Array([Name(name) for name in filters]) if len(filters) > 1 else Name(filters[0]),
    )
    return document.make_indirect(image)


def document(change=None, *, content: bytes = TEXT) -> bytes:
    """A PDF of one page with a text; `change(pdf, page)` adds to it."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 200))
        page = pdf.pages[0].obj
        page.Contents = Stream(pdf, content)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary(F1=font), XObject=Dictionary())
        if change:
            change(pdf, page)
        buffer = io.BytesIO()
        pdf.save(
            buffer, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
        return buffer.getvalue()


def annotation(**entries) -> Dictionary:
    return Dictionary(Type=Name.Annot, Rect=Array([0, 0, 90, 90]), **entries)


def secret_action(kind: str, **entries) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name(f"/{kind}"), **entries)


ACTIONS = {
    "JavaScript": {"JS": String(f"app.alert({SECRET!r})")},
    "Launch": {"F": String(SECRET)},
    "SubmitForm": {"F": String(f"https://x.example/{SECRET}")},
    "ImportData": {"F": String(SECRET)},
    "GoToR": {"F": String(SECRET), "D": Array([0, Name.Fit])},
    "GoToE": {"F": String(SECRET), "D": Array([0, Name.Fit])},
    "Thread": {"F": String(SECRET)},
    "Rendition": {"JS": String(SECRET)},
    "Sound": {"Title": String(SECRET)},
    "Movie": {"T": String(SECRET)},
    "Hide": {"T": String(SECRET)},
    "ResetForm": {"Fields": Array([String(SECRET)])},
    "SetOCGState": {"State": Array([String(SECRET)])},
    "RichMediaExecute": {"TA": String(SECRET)},
    "URI": {"URI": String(f"file:///C:/Users/{SECRET}")},
}


def cleaned(data: bytes) -> pikepdf.Pdf:
    """The stored document, opened, after a look for the secret in every object and stream."""
    stored = clean_bytes(data, "plan.pdf").file.read()
    assert SECRET.encode() not in stored
    pdf = pikepdf.open(io.BytesIO(stored))
    for each in pdf.objects:
        assert SECRET not in repr(each)
        if isinstance(each, Stream):
            assert SECRET.encode() not in each.read_raw_bytes()
            with suppress(pikepdf.PdfError):  # a photo
                assert SECRET.encode() not in each.read_bytes()
    assert "/Info" not in pdf.trailer
    return pdf
