"""Evidence may show students, so only a few people can read it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import InternalError, transaction
from django.urls import reverse

from audit.tasks import forget_files
from reviewing import operations as reviewing
from submissions import operations
from submissions.models import EvidenceItem
from tests.factories import (
    DraftFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    reviewer_for,
)
from tests.submissions import samples

pytestmark = pytest.mark.django_db


def add_photo(submission, name="Rosa Alvarez 4B.jpg"):
    return operations.add_file(
        submission,
        submission.version.criteria.first(),
        file=ContentFile(samples.photo()),
        file_name=name,
        content_type="image/jpeg",
    )


@pytest.fixture
def draft():
    return DraftFactory()


@pytest.fixture
def sent(draft):
    """A submission with a photo, in the queue."""
    add_photo(draft)
    for criterion in draft.version.criteria.filter(required=True):
        operations.write_text(draft, criterion, "What I did.")
    operations.send(draft, by=draft.earner, statement_accepted=True)
    return draft


@pytest.fixture
def photo(sent):
    return EvidenceItem.objects.get(kind="file")


def test_the_earner_gets_a_file_under_its_original_name(client, photo, sent):
    client.force_login(sent.earner)

    response = client.get(photo.get_file_url())

    assert b"".join(response.streaming_content) == samples.photo()
    headers = {
        name: response.headers[name]
        for name in ("Content-Type", "Content-Disposition", "Cache-Control")
    }
    assert headers == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": 'inline; filename="Rosa Alvarez 4B.jpg"',
        "Cache-Control": "private, no-store",
    }
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_assigned_reviewer_gets_a_file_under_a_neutral_name(client, photo, sent):
    reviewer = reviewer_for(sent.badge_class)
    reviewing.claim(sent, by=reviewer)
    client.force_login(reviewer)

    response = client.get(photo.get_file_url())

    assert response.status_code == 200
    disposition = response.headers["Content-Disposition"]
    assert disposition == 'inline; filename="file-1.jpg"'


def strangers(submission):
    other_agency = SentSubmissionFactory().badge_class
    return {
        "nobody": AnonymousUser(),
        "another earner": UserFactory(),
        "a reviewer without an assignment": reviewer_for(submission.badge_class),
        "a coordinator elsewhere": coordinator_for(other_agency),
        "a reporter of the agency": MembershipFactory(
            agency=submission.badge_class.issuer.agency, role="reporter"
        ).user,
    }


def test_a_file_is_not_found_for_everybody_else(client, photo, sent):
    for who, user in strangers(sent).items():
        if user.is_authenticated:
            client.force_login(user)
        else:
            client.logout()

        response = client.get(photo.get_file_url())

        assert (who, response.status_code) == (who, 404)


@pytest.mark.parametrize("page", ["detail", "edit", "send", "withdraw", "discard"])
def test_the_pages_of_a_submission_are_not_found_for_others(client, sent, page):
    address = reverse(f"submissions:{page}", args=[sent.public_id])
    for who, user in strangers(sent).items():
        client.logout()
        expected = 302  # redirect to sign in
        if user.is_authenticated:
            client.force_login(user)
            expected = 404

        assert (who, client.get(address).status_code) == (who, expected)


def test_nobody_else_can_change_a_draft(client, draft):
    address = reverse("submissions:autosave", args=[draft.public_id])
    name = f"criterion-{draft.version.criteria.first().pk}-text"
    client.force_login(coordinator_for(draft.badge_class))

    response = client.post(address, {name: "Not mine."})

    assert response.status_code == 404
    assert not EvidenceItem.objects.exists()


def test_a_draft_is_hidden_from_coordinators_until_it_is_sent(client, draft):
    photo = add_photo(draft)
    client.force_login(coordinator_for(draft.badge_class))

    assert client.get(photo.get_file_url()).status_code == 404
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_coordinators_can_read_sent_evidence(client, photo, sent):
    client.force_login(coordinator_for(sent.badge_class))

    assert client.get(photo.get_file_url()).status_code == 200
    page = client.get(sent.get_absolute_url(), follow=True).text
    assert "Rosa Alvarez 4B.jpg" in page
    assert "What you can do now" not in page


def test_a_lost_file_is_not_found(client, photo, sent):
    photo.file.storage.delete(photo.file.name)
    client.force_login(sent.earner)

    assert client.get(photo.get_file_url()).status_code == 404


def test_text_files_and_documents_are_downloaded_not_shown(client, draft):
    item = operations.add_file(
        draft,
        draft.version.criteria.first(),
        file=ContentFile("<b>año</b>".encode()),
        file_name="notes.txt",
        content_type="text/plain",
    )
    client.force_login(draft.earner)

    response = client.get(item.get_file_url())

    assert response.headers["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_the_database_refuses_changes_to_sent_evidence_and_history(sent, photo):
    attempt = photo.attempt

    for act in (
        lambda: EvidenceItem.objects.filter(pk=photo.pk).update(file_name="other.jpg"),
        lambda: EvidenceItem.objects.filter(pk=photo.pk).delete(),
        lambda: attempt.evidence_items.create(
            criterion=photo.criterion,
            kind="link",
            url="https://a.example",
            added_at=attempt.sent_at,
        ),
        lambda: EvidenceItem.objects.filter(pk=photo.pk).update(
            attempt=DraftFactory().attempts.get()
        ),
        lambda: type(attempt).objects.filter(pk=attempt.pk).update(sent_at=None),
        lambda: type(attempt).objects.filter(pk=attempt.pk)._raw_delete("default"),
        lambda: sent.status_changes.all().update(actor=sent.earner),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            act()


def test_discarding_a_draft_deletes_its_files(client, draft):
    photo = add_photo(draft)
    client.force_login(draft.earner)
    address = reverse("submissions:discard", args=[draft.public_id])

    response = client.post(address)
    forget_files()

    assert response.url == reverse("submissions:list")
    assert not photo.file.storage.exists(photo.file.name)
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_removing_an_item_keeps_the_file_of_an_earlier_attempt(client, sent, photo):
    assignment = reviewing.claim(sent, by=reviewer_for(sent.badge_class))
    judgments = {
        criterion: reviewing.Judgment("not_yet", "More, please.")
        for criterion in reviewing.criteria_to_judge(sent.latest_attempt)
    }
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)
    copy = EvidenceItem.objects.of_draft(sent).get(kind="file")
    client.force_login(sent.earner)

    client.post(
        reverse("submissions:edit", args=[sent.public_id]), {"action": f"remove:{copy.public_id}"}
    )
    forget_files()

    assert not EvidenceItem.objects.filter(pk=copy.pk).exists()
    assert photo.file.storage.exists(photo.file.name)
    assert client.get(photo.get_file_url()).status_code == 200
