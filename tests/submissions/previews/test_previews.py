"""Readers see pages, words and tables next to the criterion, without opening the files."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from audit.models import UnwantedFile
from postgres.erasure import deleting_evidence
from reviewing import operations as reviewing
from submissions import operations as submissions
from submissions.models import EvidenceItem, FilePreview, PreviewPage, evidence_files
from submissions.previews import making, operations
from tests.factories import UserFactory, judge_all, reviewer_for
from tests.reviewing.pages import body
from tests.submissions.previews.made import (
    EXCEL,
    PDF,
    WORD,
    csv_table,
    make_all,
    pdf,
    sent_with,
    word,
    workbook,
)

pytestmark = pytest.mark.django_db


def reviewed(submission):
    return reviewing.claim(submission, by=reviewer_for(submission.badge_class))


def words_of(client, assignment):
    item = EvidenceItem.objects.files().filter(attempt=assignment.attempt).get()
    client.force_login(assignment.reviewer)
    return client.get(f"/evidence/{item.public_id}/words/")


def test_pages_of_a_pdf_are_pictures_next_to_the_criterion(client):
    assignment = reviewed(sent_with((pdf(3), PDF)))
    client.force_login(assignment.reviewer)
    before = body(client.get(assignment.get_absolute_url()))

    assert make_all() == 1

    page = body(client.get(assignment.get_absolute_url()))
    assert "A view of it is being made." in before
    assert "Page 3 of 3" in page
    item = EvidenceItem.objects.files().get()
    answer = client.get(f"/evidence/{item.public_id}/pages/3/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "no-store" in answer["Cache-Control"]
    picture = Image.open(io.BytesIO(answer.getvalue()))
    shown = PreviewPage.objects.get(number=3)
    assert picture.size == (shown.width, shown.height)
    assert picture.width == 1100


def test_the_words_of_a_pdf_can_be_read_as_text(client):
    assignment = reviewed(sent_with((pdf(2), PDF)))
    make_all()

    text = body(words_of(client, assignment))

    assert "Lesson 2" in text
    assert "Page 2" in text


def test_no_more_pages_than_the_limit_are_drawn_and_the_page_says_so(client, monkeypatch):
    monkeypatch.setattr(making, "PAGES", 2)
    assignment = reviewed(sent_with((pdf(4), PDF)))
    make_all()
    client.force_login(assignment.reviewer)

    page = body(client.get(assignment.get_absolute_url()))

    assert PreviewPage.objects.count() == 2
    assert "2 of 4 pages are shown here. Open the file for the rest." in page


def test_a_word_document_is_shown_as_clean_html_in_a_frame(client):
    links = {"A site": "https://lessons.example/", "A trap": "javascript:alert(1)"}
    document = word("We wrote <b>letters</b>.", links=links)
    assignment = reviewed(sent_with((document, WORD)))
    make_all()
    answer = words_of(client, assignment)

    text = body(answer)

    assert "<h1>My lesson</h1>" in text
    assert "We wrote &lt;b&gt;letters&lt;/b&gt;." in text
    assert 'href="https://lessons.example/"' in text
    assert "javascript" not in text
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    page = client.get(assignment.get_absolute_url())
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in body(page)
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_tables_are_shown_without_hidden_sheets_and_say_what_is_left_out(client):
    assignment = reviewed(sent_with((workbook(201), EXCEL)))
    make_all()

    text = body(words_of(client, assignment))

    assert "Pupil &lt;0&gt;" in text
    assert "2026-03-01" in text
    assert "Ada" not in text
    assert "2 more rows are in the file." in text


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (csv_table(["Pupil", "Minutes"], ["A", "12"]), "text/csv", "<td>12</td>"),
        (b"Just <words>.", "text/plain", "Just &lt;words&gt;."),
    ],
)
def test_texts_are_shown_as_they_are(client, data, kind, words):
    assignment = reviewed(sent_with((data, kind)))
    make_all()

    assert words in body(words_of(client, assignment))


def test_a_file_that_cannot_be_read_is_named_and_no_other_file_waits_for_it(client):
    assignment = reviewed(sent_with((b"%PDF-1.7 nothing", PDF), (pdf(1), PDF)))

    assert make_all() == 2

    client.force_login(assignment.reviewer)
    page = body(client.get(assignment.get_absolute_url()))
    assert "It can’t be shown here. Open the file to read it." in page
    assert "Page 1 of 1" in page


def test_nobody_else_sees_pages_and_words(client):
    assignment = reviewed(sent_with((pdf(1), PDF)))
    make_all()
    item = EvidenceItem.objects.files().get()
    stranger = UserFactory()
    other = reviewer_for(assignment.submission.badge_class)
    for person in (stranger, other):
        client.force_login(person)
        for what in ("pages/1/", "words/"):
            assert client.get(f"/evidence/{item.public_id}/{what}").status_code == 404


def test_the_next_attempt_shows_the_same_pictures():
    submission = sent_with((pdf(1), PDF))
    assignment = reviewed(submission)
    make_all()
    judgments = judge_all(assignment, "not_yet", "More.")
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)

    submissions.send(submission, by=submission.earner, statement_accepted=True)

    assert FilePreview.objects.count() == 1
    assert make_all() == 0


def test_what_is_deleted_takes_its_pictures_along():
    submission = sent_with((pdf(1), PDF))
    make_all()
    stored = PreviewPage.objects.get().file.name

    submissions.take_back(submission, by=submission.earner)
    item = EvidenceItem.objects.of_draft(submission).files().get()
    submissions.remove_item(item)
    is_kept = FilePreview.objects.exists()  # the sent attempt contains it, too
    with deleting_evidence():
        EvidenceItem.objects.all().delete()

    assert (is_kept, FilePreview.objects.exists()) == (True, False)
    assert UnwantedFile.objects.filter(name=stored, field="submissions.PreviewPage.file").exists()


def test_a_lost_picture_is_made_again(client):
    assignment = reviewed(sent_with((pdf(1), PDF)))
    make_all()
    picture = PreviewPage.objects.get()
    evidence_files().delete(picture.file.name)
    item = EvidenceItem.objects.files().get()
    client.force_login(assignment.reviewer)
    address = f"/evidence/{item.public_id}/pages/1/"
    lost = client.get(address)

    make_all()

    assert lost.status_code == 404
    assert client.get(address).status_code == 200


def test_old_previews_are_forgotten_and_made_again_for_whoever_opens_the_page(client):
    assignment = reviewed(sent_with((pdf(1), PDF)))
    make_all()

    forgotten = operations.forget_old(now=timezone.now() + timedelta(days=61))
    client.force_login(assignment.reviewer)
    page = body(client.get(assignment.get_absolute_url()))

    assert forgotten == 1
    assert "A view of it is being made." in page
    assert make_all() == 1


def test_another_worker_goes_on_after_one_was_killed(monkeypatch):
    sent_with((pdf(7), PDF))
    real = making.batches

    def killed(data, *, after):
        yield next(real(data, after=after))
        raise KeyboardInterrupt

    monkeypatch.setattr(operations, "batches", killed)
    with pytest.raises(KeyboardInterrupt):
        operations.make_next(now=timezone.now())
    monkeypatch.setattr(operations, "batches", real)
    begun = PreviewPage.objects.count()

    now = timezone.now()
    before_the_lease_ends = operations.make_next(now=now)
    operations.make_next(now=now + operations.LEASE)

    assert (begun, before_the_lease_ends) == (5, False)
    assert PreviewPage.objects.count() == 7
    assert FilePreview.objects.get().status == FilePreview.Status.READY


def test_a_file_that_kills_workers_is_given_up():
    sent_with((pdf(1), PDF))
    FilePreview.objects.update(tries=operations.MOST_TRIES)

    operations.make_next(now=timezone.now())

    assert FilePreview.objects.get().status == FilePreview.Status.NONE
