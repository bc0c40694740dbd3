"""Photos and color profiles inside a PDF, wherever they are and however they are packed."""

from __future__ import annotations

import pikepdf
from pikepdf import Name

from submissions.metadata import (
    HasLocation,
    TooComplex,
    Unreadable,
    color_profiles,
    jpeg2000,
    pdf_filters,
    pictures,
)

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
_PHOTOS = {"/DCTDecode": pictures.strip_jpeg, "/JPXDecode": jpeg2000.strip_metadata}
# What a private part of a photo begins with, to look for it in photos that can't be rewritten.
_PRIVATE = (b"Exif\0\0", b"http://ns.adobe.com/", b"Photoshop 3.0", b"<x:xmpmeta", b"<?xpacket")


class Budget:
    """How much may still be unpacked from all streams of a document."""

    def __init__(self) -> None:
        self.bytes = MAX_UNPACKED_BYTES

    def spend(self, size: int) -> None:
        self.bytes -= size
        if self.bytes < 0:
            raise TooComplex


def strip_photo(stream: pikepdf.Stream, budget: Budget) -> None:
    """Strip the stream if it is a photo. It keeps only the filter of the photo itself."""
    filters = _filters(stream)
    if not filters or (strip := _PHOTOS.get(filters[-1])) is None:
        return
    parameters = _decode_parameters(stream, len(filters))
    photo = stream.read_raw_bytes()
    budget.spend(len(photo))
    try:
        photo = _undo_all(filters[:-1], parameters, photo, budget)
        clean = strip(photo)
    except (Unreadable, IndexError, ValueError) as error:
        if len(filters) == 1 and not any(mark in photo for mark in _PRIVATE):
            return
        raise HasLocation from error
    if clean != photo or len(filters) > 1:
        stream.write(clean, filter=Name(filters[-1]), decode_parms=parameters[-1])


def strip_inline_photos(stream: pikepdf.Stream, budget: Budget) -> None:
    """Strip photos that are written into the drawing instructions of a content stream."""
    content = _read_content(stream, budget)
    if b"DCT" not in content:
        return
    clean = content
    for operands, operator in pikepdf.parse_content_stream(stream):
        if str(operator) != "INLINE IMAGE":
            continue
        image = operands[0]
        filters = [pdf_filters.SHORT_NAMES.get(name, name) for name in image.filters]
        if not filters or filters[-1] != "/DCTDecode":
            continue
        packed = image._data._inline_image_raw_bytes()
        try:
            photo = _undo_all(filters[:-1], [None] * len(filters), packed, budget)
            stripped = pictures.strip_jpeg(photo)
        except (Unreadable, IndexError, ValueError) as error:
            raise HasLocation from error
        if stripped == photo.rstrip(b"\r\n "):
            continue
        if len(filters) > 1 or packed not in clean:
            raise HasLocation
        clean = clean.replace(packed, stripped + b"\n")
    if clean != content:
        stream.write(clean)


def strip_color_profile(stream: pikepdf.Stream, budget: Budget) -> None:
    """Viewers take the plain color space of the same components for an unreadable profile."""
    profile = _read_content(stream, budget)
    clean = color_profiles.rebuild(profile) or b""
    if clean != profile:
        stream.write(clean)


def _read_content(stream: pikepdf.Stream, budget: Budget) -> bytes:
    """The unpacked stream; b"" if it can't be unpacked, so that viewers can't show it either."""
    filters = _filters(stream)
    parameters = _decode_parameters(stream, len(filters))
    raw = stream.read_raw_bytes()
    budget.spend(len(raw))
    try:
        return _undo_all(filters, parameters, raw, budget)
    except Unreadable:
        pass
    if "/LZWDecode" in filters:  # qpdf has no limit for it
        raise TooComplex
    try:
        content = stream.read_bytes()
    except pikepdf.PdfError:
        return b""
    budget.spend(len(content))
    return content


def _undo_all(
    filters: list[str], parameters: list[pikepdf.Object | None], data: bytes, budget: Budget
) -> bytes:
    for name, parameter in zip(filters, parameters, strict=False):
        options = parameter if isinstance(parameter, pikepdf.Dictionary) else {}
        if int(options.get("/Predictor", 1)) > 1:
            raise Unreadable
        early_change = int(options.get("/EarlyChange", 1))
        data = pdf_filters.undo(name, data, most=budget.bytes, early_change=early_change)
        budget.spend(len(data))
    return data


def _filters(stream: pikepdf.Stream) -> list[str]:
    filters = stream.get(Name.Filter)
    if filters is None:
        return []
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    return [pdf_filters.SHORT_NAMES.get(str(name), str(name)) for name in names]


def _decode_parameters(stream: pikepdf.Stream, count: int) -> list[pikepdf.Object | None]:
    parameters = stream.get(Name.DecodeParms)
    if isinstance(parameters, pikepdf.Array):
        each = [p if isinstance(p, pikepdf.Dictionary) else None for p in parameters]
        return (each + [None] * count)[: max(count, 1)]
    return [parameters] + [None] * (count - 1)
