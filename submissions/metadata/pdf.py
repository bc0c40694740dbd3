"""PDF documents: pages, links, annotations' texts and form fields are kept, little else.

Every kind of object has a list of the entries that are kept. What no entry leads to any more is not
written, nor are earlier versions of the document.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf
import pikepdf.settings
from pikepdf import Name

from submissions.metadata import (
    HasAttachments,
    NeedsOtherProgram,
    PasswordProtected,
    TooComplex,
    Unreadable,
    pdf_images,
)

# Limits against decompression bombs. qpdf applies them to the whole process.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_OBJECTS = 300_000
_MAX_VALUES = 3_000_000
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_UNPACKED_BYTES,
    run_length_max_memory=MAX_UNPACKED_BYTES,
    parser_max_nesting=200,
)


def _names(text: str) -> frozenset[str]:
    return frozenset(f"/{name}" for name in text.split())


_TRAILER = _names("Root Size")
_CATALOG = _names(
    "Type Version Pages PageLabels Names Dests ViewerPreferences PageLayout PageMode Outlines "
    "AcroForm StructTreeRoot MarkInfo Lang OCProperties"
)
_NAME_TREES = _names("Dests")
_PAGES = _names("Type Parent Kids Count Resources MediaBox CropBox Rotate")
_PAGE = _names(
    "Type Parent Resources MediaBox CropBox BleedBox TrimBox ArtBox Contents Rotate Group Annots "
    "UserUnit StructParents Tabs Dur Trans"
)
_FORM = _names("Fields NeedAppearances DR DA Q")
_FIELD = _names("FT Parent Kids T TU TM Ff V DV DA Q MaxLen Opt TI I")
_ANNOTATION = _names(
    "Type Subtype Rect Contents P F AP AS Border C StructParent OC BS BE IC CA ca Lang BM Open "
    "Name Dest A H QuadPoints DA Q CL IT IRT RT RD L LE LL LLE LLO Cap CP CO Vertices InkList Path "
    "MK OverlayText Repeat RO FixedPrint Rotate"
)
_OUTLINE = _names("Type Title Parent Prev Next First Last Count Dest A SE C F")
_IMAGE = _names(
    "Type Subtype Width Height ColorSpace BitsPerComponent Intent ImageMask Mask Decode "
    "Interpolate Name SMask SMaskInData Matte StructParent OC Length Filter DecodeParms"
)
_DRAWING = _names(
    "Type Subtype FormType BBox Matrix Resources Group StructParent StructParents OC Name Length "
    "Filter DecodeParms"
)
# Never needed, wherever they are.
_PRIVATE = _names(
    "Metadata PieceInfo LastModified AF OPI CreatorInfo Creator Author Producer CreationDate "
    "ModDate Measure PtData GPTS Thumb Alternates AA JS JavaScript RichMediaContent EmbeddedFiles"
)
_EXTERNAL_STREAM = _names("F FFilter FDecodeParms DL")
# Dictionaries whose keys are names that the document chose.
_CHOSEN_NAMES = _names(
    "XObject Font ExtGState ColorSpace Pattern Shading Properties CharProcs Dests Colorants "
    "RoleMap ClassMap drawings-by-state"
)
_DRAWINGS_BY_STATE = "/drawings-by-state"  # our own mark
_APPEARANCES = "/AP"  # of a form field: a drawing or a dictionary of drawings, by state
_ANNOTATION_KINDS = _names(
    "Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut "
    "Caret Stamp Ink Popup FileAttachment Sound Movie Screen Widget PrinterMark TrapNet Watermark "
    "3D Redact Projection RichMedia"
)
_RECORDINGS = _names("FileAttachment Sound Movie Screen 3D RichMedia")
_NOT_DRAWINGS = _names("Length1 Length2 Length3 FunctionType ShadingType")
_FONTS = _names("Type1C CIDFontType0C OpenType")
_SCHEMES = ("http", "https", "mailto", "tel")
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def strip_metadata(data: bytes) -> bytes:
    """The PDF without document information, XMP, private data, scripts and photos' Exif.

    Also repairs small damage. Raises PasswordProtected, HasAttachments, NeedsOtherProgram,
    HasLocation, TooComplex or Unreadable.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return _strip_document(pdf)
    except pikepdf.PasswordError as error:
        raise PasswordProtected from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable from error


