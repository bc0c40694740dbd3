"""Office documents keep texts and comments, and lose names, times, places and remote parts."""

import pytest
from lxml import etree

from submissions.files import clean_bytes
from tests.submissions import samples
from tests.submissions.office_samples import SECRET, ooxml, relationships
from tests.submissions.stored_documents import cleaned, main_part, refusal

GONE = "gone"  # a part that is removed


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            f'<w:ins w:id="1" w:author="{SECRET}" w:date="2026-01-02T03:04:05Z">'
            f"<w:t>more</w:t></w:ins>",
            '<w:ins w:id="1" w:author="Author"><w:t>more</w:t></w:ins>',
        ),
        (f'<w:del w:author="{SECRET}" w:id="2"/>', '<w:del w:author="Author" w:id="2"/>'),
        (
            f"<w:pPrChange w:author='{SECRET}' w:id='3'/>",
            '<w:pPrChange w:author="Author" w:id="3"/>',
        ),
        (
            f'<ww:moveTo xmlns:ww="urn:w" ww:author="{SECRET}"/>',
            '<ww:moveTo xmlns:ww="urn:w" ww:author="Author"/>',
        ),
        (
            '<w:p w:rsidR="00A1" w14:paraId="77"><w:t>a &amp; b</w:t></w:p>',
            '<w:p w14:paraId="77"><w:t>a &amp; b</w:t></w:p>',
        ),
        (f'<w:permStart w:id="1" w:ed="{SECRET}"/>', '<w:permStart w:id="1"/>'),
        (f"<w:t>kept</w:t><!-- {SECRET} --><?mine {SECRET}?>", "<w:t>kept</w:t>"),
        (
            f'<w:sdt><w:dataBinding w:xpath="{SECRET}"/><w:t>Title</w:t></w:sdt>',
            "<w:sdt><w:t>Title</w:t></w:sdt>",
        ),
        (
            f'<a:cNvPr id="1" name="C:\\Users\\{SECRET}\\a.jpg" descr="Our garden"/>',
            '<a:cNvPr id="1" name="Picture" descr="Our garden"/>',
        ),
        (
            f'<a:docPr id="1" name="Picture 1" descr="/Users/{SECRET}/a.jpg"/>',
            '<a:docPr id="1" name="Picture 1"/>',
        ),
        (f'<v:imagedata o:title="{SECRET}"/>', "<v:imagedata/>"),
        (
            f'<w:fldSimple w:instr=" INCLUDEPICTURE &quot;{SECRET}&quot; "/>',
            '<w:fldSimple w:instr=" QUOTE "/>',
        ),
        ('<w:fldSimple w:instr=" PAGE "/>', '<w:fldSimple w:instr=" PAGE "/>'),
        (
            "<m:f xmlns:m='urn:m'><m:num>1</m:num></m:f>",
            "<m:f xmlns:m='urn:m'><m:num>1</m:num></m:f>",
        ),
    ],
)
def test_marks_of_people_are_removed_from_word_and_texts_are_kept(sent, kept):
    assert main_part(ooxml("word", sent)) == kept


