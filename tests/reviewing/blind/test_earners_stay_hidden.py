"""Reviewers don't learn whose work they read, unless the badge says so: every channel."""

from __future__ import annotations

import re
from datetime import datetime, time

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from catalog import operations as catalog
from mail.models import OutgoingEmail
from reviewing import operations
from reviewing.assigning import operations as assigning
from reviewing.automatic.operations import reminders
from reviewing.models import Decision
from submissions import operations as submissions
from submissions.files import clean_bytes
from submissions.models import EvidenceItem
from tests.factories import (
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.reviewing.blind.channels import (
    EARNER,
    EARNER_ADDRESS,
    OF_EARNER,
    SCHOOL,
    Records,
    decoded_parts,
    every_address,
    pages_with,
    signed_in,
    text_of,
)
from tests.reviewing.pages import review_form_data, review_url
from tests.reviewing.readers import badge_to_approve, with_wait
from tests.submissions import samples

pytestmark = pytest.mark.django_db

FILE_NAME = f"{EARNER} 4B.pdf"


def sent_by_somebody(badge):
    """Evidence in words, as a file that is named for the earner, and as a link."""
    earner = UserFactory(name=EARNER, email=EARNER_ADDRESS)
    MembershipFactory(user=earner, agency=SchoolFactory(name=SCHOOL))
    draft = DraftFactory(earner=earner, badge_class=badge)
    first, second, *_more = draft.version.criteria.all()
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    for criterion in (first, second):
        submissions.add_file(
            draft, criterion, file=clean_bytes(samples.pdf(), "a.pdf").file, file_name=FILE_NAME,
            content_type="application/pdf",
        )  # fmt: skip
    submissions.add_link(draft, second, url="https://plan.example/weekly", title="")
    submissions.send(draft, by=earner, statement_accepted=True)
    return draft


@pytest.fixture
def badge():
    return BadgeFactory(issuer=with_wait(10))


@pytest.fixture
def submission(badge):
    return sent_by_somebody(badge)


@pytest.fixture
def assignment(submission, badge):
    return operations.claim(submission, by=reviewer_for(badge))


# Everybody finds every school there, to choose the own one: it tells nothing of who sent what.
LISTS_OF_SCHOOLS = {"/account/profile/school/", "/account/welcome/", "/reviews/people/"}


def own_pages(assignment):
    """Every address that a reviewer could open about what they read."""
    submission = assignment.submission
    ids = [submission.public_id]
    items = EvidenceItem.objects.filter(attempt__submission=submission)
    ids += items.values_list("public_id", flat=True)
    pks = [assignment.pk, *Decision.objects.values_list("pk", flat=True)]
    badge = submission.badge_class
    found = every_address(Records({"public_id": ids, "pk": pks, "slug": [badge.slug]}))
    return [address for address in found if address not in LISTS_OF_SCHOOLS]


def reviewers_pages(assignment):
    items = EvidenceItem.objects.filter(attempt__submission=assignment.submission).files()
    return [
        "/reviews/", "/reviews/done/", "/reviews/second-looks/", "/home/",
        *(review_url(assignment, what) for what in ("", "decline/", "notes/")),
        *(item.get_file_url() for item in items),
    ]  # fmt: skip


def stages(assignment):
    yield "taken"
    reader = assignment.reviewer
    operations.save_draft(assignment, by=reader, judgments=judge_all(assignment), summary="So so.")
    yield "draft saved"
    operations.send_review(assignment, by=reader, judgments=judge_all(assignment), summary="Fine.")
    yield "decided"


def test_the_pages_of_a_reviewer_never_name_the_earner(assignment):
    client, named = signed_in(assignment.reviewer), {}

    for stage in stages(assignment):
        found = pages_with(OF_EARNER, client, reviewers_pages(assignment))
        named |= {f"{stage}: {address}": word for address, word in found.items()}

    assert named == {}


@pytest.mark.long
def test_no_address_of_the_product_names_the_earner_to_the_reviewer(assignment):
    client, named = signed_in(assignment.reviewer), {}

    for stage in stages(assignment):
        found = pages_with(OF_EARNER, client, own_pages(assignment))
        named |= {f"{stage}: {address}": word for address, word in found.items()}

    assert named == {}


def test_a_file_has_the_same_number_on_the_page_and_as_a_download(assignment):
    client = signed_in(assignment.reviewer)
    page = text_of(client.get(review_url(assignment)))
    files = EvidenceItem.objects.filter(attempt__submission=assignment.submission).files()

    names = [client.get(item.get_file_url())["Content-Disposition"] for item in files]

    assert "File 1 (PDF)" in page
    assert "File 2 (PDF)" in page
    assert names == ['inline; filename="file-1.pdf"', 'inline; filename="file-2.pdf"']


def test_what_autosave_and_refusals_answer_names_nobody(assignment):
    client = signed_in(assignment.reviewer)
    saved = client.post(
        review_url(assignment), review_form_data(assignment), headers={"Accept": "application/json"}
    )
    refused = client.post(review_url(assignment, "send/"), review_form_data(assignment, ""))

    assert (saved.status_code, refused.status_code) == (200, 422)
    assert not OF_EARNER.search(text_of(saved) + text_of(refused))


def test_links_send_no_referrer_and_open_nothing_by_themselves(assignment):
    answer = signed_in(assignment.reviewer).get(review_url(assignment))
    page = text_of(answer)

    links = re.findall(r'<a [^>]*href="https://plan.example/weekly"[^>]*>', page)
    assert links
    assert all("noreferrer" in link for link in links)
    assert answer["Referrer-Policy"] == "same-origin"
    assert "https://plan.example/weekly" not in re.findall(r'src="([^"]+)"', page)


def test_files_send_no_referrer_either(assignment):
    """A link inside a PDF leads to a site of the earner's."""
    item = EvidenceItem.objects.filter(attempt__submission=assignment.submission).files()[0]

    answer = signed_in(assignment.reviewer).get(item.get_file_url())

    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}