def _strip_document(pdf: pikepdf.Pdf) -> bytes:
    if len(pdf.pages) == 0:
        raise Unreadable
    if len(pdf.objects) > MAX_OBJECTS:
        raise TooComplex
    if len(pdf.attachments):
        raise HasAttachments
    _strip_catalog(pdf.Root)
    done: set[tuple[int, int]] = set()
    for page in pdf.pages:
        _strip_page(page.obj, done)
    for item in _outline_items(pdf.Root):
        _keep(item, _OUTLINE)
        _strip_action(item)
    _strip_everything(pdf.Root, done)
    for key in set(pdf.trailer.keys()) - _TRAILER:
        del pdf.trailer[key]
    out = io.BytesIO()
    pdf.save(out, fix_metadata_version=False, encryption=False, deterministic_id=True)
    return out.getvalue()


def _strip_catalog(root: pikepdf.Dictionary) -> None:
    form = root.get(Name.AcroForm)
    if isinstance(form, pikepdf.Dictionary):
        if root.get(Name.NeedsRendering) and Name.XFA in form:
            raise NeedsOtherProgram
        _keep(form, _FORM)
        for field in _fields(form):
            _strip_field(field)
    _keep(root, _CATALOG)
    if isinstance(root.get(Name.Names), pikepdf.Dictionary):
        _keep(root.Names, _NAME_TREES)


def _strip_page(page: pikepdf.Dictionary, done: set[tuple[int, int]]) -> None:
    """Strip a page with its annotations. Those that are objects of their own are noted as done."""
    _keep(page, _PAGE)
    if page.is_indirect:
        done.add(page.objgen)
    annotations = page.get(Name.Annots)
    if not isinstance(annotations, pikepdf.Array):
        return
    kept = [each for each in annotations if isinstance(each, pikepdf.Dictionary)]
    for annotation in kept:
        _strip_annotation(annotation)
    # A popup only names its author. A state says who set it.
    shown = [each for each in kept if each.get(Name.Subtype) != Name.Popup and not _is_empty(each)]
    page.Annots = pikepdf.Array(shown)
    done.update(each.objgen for each in shown if each.is_indirect)


def _strip_annotation(annotation: pikepdf.Dictionary) -> None:
    kind = str(annotation.get(Name.Subtype))
    if kind in _RECORDINGS and _contains_file(annotation):
        raise HasAttachments
    if Name.State in annotation or Name.StateModel in annotation:
        _keep(annotation, frozenset())
        return
    if kind == "/Widget":
        _strip_field(annotation)
        return
    _keep(annotation, _ANNOTATION)
    _strip_action(annotation)


def _strip_field(field: pikepdf.Dictionary) -> None:
    """A field, or a widget, which may be one object. A signature keeps only its appearance."""
    if field.get(Name.FT) == Name.Sig:
        _keep(field, _FIELD - {"/V", "/DV"} | _ANNOTATION)
    else:
        _keep(field, _FIELD | _ANNOTATION)
    _strip_action(field)


def _strip_action(owner: pikepdf.Dictionary) -> None:
    """Keep links to websites and to places in the document."""
    action = owner.get(Name.A)
    if action is None:
        return
    kind = action.get(Name.S) if isinstance(action, pikepdf.Dictionary) else None
    uri = action.get(Name.URI) if kind == Name.URI else None
    if isinstance(uri, pikepdf.String) and _is_link(str(uri)):
        owner.A = pikepdf.Dictionary(S=Name.URI, URI=uri)
        return
    if kind == Name.GoTo and Name.D in action:
        owner.A = pikepdf.Dictionary(S=Name.GoTo, D=action.D)
        return
    if kind == Name.Named and isinstance(action.get(Name.N), Name):
        owner.A = pikepdf.Dictionary(S=Name.Named, N=action.N)
        return
    del owner[Name.A]


def _is_link(uri: str) -> bool:
    """Not a script, and not a path on somebody's computer."""
    scheme = _SCHEME.match(uri)
    return scheme[1].lower() in _SCHEMES if scheme else not uri.startswith(("/", "\\"))


def _strip_everything(root: pikepdf.Dictionary, done: set[tuple[int, int]]) -> None:
    """Visit every value that the document leads to, and strip what can be anywhere."""
    budget = pdf_images.Budget()
    profiles: list[pikepdf.Stream] = []
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[pikepdf.Object, str]] = [(root, "")]  # with the key that leads to it
    count = 0
    while waiting:
        value, key = waiting.pop()
        if value.is_indirect:
            if value.objgen in seen:
                continue
            seen.add(value.objgen)
        if isinstance(value, pikepdf.Array):
            if len(value) == 2 and value[0] == Name.ICCBased:
                profiles.append(value[1])
            children = [(child, "") for child in value]
        elif key in _CHOSEN_NAMES and isinstance(value, pikepdf.Dictionary):
            children = [(child, "") for child in value.values()]
        else:
            if value.objgen not in done:
                _strip_dictionary(value, budget, done)
            children = [(child, name) for name, child in value.items()]
            if key == _APPEARANCES:
                children = [(child, _DRAWINGS_BY_STATE) for child, _name in children]
        count += len(children) + 1
        if count > _MAX_VALUES:
            raise TooComplex
        waiting += [
            child
            for child in children
            if isinstance(child[0], (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream))
        ]
    for profile in profiles:
        if isinstance(profile, pikepdf.Stream):
            pdf_images.strip_color_profile(profile, budget)