def test_a_field_that_loads_something_is_emptied_also_in_pieces():
    def field(*pieces, result):
        instructions = "".join(
            piece if piece.startswith("<") else f"<w:instrText>{piece}</w:instrText>"
            for piece in pieces
        )
        marks = [f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end")]
        return f"{marks[0]}{instructions}{marks[1]}<w:t>{result}</w:t>{marks[2]}"

    sent = [
        field("D", "DE", f"AUTO {SECRET}", result="4"),
        field("IF ", field("INCLUDE", f"TEXT {SECRET}", result="a"), "b", result="c"),
        field(" PAGE ", result="7"),
    ]

    assert main_part(ooxml("word", "".join(sent))) == (
        field("", "", "", result="4")
        + field("IF ", field("", "", result="a"), "b", result="c")
        + field(" PAGE ", result="7")
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_comments_keep_their_texts_in_any_encoding(encoding):
    comments = (
        f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
        f'<w:comments xmlns:w="urn:w"><w:comment w:id="0" w:author="{SECRET}" w:initials="RA"'
        f' w:date="2026-01-02"><w:t>Más</w:t></w:comment></w:comments>'
    )
    people = f'<w15:people xmlns:w15="urn:p"><w15:person w15:author="{SECRET}"/></w15:people>'
    more = (
        f'<x:comments xmlns:x="urn:x"><x:comment x:dateUtc="{SECRET}" x:durableId="1"/>'
        f"</x:comments>"
    )

    with cleaned(
        ooxml(
            "word",
            "",
            {
                "word/comments.xml": comments.encode(encoding),
                "word/people.xml": people,
                "word/commentsExtensible.xml": more,
            },
        )
    ) as stored:
        root = etree.fromstring(stored.read("word/comments.xml"))
        assert dict(root[0].attrib) == {
            "{urn:w}id": "0",
            "{urn:w}author": "Author",
            "{urn:w}initials": "A",
        }
        assert root[0][0].text == "Más"
        assert stored.read("word/people.xml") == b'<w15:people xmlns:w15="urn:p"></w15:people>'
        assert b"durableId" in stored.read("word/commentsExtensible.xml")


SETTINGS = (
    '<w:settings xmlns:w="urn:w" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    f'relationships"><w:zoom w:percent="100"/><w:attachedTemplate r:id="rId1"/>'
    f'<w:rsids><w:rsid w:val="{SECRET}"/>'
    f'</w:rsids><w:docVars><w:docVar w:val="{SECRET}"/></w:docVars><w:mailMerge>'
    f'<w:dataSource r:id="rId2"/>'
    f'<w:query w:val="{SECRET}"/></w:mailMerge><w:docId w:val="{SECRET}"/><w:compat/></w:settings>'
)


def test_settings_lose_templates_data_sources_and_traces_of_editing():
    parts = {
        "word/settings.xml": SETTINGS,
        "word/_rels/settings.xml.rels": relationships(
            ("rId1", "attachedTemplate", f"file:///C:/{SECRET}.dotm"),
            ("rId2", "mailMergeSource", f"https://x.example/{SECRET}"),
            external=True,
        ),
    }

    with cleaned(ooxml("word", "", parts)) as stored:
        assert stored.read("word/settings.xml").decode().partition("><")[2] == (
            'w:zoom w:percent="100"/><w:compat/></w:settings>'
        )
        assert len(etree.fromstring(stored.read("word/_rels/settings.xml.rels"))) == 0


@pytest.mark.parametrize(
    ("kind", "target", "element", "kept"),
    [
        ("hyperlink", "https://x.example/a", '<w:hyperlink r:id="rId9"/>', True),
        ("hyperlink", "mailto:a@x.example", '<w:hyperlink r:id="rId9"/>', True),
        ("hyperlink", f"file:///C:/{SECRET}", '<w:hyperlink r:id="rId9"/>', "<w:hyperlink/>"),
        ("hyperlink", f"\\\\server\\{SECRET}", '<w:hyperlink r:id="rId9"/>', "<w:hyperlink/>"),
        ("hyperlink", f"{SECRET}.docx", '<a:hlinkClick r:id="rId9"/>', '<a:hlinkClick r:id=""/>'),
        ("image", f"https://x.example/{SECRET}", '<a:blip r:link="rId9"/>', "<a:blip/>"),
        ("image", f"file:///{SECRET}.png", '<v:imagedata r:href="rId9"/>', "<v:imagedata/>"),
        ("oleObject", f"file:///{SECRET}", '<o:OLEObject Type="Link" r:id="rId9"/>', ""),
        ("video", f"https://x.example/{SECRET}", '<a:videoFile r:link="rId9"/>', ""),
        ("frame", f"https://x.example/{SECRET}", '<w:sourceFileName r:id="rId9"/>', ""),
        ("subDocument", f"{SECRET}.docx", '<w:subDoc r:id="rId9"/>', ""),
        ("externalLinkPath", f"{SECRET}.xlsx", '<a:externalData r:id="rId9"/>', ""),
        ("unknown", f"https://x.example/{SECRET}", '<w:any r:id="rId9"/>', "<w:any/>"),
    ],
)
def test_nothing_is_loaded_from_elsewhere_and_links_to_websites_are_kept(
    kind, target, element, kept
):
    parts = {"word/_rels/document.xml.rels": relationships(("rId9", kind, target), external=True)}

    assert main_part(ooxml("word", element, parts)) == (element if kept is True else kept)


@pytest.mark.parametrize(
    ("folder", "part", "kind", "element", "kept"),
    [
        ("word", "customXml/item1.xml", "customXml", "", ""),
        ("word", "docMetadata/LabelInfo.xml", "classificationlabels", "", ""),
        ("word", "word/printerSettings1.bin", "printerSettings", "", ""),
        ("word", "word/webextensions/taskpanes.xml", "webextensiontaskpanes", "", ""),
        ("word", "_xmlsignatures/sig1.xml", "signature", "", ""),
        (
            "xl",
            "xl/printerSettings/printerSettings1.bin",
            "printerSettings",
            '<pageSetup r:id="rId9"/>',
            "<pageSetup/>",
        ),
        (
            "xl",
            "xl/externalLinks/externalLink1.xml",
            "externalLink",
            '<externalReferences><externalReference r:id="rId9"/></externalReferences>',
            "",
        ),
        ("xl", "xl/revisions/userNames.xml", "usernames", "", ""),
        ("ppt", "ppt/changesInfos/changesInfo1.xml", "changesInfo", "", ""),
        ("ppt", "ppt/revisionInfo.xml", "revisionInfo", "", ""),
        ("ppt", "docProps/thumbnail.jpeg", "thumbnail", "", ""),
    ],
)
def test_parts_that_nobody_sees_are_removed_with_all_that_refers_to_them(
    folder, part, kind, element, kept
):
    main = {"word": "document", "ppt": "presentation", "xl": "workbook"}[folder]
    parts = {
        part: f"<x>{SECRET}</x>",
        f"{folder}/_rels/{main}.xml.rels": relationships(("rId9", kind, f"/{part}")),
    }
    sent = ooxml(folder, element, parts)

    assert main_part(sent) == kept
    with cleaned(sent) as stored:
        assert part not in stored.namelist()


def test_properties_are_emptied_wherever_they_are():
    parts = {
        "docProps/core.xml": f"<x>{SECRET}</x>",
        "docProps/app.xml": f"<x>{SECRET}</x>",
        "docProps/custom.xml": f"<x>{SECRET}</x>",
        "package/1.psmdcp": f"<x>{SECRET}</x>",
        "_rels/.rels": relationships(
            ("rId1", "officeDocument", "word/document.xml"),
            ("rId2", "metadata/core-properties", "/package/1.psmdcp"),
        ),
    }

    with cleaned(ooxml("word", "", parts)) as stored:
        assert b"coreProperties" in stored.read("package/1.psmdcp")


def test_slides_keep_comments_without_names_and_times():
    parts = {
        "ppt/commentAuthors.xml": (
            f'<p:cmAuthorLst xmlns:p="urn:p">'
            f'<p:cmAuthor id="0" name="{SECRET}" initials="RA" lastIdx="1"/>'
            f"</p:cmAuthorLst>"
        ),
        "ppt/comments/comment1.xml": (
            f'<p:cmLst xmlns:p="urn:p"><p:cm authorId="0" dt="{SECRET}" idx="1">'
            f"<p:text>Good</p:text></p:cm></p:cmLst>"
        ),
        "ppt/authors.xml": (
            f'<q:authorLst xmlns:q="urn:q">'
            f'<q:author id="{{1}}" name="{SECRET}" initials="RA" userId="{SECRET}"'
            f' providerId="AD"/></q:authorLst>'
        ),
        "ppt/comments/modernComment1.xml": (
            f'<q:cmLst xmlns:q="urn:q">'
            f'<q:cm id="{{2}}" authorId="{{1}}" created="2026-05-05"'
            f' assignedTo="{SECRET}"><q:t>Yes</q:t></q:cm></q:cmLst>'
        ),
        "ppt/tags/tag1.xml": (
            f'<p:tagLst xmlns:p="urn:p"><p:tag name="A" val="{SECRET}"/></p:tagLst>'
        ),
    }

    with cleaned(ooxml("ppt", "", parts)) as stored:
        assert b'<p:cm authorId="0" idx="1"><p:text>Good</p:text>' in stored.read(
            "ppt/comments/comment1.xml"
        )
        assert b'name="Author" initials="A" lastIdx="1"' in stored.read("ppt/commentAuthors.xml")
        modern = stored.read("ppt/comments/modernComment1.xml")
        assert b'created="2000-01-01T00:00:00"><q:t>Yes</q:t>' in modern
        assert b'userId="" providerId="None"' in stored.read("ppt/authors.xml")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + samples.SECRET


@pytest.mark.long
@pytest.mark.parametrize("folder", ["word", "ppt", "xl"])
@pytest.mark.parametrize(
    ("part", "content", "words"),
    [
        ("embeddings/oleObject1.bin", OLE, "part of another program"),
        ("embeddings/old.doc", OLE, "part of another program"),
        ("embeddings/anything.bin", b"\1\2\3\4" * 20, "part of another program"),
        ("embeddings/files.zip", samples.archive({"a.txt": b"hidden"}), "part of another program"),
        ("activeX/activeX1.xml", b"<a/>", "macros"),
        ("vbaProject.bin", OLE, "macros"),
        ("macrosheets/sheet1.xml", b"<a/>", "macros"),
        ("entities.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "damaged"),
        ("broken.xml", b"<a><!-- --><b></a>", "damaged"),
        (
            "media/image.tif",
            b"II*\0\x08\0\0\0\1\0\x25\x88\4\0\1\0\0\0\0\0\0\0\0\0\0\0",
            "where it was",
        ),
        ("media/image.heic", b"\0\0\0\x20ftypheic" + bytes(99) + b"Exif\0\0", "where it was"),
        ("media/broken.jpg", b"\xff\xd8\xff\xe1\xff\xffExif\0\0", "where it was"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_with_words(folder, part, content, words):
    assert words in refusal(ooxml(folder, "", {f"{folder}/{part}": content}))


def test_a_document_that_reads_another_when_opened_is_refused():
    assert "part of another program" in refusal(ooxml("word", '<w:altChunk r:id="rId1"/>'))


def test_a_document_is_cleaned_twice_with_the_same_result():
    once = clean_bytes(
        samples.word({"word/embeddings/a.docx": samples.word()}), "a.docx"
    ).file.read()

    assert clean_bytes(once, "a.docx").file.read() == once
