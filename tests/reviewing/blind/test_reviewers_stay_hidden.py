"""Earners never learn who reviews them: one test for every channel."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Membership
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from mail.composing import compose
from mail.models import OutgoingEmail
from privacy.exports import operations as exports
from privacy.models import PersonalCopy
from reviewing import operations
from reviewing.assigning import operations as assigning
from submissions import operations as submissions
from submissions.models import EvidenceItem
from submissions.precheck import pdf_text
from tests.factories import (
    BadgeFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.reviewing.blind.channels import (
    EARNER,
    EARNER_ADDRESS,
    OF_READER,
    READER,
    READER_ADDRESS,
    Records,
    decoded_parts,
    every_address,
    pages_with,
    shown,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge():
    return BadgeFactory()


@pytest.fixture
def reader(badge):
    person = UserFactory(name=READER, email=READER_ADDRESS)
    return reviewer_for(badge, user=person)


@pytest.fixture
def submission(badge):
    earner = UserFactory(name=EARNER, email=EARNER_ADDRESS)
    return SentSubmissionFactory(badge_class=badge, earner=earner)


def own_pages(submission):
    """Every address that the earner could open about this submission and what came of it."""
    award = Assertion.objects.filter(submission=submission).first()
    ids = [submission.public_id, *([award.public_id] if award else [])]
    ids += EvidenceItem.objects.filter(attempt__submission=submission).values_list(
        "public_id", flat=True
    )
    pks = [submission.pk, *submission.assignments.values_list("pk", flat=True)]
    return every_address(
        Records(
            {
                "public_id": ids,
                "pk": pks,
                "slug": [submission.badge_class.slug, submission.badge_class.category.slug],
            }
        )
    )


def stages(submission, reader):
    """One after the other, all that a reviewer can do with it, until the badge is issued."""
    yield "sent"
    assignment = operations.claim(submission, by=reader)
    yield "taken"
    operations.save_draft(
        assignment, by=reader, judgments=judge_all(assignment, "not_yet", "More."), summary="So so."
    )
    yield "draft saved"
    operations.release(assignment, by=reader, note=f"Signed, {READER}")
    yield "given back"
    assigning.assign(submission, to=reader, by=coordinator_for(submission.badge_class))
    assignment = submission.assignments.active().get()
    yield "given to the reviewer"
    operations.send_review(
        assignment, by=reader, judgments=judge_all(assignment, "not_yet", "More."), summary="So so."
    )
    submission.refresh_from_db()
    yield "returned"
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    assignment = operations.claim(submission, by=reader)
    operations.send_review(assignment, by=reader, judgments=judge_all(assignment))
    issue_batch(now=timezone.now() + timedelta(days=30))
    submission.refresh_from_db()
    yield "issued"


@pytest.mark.long
def test_no_address_of_the_product_names_the_reviewer_at_any_stage(submission, reader):
    """Pages, lists, search, API documents, printed papers: whatever answers the earner."""
    client, named = signed_in(submission.earner), {}
    opened: set[str] = set()

    for stage in stages(submission, reader):
        # At the other stages nothing new opens to the earner; what was open is asked for again.
        at_all = stage in {"sent", "returned", "issued"}
        pages = own_pages(submission) if at_all else sorted(opened)
        found = pages_with(OF_READER, client, pages, opened)
        named |= {f"{stage}: {address}": word for address, word in found.items()}

    assert named == {}
    assert len(own_pages(submission)) > 100


def test_the_pages_about_a_submission_never_name_the_reviewer(submission, reader):
    client, named = signed_in(submission.earner), {}
    pages = [submission.get_absolute_url(), "/submissions/", "/home/", "/"]
    pages.append(submission.badge_class.get_absolute_url())

    for stage in stages(submission, reader):
        found = pages_with(OF_READER, client, pages)
        named |= {f"{stage}: {address}": word for address, word in found.items()}

    assert named == {}


@pytest.mark.long
@pytest.mark.parametrize("words", [READER, READER_ADDRESS, "Ferreira"])
def test_no_search_finds_a_reviewer(submission, reader, words):
    client = signed_in(submission.earner)
    operations.claim(submission, by=reader)
    pages = [
        f"{address}?q={words}&person={words}&name={words}&email={words}"
        for address in every_address(Records())
        if not address.startswith("/manage/")
    ]

    found = {}
    for page in pages:
        text = text_of(client.get(page))
        # What was typed is shown again; nothing else may tell that there is such a person.
        other = text_of(client.get(page.replace(words, "Nobody-Of-This-Name")))
        if OF_READER.sub("", text).count("\n") != other.count("\n"):
            found[page] = (len(text), len(other))

    assert found == {}


def test_no_email_to_the_earner_names_the_reviewer_in_any_header_or_part(submission, reader):
    """From, Reply-To, Message-ID and the headers of lists, and both bodies."""
    for _stage in stages(submission, reader):
        pass

    parts = list(decoded_parts(submission.earner))

    kinds = set(OutgoingEmail.objects.filter(to=EARNER_ADDRESS).values_list("kind", flat=True))
    assert {"submission_received", "submission_returned", "badge_issued"} <= kinds
    assert [part for part in parts if OF_READER.search(part)] == []


def test_answers_to_emails_go_to_the_issuer_and_ids_of_emails_are_random(submission, reader):
    for _stage in stages(submission, reader):
        pass
    issuer, ids = submission.badge_class.issuer, set()

    for row in OutgoingEmail.objects.filter(to=EARNER_ADDRESS, kind__startswith="submission"):
        message = compose(row).message()
        assert issuer.email in message["Reply-To"]
        ids.add(message["Message-ID"].partition("@")[0].strip("<"))

    # Version 4 of a UUID is random: neither the time nor the machine of the reviewer is in it.
    assert len(ids) > 1
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-.*", one) for one in ids)


def exported(person):
    asked = exports.ask(person)
    exports.make_next(now=timezone.now())
    copy = PersonalCopy.objects.get(pk=asked.pk)
    with copy.file.open("rb") as stored, zipfile.ZipFile(io.BytesIO(stored.read())) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_the_copy_of_ones_own_data_names_no_reviewer(submission, reader):
    for _stage in stages(submission, reader):
        pass

    files = exported(submission.earner)

    assert [name for name, text in files.items() if OF_READER.search(text)] == []
    assert "So so." in files["review.json"]


def test_the_copy_of_ones_own_data_does_not_tell_when_a_reviewer_worked(submission, reader):
    began = timezone.now() - timedelta(days=3)
    first = operations.claim(submission, by=reader, now=began)
    operations.release(first, by=reader, now=began + timedelta(minutes=7))
    again = operations.claim(submission, by=reader, now=began + timedelta(hours=1))
    pressed = began + timedelta(hours=2)
    operations.save_draft(
        again, by=reader, judgments=judge_all(again), now=began + timedelta(hours=1, minutes=30)
    )
    operations.send_review(again, by=reader, judgments=judge_all(again), now=pressed)

    files = exported(submission.earner)

    moves = [(m["from_status"], m["to_status"]) for m in json.loads(files["statuschange.json"])]
    assert moves == [("draft", "submitted"), ("in_review", "approved")]
    for moment in (began, began + timedelta(minutes=7), began + timedelta(hours=1, minutes=30)):
        told = moment.isoformat(timespec="seconds")[:19]
        assert [name for name, text in files.items() if told in text] == []


def of_the_earner(submission):
    return [submission.get_absolute_url(), "/submissions/", "/home/"]


@pytest.mark.parametrize(
    "pages_of", [of_the_earner, pytest.param(own_pages, marks=pytest.mark.long)]
)
def test_saving_a_draft_changes_nothing_that_the_earner_can_ask_for(submission, reader, pages_of):
    """No page, header, validator or order of a list tells that or when a draft was saved."""
    client = signed_in(submission.earner)
    assignment = operations.claim(submission, by=reader)
    pages = [page for page in pages_of(submission) if not page.startswith(("/api/", "/manage/"))]

    def everything():
        return {page: shown(client.get(page)) for page in pages}

    everything()  # what is kept on the first visit is kept now
    before = everything()
    operations.save_draft(
        assignment, by=reader, judgments=judge_all(assignment, "not_yet", "More."), summary="So so."
    )
    after = everything()

    assert {page for page in pages if before[page] != after[page]} == set()


def test_pages_about_a_submission_have_no_validators(submission, reader):
    client = signed_in(submission.earner)
    operations.claim(submission, by=reader)
    item = EvidenceItem.objects.filter(attempt__submission=submission).first()
    pages = [submission.get_absolute_url(), "/submissions/", "/home/", item.get_file_url()]

    for page in pages:
        answer = client.get(page)
        assert "ETag" not in answer, page
        assert "Last-Modified" not in answer, page


def test_the_earner_reads_the_day_on_which_a_reviewer_began_and_no_minute(submission, reader):
    began = timezone.localtime() - timedelta(days=2)
    operations.claim(submission, by=reader, now=began)

    page = text_of(signed_in(submission.earner).get(submission.get_absolute_url()))

    step = page[page.index("A reviewer started reading") :].partition("</li>")[0]
    when = re.search(r'timeline__when">([^<]+)<', step)
    assert when
    assert when[1] == date_format(began, "DATE_FORMAT")
    assert "<time" not in step


def test_the_printed_history_tells_the_day_of_the_reading_that_counts(submission, reader):
    began = timezone.localtime() - timedelta(days=3)
    first = operations.claim(submission, by=reader, now=began)
    operations.release(first, by=reader, now=began + timedelta(minutes=7))
    operations.claim(submission, by=reader, now=began + timedelta(days=1))

    page = signed_in(submission.earner).get(
        reverse("reviewing:history", args=[submission.public_id])
    )

    rows = re.findall(r"<tr.*?</tr>", text_of(page), re.DOTALL)
    [row] = [row for row in rows if "Reading began" in row]
    assert f'datetime="{began + timedelta(days=1):%Y-%m-%d}"' in row
    assert not OF_READER.search(text_of(page))


def test_the_activity_log_hides_the_reviewer_from_an_earner_who_may_read_it(submission, reader):
    agency = submission.badge_class.issuer.agency
    for role in (Membership.Role.REPORTER, Membership.Role.COORDINATOR):
        MembershipFactory(user=submission.earner, agency=agency, role=role)
    for _stage in stages(submission, reader):
        pass
    log, client = reverse("reporting:manage_activity"), signed_in(submission.earner)

    assert not OF_READER.search(text_of(client.get(log)).replace("Staff", ""))
    searched = text_of(client.get(log, {"person": READER}))
    assert "Taken by a reviewer" not in searched.partition("<tbody")[2]


def test_addresses_of_the_earner_have_nothing_of_the_reviewer_in_them(submission, reader):
    """No link on an earner's page leads to something by the key of a reviewer or of a reading."""
    assignment = operations.claim(submission, by=reader)
    client = signed_in(submission.earner)

    links = re.findall(
        r'(?:href|src|action)="([^"]+)"', text_of(client.get(submission.get_absolute_url()))
    )

    assert not [link for link in links if f"/{assignment.pk}/" in link or "/reviews/" in link]
    assert str(reader.public_id) not in " ".join(links)
    assert client.get(assignment.get_absolute_url()).status_code == 403


