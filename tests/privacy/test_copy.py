"""A copy has everything of its person, nothing of others, and is there for some days only."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Membership, User
from audit.audiences import Reader, registered_texts
from audit.operations import delete_unwanted_files
from catalog.models import Issuer
from issuing.awards.operations.issue_batches import issue_batch
from mail.models import OutgoingEmail
from privacy.about_the_rest import TREATMENTS
from privacy.exports import operations as exports
from privacy.models import PersonalCopy
from privacy.operations import erase
from reviewing import operations as reviewing
from reviewing.models import Assignment, SubmissionNote
from submissions import operations as submissions
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    DraftFactory,
    MembershipFactory,
    UserFactory,
    approved_submission,
    judge_all,
    png,
)
from tests.races import at_once

NAME, ADDRESS = "Zenobia Quillfeather", "zenobia.quill@school.example"
REVIEWER = "Ferdinand Ortega"


@pytest.fixture
def zenobia():
    return UserFactory(name=NAME, email=ADDRESS)


def _archive(person, client):
    exports.ask(person)
    assert exports.make_next(now=timezone.now())
    client.force_login(person)
    copy = PersonalCopy.objects.get(person=person)
    response = client.get(f"/account/privacy/copy/{copy.public_id}.zip")
    return ZipFile(BytesIO(b"".join(response.streaming_content)))


def _texts(archive):
    return "\n".join(
        archive.read(name).decode() for name in archive.namelist() if not name.startswith("files/")
    )


@pytest.mark.django_db
def test_a_copy_has_evidence_badges_and_reviews_and_nobody_elses_name(zenobia, client):
    submission = approved_submission(earner=zenobia)
    issue_batch(now=timezone.now() + timedelta(days=30))
    reviewer = Assignment.objects.get(submission=submission).reviewer
    User.objects.filter(pk=reviewer.pk).update(name=REVIEWER)
    SubmissionNote.objects.create(
        submission=submission, author=reviewer, text="a note among us", written_at=timezone.now()
    )
    draft = DraftFactory(earner=zenobia)
    criterion = draft.version.criteria.first()
    picture = png(40)
    submissions.add_file(
        draft, criterion, file=ContentFile(picture), file_name="mill.png", content_type="image/png"
    )

    archive = _archive(zenobia, client)

    texts = _texts(archive)
    assert [words in texts for words in (NAME, ADDRESS, "What I did for")] == [True] * 3
    assert [w in texts for w in (REVIEWER, reviewer.email, "a note among us")] == [False] * 3
    (file,) = [name for name in archive.namelist() if name.startswith("files/")]
    assert archive.read(file) == picture
    assert json.loads(archive.read("user.json"))[0]["email"] == ADDRESS


@pytest.mark.django_db
def test_a_decision_that_waits_is_in_no_copy(zenobia, client):
    assignment = AssignmentFactory(earner=zenobia)
    Issuer.objects.update(decision_wait_minutes=10)
    judgments = judge_all(assignment, comment="splendid work")
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)

    archive = _archive(zenobia, client)

    assert "splendid work" not in _texts(archive)
    assert "decision.json" not in archive.namelist()


def test_a_copy_has_only_texts_that_its_person_may_read():
    known = registered_texts()
    readers = {Reader.CONCERNED, Reader.EVERYONE}
    hidden = [
        f"{label}.{name}"
        for label, treatment in TREATMENTS.items()
        for name in treatment.exported_fields
        if f"{label}.{name}" in known
        if not any(readers & audience for audience in known[f"{label}.{name}"].values())
    ]

    assert hidden == ABOUT_THEM


# Coordinators alone read these on pages, but they say only who the person is, or what they scored.
# Copies of somebody's own work, for reviewers to practice with, are theirs, too.
ABOUT_THEM = [
    f"{label}.{name}"
    for label, names in {
        "accounts.SignUp": "name",
        "accounts.AddressChange": "was email",
        "reviewing.NamedConflict": "address",
        "reviewing.AnchorEvidence": "text url",
        "awarding.PersonId": "identifier email name",
        "awarding.AwardListRow": "email name narrative evidence",
        "reviewing.Snippet": "name text",
        "mailings.ImportRow": "email",
        "mailings.Subscriber": "email",
        "awarding.ScoreResult": "test form day_given pre post level email name identifier",
    }.items()
    for name in names.split()
]


@pytest.mark.django_db
def test_only_its_person_downloads_a_copy(zenobia, client):
    exports.ask(zenobia)
    exports.make_next(now=timezone.now())
    copy = PersonalCopy.objects.get()
    root = MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR).user
    address = f"/account/privacy/copy/{copy.public_id}.zip"

    client.force_login(root)
    others = client.get(address).status_code
    client.logout()

    assert (others, client.get(address).status_code) == (404, 302)


@pytest.mark.django_db
def test_after_seven_days_the_copy_is_gone_from_the_disk(zenobia, client):
    _archive(zenobia, client)
    copy = PersonalCopy.objects.get()
    assert copy.file.storage.exists(copy.file.name)
    later = timezone.now() + timedelta(days=7, minutes=1)

    exports.delete_old(now=later)
    delete_unwanted_files(now=later)

    assert not PersonalCopy.objects.exists()
    assert not copy.file.storage.exists(copy.file.name)


@pytest.mark.django_db
def test_a_ready_copy_is_announced_once_and_asked_for_once(zenobia):
    assert exports.ask(zenobia) == exports.ask(zenobia)

    made = [exports.make_next(now=timezone.now()) for _ in range(3)]

    assert made == [True, False, False]
    email = OutgoingEmail.objects.get(kind="copy_ready")
    assert email.to == ADDRESS


@pytest.mark.django_db
def test_a_copy_whose_worker_was_killed_is_made_later(zenobia, monkeypatch):
    exports.ask(zenobia)
    now = timezone.now()
    with monkeypatch.context() as killed:
        killed.setattr(exports.archive, "write", lambda *_: sys.exit())
        with pytest.raises(SystemExit):
            exports.make_next(now=now)

    assert not exports.make_next(now=now)
    assert exports.make_next(now=now + timedelta(hours=2))


@pytest.mark.django_db
def test_whoever_is_erased_while_the_copy_is_made_leaves_none(zenobia, monkeypatch):
    root = MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR).user
    exports.ask(zenobia)
    write = exports.archive.write

    def erased_meanwhile(person, out):
        write(person, out)
        erase(User.objects.get(pk=zenobia.pk), by=root)

    monkeypatch.setattr(exports.archive, "write", erased_meanwhile)
    exports.make_next(now=timezone.now())

    assert not PersonalCopy.objects.exists()
    assert not OutgoingEmail.objects.filter(kind="copy_ready").exists()


@pytest.mark.django_db
def test_an_erasure_deletes_a_copy_that_is_ready(zenobia, client):
    root = MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR).user
    _archive(zenobia, client)
    copy = PersonalCopy.objects.get()

    erase(zenobia, by=root)
    delete_unwanted_files(now=timezone.now())

    assert not copy.file.storage.exists(copy.file.name)


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_a_copy_once(zenobia):
    exports.ask(zenobia)

    made = at_once(*[lambda: exports.make_next(now=timezone.now())] * 2)

    assert sorted(made) == [False, True]
