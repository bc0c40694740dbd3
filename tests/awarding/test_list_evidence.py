"""Evidence links of a list become evidence of the awards, private until they are shown."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from awarding.lists.evidence_links import checked_links, links_in
from awarding.models import AwardList, AwardListRow, ListUpload
from awarding.states import RowProblem
from issuing.awards.operations import changes
from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import open_badges_2, open_badges_3
from issuing.models import Assertion, EvidenceLink
from tests.awarding.list_pages import answer, award_all, paste, upload_case
from tests.factories import UserFactory
from tests.issuing.pages import signed_in

pytestmark = pytest.mark.django_db

ONE = "Email,Evidence link\nana@b.example,https://example.org/e1\nben@b.example,"


def issue_all(badge) -> dict[str, Assertion]:
    type(badge).objects.update(waiting_hours=0)
    award_all()
    issue_batch(now=timezone.now())
    return {award.recipient_email.split("@")[0]: award for award in Assertion.objects.all()}


def test_a_link_is_private_until_its_person_shows_it(client, badge, coordinator):
    UserFactory(email="ana@b.example", name="Ana")
    paste(client, badge, ONE)
    ana = issue_all(badge)["ana"]
    visitor, earner = type(client)(), signed_in(ana.recipient)
    before = visitor.get(ana.get_absolute_url()).text
    choice = earner.get(f"{ana.get_absolute_url()}share/").text
    [link] = ana.evidence_links.all()

    earner.post(f"{ana.get_absolute_url()}share/", {"links": [link.pk]})

    assert "example.org/e1" not in before
    assert "Links to show" in choice
    assert "https://example.org/e1" in choice
    assert 'href="https://example.org/e1"' in visitor.get(ana.get_absolute_url()).text


def test_documents_have_the_links_that_are_shown_and_no_other(client, badge, coordinator):
    paste(client, badge, "Email,Portfolio\nana@b.example,https://a.example/1 https://a.example/2")
    ana = issue_all(badge)["ana"]
    first, second = ana.evidence_links.all()
    hidden = open_badges_documents(ana)

    changes.share(ana, shows_name=False, items=[], links=[second])
    shown = open_badges_documents(ana)
    changes.share(ana, shows_name=False, items=[], links=[])

    assert (first.url, second.url) == ("https://a.example/1", "https://a.example/2")
    assert hidden == ([], [])
    assert shown == (["https://a.example/2"], ["https://a.example/2"])
    assert open_badges_documents(ana) == ([], [])


def open_badges_documents(award) -> tuple[list[str], list[str]]:
    """The addresses of the evidence in the documents of 2.0 and 3.0."""
    award.refresh_from_db()
    hosted = open_badges_2.assertion(award.public_id) or {}
    signed = open_badges_3.evidence_of([award])[award.pk]
    return (
        [each["id"] for each in hosted.get("evidence", [])],
        [each.document()["id"] for each in signed],
    )


def test_links_are_public_only_if_the_list_says_so_and_the_first_is_shown(
    client, badge, coordinator
):
    paste(client, badge, ONE)
    upload = ListUpload.objects.get()

    page = answer(client, upload, column_1="public_link", follow=False)
    page = client.get(AwardList.objects.get().get_absolute_url()).text
    ana = issue_all(badge)["ana"]

    assert "Evidence links of this list become public" in page
    assert "The first one: https://example.org/e1" in page
    assert open_badges_documents(ana)[0] == ["https://example.org/e1"]
    assert "example.org/e1" in type(client)().get(ana.get_absolute_url()).text


def test_a_private_list_does_not_say_that_links_become_public(client, badge, coordinator):
    page = paste(client, badge, ONE, follow=True).text

    assert "https://example.org/e1" in page
    assert "become public" not in page


def test_links_that_were_public_last_time_are_asked_about(client, badge, coordinator):
    paste(client, badge, ONE)
    answer(client, ListUpload.objects.get(), column_1="public_link")

    page = paste(client, badge, ONE, follow=True).text

    upload = ListUpload.objects.first()
    assert upload.has_questions
    assert "The last time, these links were public." in page


def test_nobody_shows_the_link_of_another_award(client, badge, coordinator):
    paste(client, badge, ONE.replace("example,\n", "") + "https://example.org/e2")
    awards = issue_all(badge)
    ben = signed_in(awards["ben"].recipient)
    link = EvidenceLink.objects.get(assertion=awards["ana"])

    refused = ben.post(f"{awards['ben'].get_absolute_url()}share/", {"links": [link.pk]})

    assert refused.status_code == 422
    with pytest.raises(changes.NotTheirEvidence):
        changes.share(awards["ben"], shows_name=False, items=[], links=[link])


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("http://localhost/page", RowProblem.LINK_PRIVATE),
        ("http://192.168.1.20/photo.jpg", RowProblem.LINK_PRIVATE),
        ("https://mail.google.com/mail/u/0/#inbox/1", RowProblem.LINK_PRIVATE),
        (r"C:\Users\ana\essay.docx", RowProblem.LINK_PRIVATE),
        ("mailto:ana@b.example", RowProblem.LINK_PRIVATE),
        ("javascript:alert(1)", RowProblem.LINK_UNREADABLE),
        ("ftp://example.org/a", RowProblem.LINK_UNREADABLE),
        ("see my folder", RowProblem.LINK_UNREADABLE),
        (f"https://example.org/{'a' * 1000}", RowProblem.LINK_UNREADABLE),
        (" ".join(f"https://example.org/{n}" for n in range(11)), RowProblem.LINKS_TOO_MANY),
    ],
)
def test_links_are_checked_by_the_rules_of_submissions(client, badge, coordinator, link, problem):
    sound = "".join(f"p{n}@b.example\thttps://example.org/{n}\n" for n in range(4))
    paste(client, badge, f"Email\tEvidence URL\n{sound}ana@b.example\t{link}")
    award_list = AwardList.objects.get()

    assert list(award_list.rows.with_problem().values_list("email", "problem")) == [
        ("ana@b.example", problem)
    ]
    to_fix = b"".join(client.get(award_list.get_absolute_url() + "rows-to-fix.csv"))
    [row] = csv.DictReader(io.StringIO(to_fix.decode("utf-8-sig")))
    assert row["Evidence link"] == link


@pytest.mark.parametrize(
    ("cell", "links"),
    [
        ("", []),
        ("N/A", []),
        ("none", []),
        ("https://a.example/x", ["https://a.example/x"]),
        ("www.a.example/x", ["https://www.a.example/x"]),
        ("https://a.example/1,https://a.example/2", ["https://a.example/1", "https://a.example/2"]),
        ("https://a.example/1; https://a.example/2;", ["https://a.example/1", "https://a.example/2"]),
        ("https://a.example/?q=1,2;3", ["https://a.example/?q=1,2;3"]),
        ("https://a.example/1\nhttps://a.example/1", ["https://a.example/1"]),
    ],
)  # fmt: skip
def test_a_cell_has_one_link_or_several(cell, links):
    assert checked_links(links_in(cell)) == (links, "")


def test_two_columns_of_links_are_both_evidence(client, badge, coordinator):
    paste(
        client,
        badge,
        "Email,Evidence URL,Portfolio\nana@b.example,https://a.example/1,https://a.example/2",
    )

    assert AwardListRow.objects.get().evidence == [
        ["https://a.example/1", False],
        ["https://a.example/2", False],
    ]


def test_a_list_of_an_earlier_badge_service_keeps_its_evidence(client, badge, coordinator):
    upload_case(client, badge, "credly-bulk-template.csv")
    upload = ListUpload.objects.get()
    answer(
        client,
        upload,
        **{f"badge_0_{n}": badge.pk for n in range(len(upload.columns[0]["values"]))},
    )
    rows = AwardListRow.objects.order_by("line")

    assert [row.evidence for row in rows] == [[["https://example.org/e1", False]], []]


def test_awarding_again_adds_no_second_link(client, badge, coordinator):
    paste(client, badge, ONE)
    award_all()
    paste(client, badge, ONE.replace("e1", "e2"))
    award_all()

    assert list(EvidenceLink.objects.values_list("url", flat=True)) == ["https://example.org/e1"]
