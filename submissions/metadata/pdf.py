from __future__ import annotations

import io

import pikepdf
import pikepdf.settings
from pikepdf import Name

from submissions.metadata import HasAttachments, PasswordProtected, TooComplex, Unreadable, pictures

# Limits against decompression bombs. qpdf applies them to the whole process.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_OBJECTS = 300_000
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_UNPACKED_BYTES,
    run_length_max_memory=MAX_UNPACKED_BYTES,
    parser_max_nesting=200,
)


def strip_metadata(data: bytes) -> bytes:
    """The PDF without document information, XMP, private application data and photos' Exif.

    Also repairs small damage. Raises PasswordProtected, HasAttachments, TooComplex or Unreadable.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return _strip_document(pdf)
    except pikepdf.PasswordError as error:
        raise PasswordProtected from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise Unreadable from error


def _strip_document(pdf: pikepdf.Pdf) -> bytes:
    if len(pdf.pages) == 0:
        raise Unreadable
    if len(pdf.objects) > MAX_OBJECTS:
        raise TooComplex
    if len(pdf.attachments):
        raise HasAttachments
    for pdf_object in pdf.objects:
        if isinstance(pdf_object, (pikepdf.Dictionary, pikepdf.Stream)):
            for private in (Name.Metadata, Name.PieceInfo, Name.LastModified):
                if private in pdf_object:
                    del pdf_object[private]
        if isinstance(pdf_object, pikepdf.Stream) and _is_jpeg(pdf_object):
            _strip_photo(pdf_object)
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
        # PDF viewers ignore a photo's Exif orientation, so it need not be kept.
        stripped = pictures.strip_jpeg(photo)
    except (Unreadable, IndexError, ValueError):
        return
    if stripped != photo:
        stream.write(stripped, filter=Name.DCTDecode, decode_parms=stream.get(Name.DecodeParms))
