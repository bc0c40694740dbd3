"""An earner's work becomes an anchor only with their consent, without names, and not for ever."""

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.operations import delete_unwanted_files
from editing.forms import Edit
from mail.models import OutgoingEmail
from mail.tasks import send_due_emails
from privacy import operations as privacy
from reviewing import operations as reviewing
from reviewing.calibration.names import names_left
from reviewing.calibration.operations import anchors, consents
from reviewing.calibration.readiness import usable
from reviewing.models import Anchor, AnchorConsent, AnchorEvidence
from submissions import operations as submissions
from tests.factories import (
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    png,
    reviewer_for,
)

pytestmark = pytest.mark.django_db

TEXT = "I am Rosa Alvarez of Creekside School. ROSA taught it."


@pytest.fixture
def approved():
    """Work in which the earner names themselves and their school."""
    earner = UserFactory(name="Rosa Alvarez")
    MembershipFactory(user=earner, agency=SchoolFactory(name="Creekside School"))
    draft = DraftFactory(earner=earner)
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, TEXT)
    submissions.add_file(
        draft, criterion, file=ContentFile(png()), file_name="rosa.png", content_type="image/png"
    )
    submissions.send(draft, by=earner, statement_accepted=True)
    assignment = reviewing.claim(draft, by=reviewer_for(draft.badge_class))
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment), summary="Good."
    )
    draft.refresh_from_db()
    return draft


def given(submission):
    consent = consents.ask(submission, by=coordinator_for(submission.badge_class))
    consents.answer(consent, gives=True)
    return AnchorConsent.objects.get()


def made(submission):
    """A published anchor with everything that can be copied."""
    coordinator = coordinator_for(submission.badge_class)
    anchor = consents.make_anchor(
        given(submission), name="Real work", use="practice",
        items=consents.copyable(submission), by=coordinator,
    )  # fmt: skip
    threads = [one.thread.hex for one in submission.version.criteria.filter(required=True)]
    changes = {f"verdict_{thread}": "met" for thread in threads}
    changes |= {f"why_{thread}": "It is clear." for thread in threads}
    anchors.write(anchor, by=coordinator, edit=Edit(changes))
    anchors.publish(anchor, by=coordinator)
    return Anchor.objects.get()


def test_the_earner_is_asked_once_by_email(approved):
    OutgoingEmail.objects.all().delete()
    for _ in range(2):
        consents.ask(approved, by=coordinator_for(approved.badge_class))

    send_due_emails()

    [email] = mail.outbox
    assert email.to == [approved.earner.email]
    assert f"/submissions/{approved.public_id}/practice/" in email.body


@pytest.mark.parametrize("answered", [None, False])
def test_nothing_is_copied_before_the_earner_agrees(approved, answered):
    coordinator = coordinator_for(approved.badge_class)
    consent = consents.ask(approved, by=coordinator)
    if answered is not None:
        consents.answer(consent, gives=answered)

    with pytest.raises(consents.NoConsent):
        consents.make_anchor(
            consent, name="Real work", use="practice", by=coordinator,
            items=consents.copyable(approved),
        )  # fmt: skip

    assert not Anchor.objects.exists()
    assert not AnchorEvidence.objects.exists()


def test_the_copy_has_no_names_of_the_earner_and_the_school(approved):
    anchor = made(approved)

    version = anchor.published_version
    texts = set(version.evidence.filter(kind="text").values_list("text", flat=True))
    assert texts == {"I am [name] of [name]. [name] taught it."}
    [file] = version.evidence.filter(kind="file")
    original = approved.attempts.get().evidence_items.files().get()
    assert file.file.name != original.file.name
    assert "rosa" not in str(file)
    assert names_left(anchor, version) == []


def test_names_that_a_coordinator_types_are_pointed_out(approved):
    anchor = made(approved)
    coordinator = coordinator_for(approved.badge_class)
    thread = approved.version.criteria.first().thread.hex

    anchors.write(anchor, by=coordinator, edit=Edit({f"text_{thread}": "By rosa ALVAREZ."}))

    assert names_left(anchor, anchors.latest_version(anchor)) == ["Rosa Alvarez"]
    client = Client()
    client.force_login(coordinator)
    assert "These names are still in it" in client.get(anchor.get_absolute_url()).content.decode()


def test_withdrawing_deletes_every_copy_and_nobody_is_given_it(approved):
    anchor = made(approved)
    [stored] = AnchorEvidence.objects.exclude(file="")
    assert len(usable(approved.badge_class, "practice")) == 1

    consents.withdraw(anchor.consent)
    delete_unwanted_files(now=timezone.now())

    assert not AnchorEvidence.objects.exists()
    assert usable(approved.badge_class, "practice") == []
    assert not stored.file.storage.exists(stored.file.name)
    original = approved.attempts.get().evidence_items.files().get()
    assert original.file.storage.exists(original.file.name)
    coordinator = coordinator_for(approved.badge_class)
    for refused in (
        lambda: anchors.bring_back(anchor, by=coordinator),
        lambda: anchors.write(anchor, by=coordinator, edit=Edit({"name": "Again"})),
    ):
        with pytest.raises(anchors.ConsentWithdrawn):
            refused()


def test_erasing_the_earner_deletes_the_copies(approved):
    made(approved)

    privacy.erase(approved.earner, by=None)

    assert not AnchorEvidence.objects.exists()
    assert not AnchorConsent.objects.exists()
    assert Anchor.objects.get().consent is None
    assert usable(approved.badge_class, "practice") == []


def test_only_decided_work_of_adults_is_asked_for(approved):
    coordinator = coordinator_for(approved.badge_class)
    waiting = DraftFactory(badge_class=BadgeFactory())

    with pytest.raises(consents.CannotAsk):
        consents.ask(waiting, by=coordinator)


def test_the_earner_answers_and_withdraws_on_their_page(approved):
    consents.ask(approved, by=coordinator_for(approved.badge_class))
    client, page = Client(), reverse("reviewing:anchor_consent", args=[approved.public_id])
    client.force_login(approved.earner)
    own = client.get(approved.get_absolute_url()).content.decode()

    client.post(page, {"answer": "no"})
    client.post(page, {"answer": "yes"})
    agreed = AnchorConsent.objects.get().is_in_force
    client.post(page, {"answer": "withdraw"})
    client.post(page, {"answer": "yes"})

    assert page in own
    assert (agreed, AnchorConsent.objects.get().is_in_force) == (True, False)
    other = Client()
    other.force_login(UserFactory())
    assert other.get(page).status_code == 404


def test_a_coordinator_asks_and_copies_on_one_page(approved):
    client, page = Client(), reverse("reviewing:manage_anchor_from", args=[approved.public_id])
    client.force_login(coordinator_for(approved.badge_class))

    client.post(page)
    waits = client.get(page).content.decode()
    consents.answer(AnchorConsent.objects.get(), gives=True)
    items = [str(one.pk) for one in consents.copyable(approved)]
    answer = client.post(page, {"name": "Real", "use": "qualification", "items": items[:1]})

    assert "has not answered yet" in waits
    assert answer.headers["Location"] == Anchor.objects.get().get_absolute_url()
    assert AnchorEvidence.objects.count() == 1
