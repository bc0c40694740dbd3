"""A PDF keeps its pages, texts and links, and loses names, places, times and scripts."""

import io
import re
import struct
from contextlib import suppress

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from submissions.files import FileRefused, clean_bytes
from submissions.metadata import TooComplex, pdf
from tests.submissions import samples
from tests.submissions.pdf_samples import (
    ACTIONS,
    ENCODERS,
    SECRET,
    TEXT,
    annotation,
    document,
    packed_photo,
    secret_action,
)

FILTERS = ["/FlateDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/LZWDecode", "/RunLengthDecode"]


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


def test_a_color_profile_loses_its_texts():
    def change(pdf, page):
        profile = Stream(pdf, samples.color_profile(), N=3)
        page.Resources.ColorSpace = Dictionary(
            CS0=Array([Name.ICCBased, pdf.make_indirect(profile)])
        )

    with cleaned(document(change)) as pdf:
        profile = pdf.pages[0].Resources.ColorSpace.CS0[1]
        assert (profile.N, profile.read_bytes()[36:40]) == (3, b"acsp")


def test_an_annotation_keeps_its_text_and_loses_its_author_and_date():
    note = {"Subtype": Name.Text, "Contents": String("Good start"), "Name": Name.Note}

    def change(pdf, page):
        popup = pdf.make_indirect(
            annotation(Subtype=Name.Popup, T=String(SECRET), Contents=String(SECRET))
        )
        page.Annots = Array(
            [
                annotation(
                    **note, T=String(SECRET), Subj=String(SECRET), M=String(SECRET), Popup=popup,
                    CreationDate=String(SECRET), NM=String(SECRET), RC=String(SECRET), Mine=SECRET,
                    AA=Dictionary(E=secret_action("JavaScript", **ACTIONS["JavaScript"])),
                ),
                popup,
                annotation(
                    Subtype=Name.Text, State=String("Accepted"), StateModel=String("Review"),
                    Contents=String(f"Accepted set by {SECRET}"),
                ),
            ]
        )  # fmt: skip

    with cleaned(document(change)) as pdf:
        assert [dict(each.items()) for each in pdf.pages[0].Annots] == [
            {"/Type": Name.Annot, "/Rect": Array([0, 0, 90, 90])}
            | {f"/{key}": value for key, value in note.items()}
        ]


@pytest.mark.parametrize("kind", ACTIONS)
@pytest.mark.parametrize("place", ["link", "next", "outline", "button", "opening", "page", "named"])
def test_actions_that_do_more_than_lead_to_a_page_are_removed(kind, place):
    def change(pdf, page):
        action = secret_action(kind, **ACTIONS[kind])
        if place == "link":
            page.Annots = Array([annotation(Subtype=Name.Link, A=action, PA=action)])
        elif place == "next":
            link = secret_action("URI", URI=String("https://x.example/"), Next=Array([action]))
            page.Annots = Array([annotation(Subtype=Name.Link, A=link)])
        elif place == "outline":
            first = pdf.make_indirect(Dictionary(Title=String("Plan"), A=action, AA=action))
            pdf.Root.Outlines = Dictionary(First=first, Last=first, Count=1)
        elif place == "button":
            button = pdf.make_indirect(
                annotation(Subtype=Name.Widget, FT=Name.Btn, T=String("go"), A=action, AA=action)
            )
            page.Annots = Array([button])
            pdf.Root.AcroForm = Dictionary(Fields=Array([button]), CO=Array([button]))
        elif place == "opening":
            pdf.Root.OpenAction = action
            pdf.Root.AA = Dictionary(WC=action)
        elif place == "page":
            page.AA = Dictionary(O=action)
        else:
            pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))

    with cleaned(document(change)) as pdf:
        assert pdf.pages[0].Contents.read_bytes() == TEXT
        if place == "next":
            kept = {"/S": Name.URI, "/URI": String("https://x.example/")}
            assert dict(pdf.pages[0].Annots[0].A.items()) == kept
        if place == "outline":
            assert pdf.Root.Outlines.First.Title == "Plan"
        if place == "button":
            assert pdf.Root.AcroForm.Fields[0].T == "go"