def test_printed_papers_name_no_reviewer(submission, reader):
    for _stage in stages(submission, reader):
        pass
    award = Assertion.objects.get(submission=submission)
    client = signed_in(submission.earner)
    papers = [
        reverse("papers:certificate", args=[award.public_id]),
        reverse("papers:wallet_card", args=[award.public_id]),
        reverse("papers:transcript"),
    ]

    for paper in papers:
        answer = client.get(paper)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert content.startswith(b"%PDF"), paper
        assert not OF_READER.search(pdf_text.text_of(content, most=100_000)), paper


def test_documents_of_the_badge_name_no_reviewer(submission, reader):
    """What is signed and hosted, for any program that asks."""
    for _stage in stages(submission, reader):
        pass
    award = Assertion.objects.get(submission=submission)
    addresses = [f"/assertions/{award.public_id}", f"/credentials/{award.public_id}"]
    addresses.append(award.get_absolute_url())

    client = signed_in(UserFactory())
    for address in addresses:
        for accept in ("application/json", "text/html"):
            answer = client.get(address, headers={"accept": accept}, follow=True)
            assert not OF_READER.search(text_of(answer)), address


def test_the_published_numbers_say_nothing_of_one_reviewer(submission, reader):
    """One reviewer, one submission: too few for any number."""
    for _stage in stages(submission, reader):
        pass
    client = signed_in(submission.earner)

    for address in (reverse("reporting:promises"), reverse("reporting:promises_json")):
        assert not OF_READER.search(text_of(client.get(address)))


def test_no_place_in_a_queue_is_told_to_the_earner(badge, submission, reader):
    """Whatever others send or reviewers take, the page of one submission stays as it is."""
    client = signed_in(submission.earner)
    page = submission.get_absolute_url()
    shown(client.get(page))
    before = shown(client.get(page))

    other = SentSubmissionFactory(badge_class=badge)
    operations.claim(other, by=reader)

    assert shown(client.get(page)) == before