def _strip_dictionary(
    value: pikepdf.Dictionary | pikepdf.Stream,
    budget: pdf_images.Budget,
    done: set[tuple[int, int]],
) -> None:
    for key in _PRIVATE.intersection(value.keys()):
        del value[key]
    kind, subtype = str(value.get(Name.Type)), str(value.get(Name.Subtype))
    if isinstance(value, pikepdf.Stream):
        _strip_stream(value, kind, subtype, budget)
    elif Name.EF in value or kind == "/EmbeddedFile":
        raise HasAttachments
    elif kind == "/Page":  # one that only a link or a structure leads to
        _strip_page(value, done)
    elif kind == "/Pages":
        _keep(value, _PAGES)
    elif kind == "/Annot" or (Name.Rect in value and subtype in _ANNOTATION_KINDS):
        _strip_annotation(value)
    elif kind == "/OCG" and isinstance(usage := value.get(Name.Usage), pikepdf.Dictionary):
        _keep(usage, frozenset(usage.keys()) - {"/User", "/CreatorInfo"})


def _strip_stream(
    stream: pikepdf.Stream, kind: str, subtype: str, budget: pdf_images.Budget
) -> None:
    if kind == "/EmbeddedFile":
        raise HasAttachments
    if kind == "/Metadata":
        stream.write(b"")
        return
    if subtype == "/Image":
        _keep(stream, _IMAGE)
    elif subtype == "/Form":
        _keep(stream, _DRAWING)
    else:
        _keep(stream, frozenset(stream.keys()) - _EXTERNAL_STREAM)
    pdf_images.strip_photo(stream, budget)
    is_drawing = subtype not in _FONTS | {"/Image"} and not _NOT_DRAWINGS & set(stream.keys())
    if is_drawing and Name.N not in stream:
        pdf_images.strip_inline_photos(stream, budget)


def _keep(value: pikepdf.Dictionary | pikepdf.Stream, names: frozenset[str]) -> None:
    for key in set(value.keys()) - names:
        del value[key]


def _is_empty(value: pikepdf.Dictionary) -> bool:
    return len(value.keys()) == 0


def _contains_file(annotation: pikepdf.Dictionary) -> bool:
    """Whether an attached file, a recording or a model is inside. Searches a few levels."""
    waiting: list[tuple[pikepdf.Object, int]] = [(annotation, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, pikepdf.Stream) and depth > 0:
            if value.get(Name.Subtype) not in (Name.Form, Name.Image):
                return True
        elif isinstance(value, pikepdf.Dictionary):
            if Name.EF in value:
                return True
            waiting += [
                (child, depth + 1)
                for key, child in value.items()
                if depth < 8 and key not in {"/P", "/Parent", "/AP", "/MK", "/Popup", "/IRT"}
            ]
        elif isinstance(value, pikepdf.Array):
            waiting += [(child, depth + 1) for child in value if depth < 8]
    return False


def _fields(form: pikepdf.Dictionary) -> Iterator[pikepdf.Dictionary]:
    yield from _tree(form.get(Name.Fields), Name.Kids)


def _tree(start: pikepdf.Object | None, branch: Name) -> Iterator[pikepdf.Dictionary]:
    seen: set[tuple[int, int]] = set()
    waiting = list(start) if isinstance(start, pikepdf.Array) else []
    while waiting:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary) or (node.is_indirect and node.objgen in seen):
            continue
        seen.add(node.objgen)
        if isinstance(kids := node.get(branch), pikepdf.Array):
            waiting += list(kids)
        yield node


def _outline_items(root: pikepdf.Dictionary) -> Iterator[pikepdf.Dictionary]:
    seen: set[tuple[int, int]] = set()
    waiting = [root.get(Name.Outlines)]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, pikepdf.Dictionary) or (item.is_indirect and item.objgen in seen):
            continue
        seen.add(item.objgen)
        waiting += [item.get(Name.First), item.get(Name.Next)]
        yield item