def test_links_and_places_are_kept():
    def change(pdf, page):
        place = Array([page, Name.Fit])
        links = [
            {"A": secret_action("URI", URI=String("https://x.example/a?b=c#d"))},
            {"A": secret_action("URI", URI=String("mailto:office@x.example"))},
            {"A": secret_action("GoTo", D=place)},
            {"Dest": String("chapter")},
        ]
        page.Annots = Array([annotation(Subtype=Name.Link, **link) for link in links])
        names = Array([String("chapter"), place])
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=names))
        item = pdf.make_indirect(Dictionary(Title=String("Plan"), Dest=place))
        pdf.Root.Outlines = Dictionary(First=item, Last=item, Count=1)

    with cleaned(document(change)) as pdf:
        page = pdf.pages[0]
        links = list(page.Annots)
        assert [str(link.A.URI) for link in links[:2]] == [
            "https://x.example/a?b=c#d",
            "mailto:office@x.example",
        ]
        assert links[2].A.D[0].objgen == page.objgen
        assert links[3].Dest == "chapter"
        assert pdf.Root.Names.Dests.Names[1][0].objgen == page.objgen
        assert pdf.Root.Outlines.First.Dest[0].objgen == page.objgen


def test_a_filled_form_keeps_its_values_and_loses_signatures_and_xfa():
    def change(pdf, page):
        signed = Dictionary(
            Type=Name.Sig, Name=String(SECRET), Location=String(SECRET), Contents=String(SECRET),
            ContactInfo=String(SECRET), Reason=String(SECRET), M=String(SECRET),
        )  # fmt: skip
        text = annotation(Subtype=Name.Widget, FT=Name.Tx, T=String("goal"), V=String("Read more"))
        text.AA = Dictionary(K=secret_action("JavaScript", **ACTIONS["JavaScript"]))
        fields = [
            text,
            annotation(Subtype=Name.Widget, FT=Name.Sig, T=String("sign"), V=signed),
        ]
        fields = Array([pdf.make_indirect(field) for field in fields])
        page.Annots = fields
        xfa = pdf.make_indirect(Stream(pdf, SECRET.encode()))
        pdf.Root.AcroForm = Dictionary(
            Fields=fields, XFA=Array([String("datasets"), xfa]), SigFlags=3
        )
        pdf.Root.Perms = Dictionary(DocMDP=signed)
        pdf.Root.DSS = Dictionary(Certs=Array([xfa]))

    with cleaned(document(change)) as pdf:
        fields = pdf.Root.AcroForm.Fields
        assert [str(field.T) for field in fields] == ["goal", "sign"]
        assert fields[0].V == "Read more"
        assert "/V" not in fields[1]
        assert list(pdf.Root.AcroForm.keys()) == ["/Fields"]


@pytest.mark.parametrize(
    "key", ["Metadata", "PieceInfo", "LastModified", "AF", "OPI", "Thumb", "Measure", "Mine"]
)
@pytest.mark.parametrize("place", ["catalog", "page", "image", "form", "font"])
def test_private_entries_are_removed_from_every_object(key, place):
    def change(pdf, page):
        data = Stream(pdf, SECRET.encode(), Type=Name.Metadata)
        value = {"LastModified": String(SECRET), "Mine": String(SECRET)}.get(key, data)
        form = pdf.make_indirect(Stream(pdf, b"", Subtype=Name.Form, BBox=[0, 0, 9, 9]))
        page.Resources.XObject.Fm0 = form
        page.Resources.XObject.Im0 = packed_photo(pdf, ["/DCTDecode"])
        owner = {
            "catalog": pdf.Root,
            "page": page,
            "image": page.Resources.XObject.Im0,
            "form": form,
            "font": page.Resources.Font.F1,
        }[place]
        if (place, key) != ("font", "Mine"):  # entries of fonts are not listed
            owner[f"/{key}"] = pdf.make_indirect(value) if isinstance(value, Stream) else value

    cleaned(document(change)).close()


def test_the_document_keeps_its_layers_and_its_structure_without_names_of_people():
    def change(pdf, page):
        layer = pdf.make_indirect(
            Dictionary(
                Type=Name.OCG,
                Name=String("Notes"),
                Usage=Dictionary(
                    CreatorInfo=Dictionary(Creator=String(SECRET)),
                    User=Dictionary(Type=Name.Ind, Name=String(SECRET)),
                    View=Dictionary(ViewState=Name.OFF),
                ),
            )
        )
        pdf.Root.OCProperties = Dictionary(
            OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Creator=String(SECRET))
        )
        alone = pdf.make_indirect(annotation(Subtype=Name.Text, T=String(SECRET)))
        removed = pdf.make_indirect(
            Dictionary(Type=Name.Page, PieceInfo=Dictionary(A=SECRET), Annots=Array([alone]))
        )
        element = Dictionary(
            S=Name.Figure, Alt=String("A drawing"), Pg=removed, A=Dictionary(O=Name.Layout)
        )
        element.K = Dictionary(Type=Name.OBJR, Obj=alone)
        pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Array([element]))
        pdf.Root.Lang = String("es")

    with cleaned(document(change)) as pdf:
        layers = pdf.Root.OCProperties
        assert layers.OCGs[0].Usage == Dictionary(View=Dictionary(ViewState=Name.OFF))
        assert layers.D.OFF[0].objgen == layers.OCGs[0].objgen
        assert pdf.Root.StructTreeRoot.K[0].Alt == "A drawing"
        assert Name.Layout == pdf.Root.StructTreeRoot.K[0].A.O
        assert pdf.Root.Lang == "es"


