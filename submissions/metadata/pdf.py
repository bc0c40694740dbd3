from __future__ import annotations

import io

import pikepdf
import pikepdf.settings
from pikepdf import Name

from submissions.metadata import CarriesFiles, Locked, TooComplex, Unreadable, pictures

# Bounds for what a small file may unpack to. qpdf keeps them for the whole process.
MOST_UNPACKED = 200 * 1024 * 1024
MOST_OBJECTS = 300_000
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MOST_UNPACKED, run_length_max_memory=MOST_UNPACKED, parser_max_nesting=200
)


def strip(data: bytes) -> bytes:
    """The PDF without document information, XMP, private notes of programs and photos' Exif.

    Small damage is mended on the way. Raises Locked, CarriesFiles, TooComplex and Unreadable.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return _strip(pdf)
    except pikepdf.PasswordError as error:
        raise Locked from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise Unreadable from error


def _strip(pdf: pikepdf.Pdf) -> bytes:
    if len(pdf.pages) == 0:
        raise Unreadable
    if len(pdf.objects) > MOST_OBJECTS:
        raise TooComplex
    if len(pdf.attachments):
        raise CarriesFiles
    for thing in pdf.objects:
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            for private in (Name.Metadata, Name.PieceInfo, Name.LastModified):
                if private in thing:
                    del thing[private]
        if isinstance(thing, pikepdf.Stream) and _is_jpeg(thing):
            _strip_photo(thing)
    if Name.Info in pdf.trailer:
        del pdf.trailer[Name.Info]
    out = io.BytesIO()
    pdf.save(out, fix_metadata_version=False, encryption=False)
    return out.getvalue()


def _is_jpeg(stream: pikepdf.Stream) -> bool:
    filters = stream.get(Name.Filter)
    if isinstance(filters, pikepdf.Array):
        filters = filters[0] if len(filters) == 1 else None
    return filters == Name.DCTDecode


def _strip_photo(stream: pikepdf.Stream) -> None:
    photo = stream.read_raw_bytes()
    try:
        # A PDF says itself which way is up and ignores the photo's own opinion.
        stripped = pictures.strip_jpeg(photo)
    except (Unreadable, IndexError, ValueError):
        return
    if stripped != photo:
        stream.write(stripped, filter=Name.DCTDecode, decode_parms=stream.get(Name.DecodeParms))
