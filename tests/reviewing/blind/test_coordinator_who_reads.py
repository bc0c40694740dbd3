"""A coordinator who is one of several hidden readers learns nothing of the others meanwhile."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from reviewing import operations
from reviewing.assigning import operations as assigning
from reviewing.notes import operations as notes
from submissions import operations as submissions
from tests.accounts.links import link
from tests.factories import (
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    png,
    reviewer_for,
)
from tests.reviewing.blind.channels import signed_in, text_of
from tests.reviewing.readers import badge_read_by_two, reads, sends, sent_for

pytestmark = pytest.mark.django_db

OTHER = "Quetzalcoatl Ferreira"
LIST = "/manage/submissions/"


def reviewer_named(badge, name=OTHER):
    return MembershipFactory(
        user=UserFactory(name=name), agency=badge.issuer.agency, role=Membership.Role.REVIEWER
    ).user


@pytest.fixture
def badge():
    return badge_read_by_two()


@pytest.fixture
def submission(badge):
    return sent_for(badge)


@pytest.fixture
def reader(badge):
    """Coordinates the agency, and is a reviewer, too."""
    person = coordinator_for(badge)
    MembershipFactory(user=person, agency=badge.issuer.agency, role=Membership.Role.REVIEWER)
    return person


@pytest.fixture
def pair(submission, badge, reader):
    """The coordinator's reading, and that of somebody else."""
    other = reads(submission, reviewer_named(badge))
    return reads(submission, reader), other


def rows_of(page):
    """The table alone: the reviewers to whom something can be given are named below it."""
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_the_list_names_the_others_only_when_all_have_finished(pair, reader):
    own, other = pair
    client = signed_in(reader)

    before = rows_of(text_of(client.get(LIST)))
    sends(other)
    finished = rows_of(text_of(client.get(LIST)))
    sends(own, (0,))
    after = rows_of(text_of(client.get(LIST)))

    assert str(reader) in before
    assert OTHER not in before
    assert finished == before
    assert OTHER in after


def test_another_coordinator_reads_all_names(pair, badge):
    assert OTHER in rows_of(text_of(signed_in(coordinator_for(badge)).get(LIST)))


def test_a_search_for_the_reviewer_does_not_find_what_this_coordinator_reads(
    pair, reader, submission
):
    client = signed_in(reader)

    found = rows_of(text_of(client.get(LIST, {"reviewer": OTHER})))
    own = rows_of(text_of(client.get(LIST, {"reviewer": reader.name})))

    assert str(submission.public_id) not in found
    assert str(submission.public_id) in own


def test_it_is_not_said_that_another_reader_has_left_or_that_nobody_can_be_one(
    pair, reader, submission
):
    own, other = pair
    Membership.objects.filter(user=other.reviewer).update(ended_at=timezone.now())
    client = signed_in(reader)

    def is_listed(kind):
        return str(submission.public_id) in text_of(client.get(LIST, {"needs": kind}))

    assert not is_listed("gone")
    sends(own)
    assert is_listed("gone"), "otherwise nobody would look for another reader"


def test_the_activity_log_does_not_say_who_gave_it_back_or_got_it(pair, reader, badge, submission):
    own, other = pair
    log = reverse("reporting:manage_activity")
    client, colleague = signed_in(reader), coordinator_for(badge)

    operations.release(other, by=other.reviewer, note="Marigold handwriting.")
    assigning.assign(submission, to=reviewer_named(badge), by=colleague, reason="Away.")
    meanwhile = text_of(client.get(log))
    for assignment in submission.assignments.active():
        sends(assignment)

    assert OTHER not in meanwhile
    assert "Marigold" not in meanwhile
    assert OTHER in text_of(client.get(log))
    assert own.reviewer == reader


def test_notes_of_the_others_are_not_even_counted(pair, reader, submission):
    _own, other = pair
    client = signed_in(reader)
    address = reverse("submissions:manage_submission", args=[submission.public_id])
    before = client.get(address).content.decode().count("(0)")

    notes.write(submission, text="Unclear.", by=other.reviewer)

    assert client.get(address).content.decode().count("(0)") == before


def test_a_reader_of_a_submission_drawn_by_chance_is_not_told_that_it_was(reader):
    """The scheme is on the badge's page; that this one is read twice is on no page of a reader."""
    badge = BadgeFactory(second_reading_share=100)
    person = coordinator_for(badge)
    MembershipFactory(user=person, agency=badge.issuer.agency, role=Membership.Role.REVIEWER)
    submission = sent_for(badge)
    reads(submission, person)

    page = text_of(
        signed_in(person).get(reverse("submissions:manage_submission", args=[submission.public_id]))
    )

    assert "drawn at random" not in page
    assert "Reader 2" not in page
    assert "One reader" not in page


def test_a_linked_account_is_the_same_reader(pair, reader, badge):
    account = coordinator_for(badge)
    link(account, reader)

    assert OTHER not in rows_of(text_of(signed_in(account).get(LIST)))


def test_a_coordinator_who_reviews_gets_files_under_numbers(badge):
    plain = BadgeFactory(issuer=badge.issuer)
    person = coordinator_for(plain)
    MembershipFactory(user=person, agency=badge.issuer.agency, role=Membership.Role.REVIEWER)
    draft = DraftFactory(badge_class=plain)
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    item = submissions.add_file(
        draft, draft.version.criteria.first(), file=ContentFile(png()),
        file_name="Rosa Alvarez.png", content_type="image/png",
    )  # fmt: skip
    submissions.send(draft, by=draft.earner, statement_accepted=True)
    client = signed_in(person)

    def name():
        return client.get(item.get_file_url())["Content-Disposition"]

    assert "Rosa Alvarez.png" in name()
    reads(draft, person)
    assert name() == 'inline; filename="file-1.png"'


def test_a_badge_with_one_reader_shows_its_coordinator_everything(reader):
    submission = SentSubmissionFactory()
    coordinator = coordinator_for(submission.badge_class)
    assignment = operations.claim(submission, by=reviewer_for(submission.badge_class))

    page = rows_of(text_of(signed_in(coordinator).get(LIST)))

    assert str(assignment.reviewer) in page
