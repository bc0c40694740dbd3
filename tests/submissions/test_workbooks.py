"""Workbooks keep values and comments, and lose paths, names, connections and other workbooks."""

import io

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.submissions.office_samples import SECRET, ooxml
from tests.submissions.stored_documents import cleaned, main_part


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (f'<fileSharing userName="{SECRET}"/><sheets/>', "<sheets/>"),
        (f'<x15:absPath url="C:\\Users\\{SECRET}"/>', ""),
        (f'<customWorkbookViews><customWorkbookView name="{SECRET}"/></customWorkbookViews>', ""),
        (f"<definedName name=\"a\">'[1]{SECRET}'!$A$1</definedName>", ""),
        (
            '<definedName name="a">Plan!$A$1</definedName>',
            '<definedName name="a">Plan!$A$1</definedName>',
        ),
        (f"<c><f>[1]{SECRET}!A1+1</f><v>4</v></c>", "<c><v>4</v></c>"),
        (
            "<c><f>Table1[[#All],[2026]]</f><v>4</v></c>",
            "<c><f>Table1[[#All],[2026]]</f><v>4</v></c>",
        ),
        (f'<c><f>_xlfn.WEBSERVICE("https://{SECRET}")</f><v>4</v></c>', "<c><v>4</v></c>"),
        (
            f'<f t="shared" si="0" ref="A1:A2">[1]{SECRET}!A1</f>'
            f'<f t="shared" si="0"/><f t="shared" si="1"/>',
            '<f t="shared" si="1"/>',
        ),
    ],
)
def test_workbooks_lose_paths_names_and_other_workbooks_but_keep_values(sent, kept):
    assert main_part(ooxml("xl", sent)) == kept


def test_connections_of_a_workbook_lead_nowhere():
    connections = (
        f"<connections>"
        f'<connection id="3" name="{SECRET}" sourceFile="{SECRET}" odcFile="{SECRET}"'
        f' refreshOnLoad="1" type="1">'
        f'<dbPr connection="Server={SECRET}" command="{SECRET}"/></connection>'
        f'<connection id="4" name="b" type="4">'
        f'<webPr url="https://{SECRET}" xml="1"/></connection></connections>'
    )
    pivot = f'<pivotCacheDefinition refreshedBy="{SECRET}" refreshedDate="4" recordCount="0"/>'
    parts = {"xl/connections.xml": connections, "xl/pivotCache/pivotCacheDefinition1.xml": pivot}

    with cleaned(ooxml("xl", "", parts)) as stored:
        assert stored.read("xl/connections.xml") == (
            b'<connections><connection id="3" name="Connection 3" type="1">'
            b'<dbPr connection=""/></connection>'
            b'<connection id="4" name="Connection 4" type="4"><webPr xml="1"/>'
            b"</connection></connections>"
        )


def test_a_real_workbook_opens_with_its_values_and_comments():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["B2"] = "Lessons", 3, "=B1*2"
    sheet["A1"].comment = Comment("Count again", SECRET)
    sheet["A1"].hyperlink = "https://x.example/"
    book.properties.creator = SECRET
    buffer = io.BytesIO()
    book.save(buffer)

    stored = cleaned(buffer.getvalue(), "Plan.xlsx")

    opened = openpyxl.load_workbook(stored.fp).active
    assert [opened[place].value for place in ("A1", "B1", "B2")] == ["Lessons", 3, "=B1*2"]
    assert (opened["A1"].comment.text, opened["A1"].comment.author) == ("Count again", "Author")
    assert opened["A1"].hyperlink.target == "https://x.example/"


def test_conversations_in_a_workbook_stay_together():
    parts = {
        "xl/comments1.xml": (
            f"<comments><authors><author>{SECRET}</author><author>tc={{7}}</author>"
            f"</authors></comments>"
        ),
        "xl/threadedComments/threadedComment1.xml": (
            f"<ThreadedComments>"
            f'<threadedComment ref="A1" dT="{SECRET}" personId="{{1}}" id="{{7}}">'
            f'<text>Why?</text><mentions><mention m="{SECRET}"/></mentions>'
            f"</threadedComment></ThreadedComments>"
        ),
        "xl/persons/person.xml": (
            f"<personList>"
            f'<person displayName="{SECRET}" id="{{1}}" userId="{SECRET}"'
            f' providerId="AD"/></personList>'
        ),
    }

    with cleaned(ooxml("xl", "", parts)) as stored:
        assert stored.read("xl/comments1.xml") == (
            b"<comments><authors><author>Author</author><author>tc={7}</author>"
            b"</authors></comments>"
        )
        assert b'personId="{1}" id="{7}"><text>Why?</text></threadedComment>' in stored.read(
            "xl/threadedComments/threadedComment1.xml"
        )
        assert b'displayName="Author" id="{1}"' in stored.read("xl/persons/person.xml")