def test_earlier_versions_and_the_documents_id_are_not_kept():
    first = document(lambda pdf, page: page.__setattr__("Contents", Stream(pdf, SECRET.encode())))
    number = re.search(rb"(\d+) 0 obj\n<<[^>]*>>\nstream\n" + SECRET.encode(), first)[1]
    start = first.rindex(b"startxref") + 10
    update = b"%s 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n" % number
    offset = len(first)
    root = re.search(rb"/Root \d+ 0 R", first)[0]
    update += b"xref\n%s 1\n%010d 00000 n \ntrailer\n" % (number, offset)
    update += b"<< /Size 99 %s /Prev %s /ID [<41> <42>] >>\n" % (root, first[start:].split()[0])
    update += b"startxref\n%d\n%%%%EOF\n" % (offset + update.index(b"xref\n"))
    sent = b"%" + SECRET.encode() + b"\n" + first + update + SECRET.encode()

    stored = [clean_bytes(sent, "a.pdf").file.read() for _ in range(2)]

    assert SECRET.encode() not in stored[0]
    assert b"<41>" not in stored[0]
    assert stored[0] == stored[1]  # not even the time of the upload


@pytest.mark.parametrize("kind", ["FileAttachment", "RichMedia", "Screen", "Sound", "3D"])
def test_a_pdf_with_files_or_recordings_inside_is_refused_with_words(kind):
    def change(pdf, page):
        file = pdf.make_indirect(Stream(pdf, b"hidden", Type=Name.EmbeddedFile))
        spec = Dictionary(Type=Name.Filespec, F=String("a.mp4"), EF=Dictionary(F=file))
        entries = {
            "FileAttachment": {"FS": spec},
            "RichMedia": {
                "RichMediaContent": Dictionary(Assets=Dictionary(Names=Array(["a", spec])))
            },
            "Screen": {"A": Dictionary(S=Name.Rendition, R=Dictionary(C=Dictionary(D=spec)))},
            "Sound": {"Sound": pdf.make_indirect(Stream(pdf, b"hidden"))},
            "3D": {"3DD": pdf.make_indirect(Stream(pdf, b"hidden"))},
        }[kind]
        note = annotation(Subtype=Name(f"/{kind}"))
        for key, value in entries.items():
            note[f"/{key}"] = value
        page.Annots = Array([note])

    with pytest.raises(FileRefused) as refusal:
        clean_bytes(document(change), "plan.pdf")

    assert "contains other files" in str(refusal.value)


def test_rich_media_without_a_file_keeps_only_its_picture():
    def change(pdf, page):
        poster = Stream(pdf, b"0 0 9 9 re f", Subtype=Name.Form, BBox=[0, 0, 9, 9])
        content = Dictionary(Configurations=Array([Dictionary(Name=String(SECRET))]))
        page.Annots = Array(
            [annotation(Subtype=Name.RichMedia, RichMediaContent=content, AP=Dictionary(N=poster))]
        )

    with cleaned(document(change)) as pdf:
        assert pdf.pages[0].Annots[0].AP.N.read_bytes() == b"0 0 9 9 re f"


def test_a_form_that_only_some_programs_show_is_refused_with_words():
    def change(pdf, page):
        pdf.Root.NeedsRendering = True
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([]), XFA=pdf.make_indirect(Stream(pdf, b"<x/>"))
        )

    with pytest.raises(FileRefused) as refusal:
        clean_bytes(document(change), "form.pdf")

    assert "Print it to a new PDF" in str(refusal.value)


@pytest.mark.parametrize("name", ENCODERS)
def test_a_photo_that_unpacks_to_too_much_is_refused(name, monkeypatch):
    monkeypatch.setattr("submissions.metadata.pdf_images.MAX_UNPACKED_BYTES", 100_000)

    def change(opened, page):
        photo = samples.photo() + bytes(200_000)
        page.Resources.XObject.Im0 = packed_photo(opened, [name, "/DCTDecode"], photo)

    # In this process, where the limit is the small one.
    with pytest.raises(TooComplex):
        pdf.strip_metadata(document(change))