def test_emails_to_reviewers_name_no_earner_in_any_header_or_part(badge, submission):
    reader, other = reviewer_for(badge), reviewer_for(badge)
    assigning.assign(submission, to=reader, by=coordinator_for(badge), reason="Away.")
    assigning.assign(submission, to=other, by=coordinator_for(badge), reason="Away.")
    due = submission.due_on
    reminders.remind_reviewers(now=timezone.make_aware(datetime.combine(due, time(9))))

    kinds = set(OutgoingEmail.objects.exclude(to=EARNER_ADDRESS).values_list("kind", flat=True))
    assert {"review_assigned", "review_taken", "review_reminder"} <= kinds
    for person in (reader, other):
        assert [part for part in decoded_parts(person) if OF_EARNER.search(part)] == []


def test_an_approver_reads_no_name(client):
    badge = badge_to_approve(issuer=with_wait(10))
    assignment = operations.claim(sent_by_somebody(badge), by=reviewer_for(badge))
    operations.send_review(assignment, by=assignment.reviewer, judgments=judge_all(assignment))
    approver = signed_in(reviewer_for(badge))

    pages = ["/reviews/", "/reviews/second-looks/", Decision.objects.get().get_absolute_url()]

    assert pages_with(OF_EARNER, approver, pages) == {}


def test_addresses_on_the_page_have_no_key_of_the_earner(assignment):
    earner = assignment.submission.earner
    page = text_of(signed_in(assignment.reviewer).get(review_url(assignment)))

    links = re.findall(r'(?:href|src|action)="([^"]+)"', page)

    assert str(earner.public_id) not in " ".join(links)
    assert not [
        link for link in links if re.search(rf"/(people|accounts|users)/{earner.pk}\b", link)
    ]


def test_two_submissions_of_one_person_look_like_those_of_two(badge):
    """Reviewers can't add up what one person sent for several badges."""
    first = sent_by_somebody(badge)
    other = DraftFactory(earner=first.earner, badge_class=BadgeFactory(issuer=badge.issuer))
    page = text_of(signed_in(reviewer_for(badge)).get("/reviews/"))

    assert first.pseudonym != other.pseudonym
    assert first.pseudonym in page


def test_a_later_version_that_shows_names_names_nobody_who_sent_before(assignment, badge):
    draft = catalog.draft_version(badge, by=None)
    catalog.edit_version(draft, shows_earner_to_reviewers=True)
    catalog.publish(type(badge).objects.get(pk=badge.pk), by=None)
    client = signed_in(assignment.reviewer)

    assert pages_with(OF_EARNER, client, reviewers_pages(assignment)) == {}
    fresh = sent_by_somebody_else(badge)
    reading = operations.claim(fresh, by=assignment.reviewer)
    assert "Wilhelmina Oduya" in text_of(client.get(review_url(reading)))


def sent_by_somebody_else(badge):
    draft = DraftFactory(
        earner=UserFactory(name="Wilhelmina Oduya"),
        badge_class=type(badge).objects.get(pk=badge.pk),
    )
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    submissions.send(draft, by=draft.earner, statement_accepted=True)
    return draft


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (False, "Reviewers don’t see your name"),
        (True, "Reviewers of this badge see your name."),
    ],
)
def test_the_badge_and_the_page_before_sending_say_who_knows_whom(client, shown, words):
    badge = BadgeFactory(version={"shows_earner_to_reviewers": shown})
    draft = DraftFactory(badge_class=badge)
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    client.force_login(draft.earner)

    page = text_of(client.get(badge.get_absolute_url()))
    before_sending = text_of(client.get(f"/submissions/{draft.public_id}/send/"))

    assert words in page
    assert words in before_sending
    assert ("Files go by numbers" in before_sending) != shown


def test_a_reviewer_who_is_a_reporter_reads_no_name_in_the_activity_log(assignment, badge):
    """What they did themselves is in the log, and would lead to the name."""
    MembershipFactory(
        user=assignment.reviewer, agency=badge.issuer.agency, role=Membership.Role.REPORTER
    )
    reporter = MembershipFactory(agency=badge.issuer.agency, role=Membership.Role.REPORTER).user
    log = reverse("reporting:manage_activity")

    own = text_of(signed_in(assignment.reviewer).get(log))

    assert assignment.submission.pseudonym in own
    assert not OF_EARNER.search(own)
    assert EARNER in text_of(signed_in(reporter).get(log))
