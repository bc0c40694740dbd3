"""A PDF keeps its pages, texts and links, and loses names, places, times and scripts."""

import re

import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from submissions.files import FileRefused, clean_bytes
from tests.submissions import samples
from tests.submissions.pdf_samples import (
    ACTIONS,
    SECRET,
    TEXT,
    annotation,
    cleaned,
    document,
    packed_photo,
    secret_action,
)


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


@pytest.mark.long
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


@pytest.mark.long
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
