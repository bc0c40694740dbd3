"""Earners are asked whether reviewers may practice with their work. Nothing is copied before.

What they allow is copied without their name, and deleted as soon as they withdraw.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_minor
from audit.operations import delete_files_later, record
from catalog.models import Criterion
from mail.operations import queue_email
from postgres.erasure import deleting_evidence
from reviewing.calibration.names import names_of, without_names
from reviewing.calibration.operations import anchors
from reviewing.models import Anchor, AnchorConsent, AnchorEvidence
from submissions.models import EvidenceItem, Submission
from submissions.states import Status

DECIDED = (Status.APPROVED, Status.DECLINED)


class CannotAsk(Exception):
    """It is not decided, or its earner is a minor or has left."""


class NoConsent(Exception):
    """The earner has not agreed, or has withdrawn."""


def can_ask(submission: Submission) -> bool:
    """What a minor sent in is never copied, and somebody who has left can't be asked."""
    earner = submission.earner
    return submission.status in DECIDED and earner.is_active and not is_minor(earner)


@transaction.atomic
def ask(submission: Submission, *, by: User, now: datetime | None = None) -> AnchorConsent:
    """Once for a submission. Raises CannotAsk."""
    locked = Submission.objects.select_for_update(no_key=True)
    submission.refresh_from_db(from_queryset=locked)
    if asked := AnchorConsent.objects.filter(submission=submission).first():
        return asked
    if not can_ask(submission):
        raise CannotAsk
    consent = AnchorConsent.objects.create(
        submission=submission, asked_by=by, asked_at=now or timezone.now()
    )
    agency = submission.badge_class.issuer.agency
    record("consent to an anchor asked", submission, by=by, agency=agency, at=now)
    queue_email(
        "anchor_asked",
        str(consent.pk),
        to=submission.earner.email,
        language=submission.earner.language,
        context={"consent": consent.pk},
    )
    return consent


@transaction.atomic
def answer(consent: AnchorConsent, *, gives: bool, now: datetime | None = None) -> None:
    """The earner agrees or refuses, and may agree after having refused. Withdrawing is for good."""
    consent = _lock(consent)
    if consent.withdrawn_at or consent.is_given:
        return
    consent.is_given, consent.answered_at = gives, now or timezone.now()
    consent.save(update_fields=["is_given", "answered_at"])


@transaction.atomic
def withdraw(consent: AnchorConsent, *, now: datetime | None = None) -> None:
    """All copies are deleted at once, also from published versions, and nobody is given them."""
    now = now or timezone.now()
    consent = _lock(consent)
    if not consent.is_in_force:
        return
    consent.withdrawn_at = now
    consent.save(update_fields=["withdrawn_at"])
    for anchor in Anchor.objects.filter(consent=consent).order_by("pk"):
        anchors.retire(anchor, by=None, now=now)
        copies = AnchorEvidence.objects.filter(anchor_version__anchor=anchor)
        files = list(copies.exclude(file="").values_list("file", flat=True).distinct())
        with deleting_evidence():
            copies.delete()
        delete_files_later(anchors.FILE, files, due_at=now)


def make_anchor(
    consent: AnchorConsent, *, name: str, use: str, items: Collection[EvidenceItem], by: User,
    now: datetime | None = None,
) -> Anchor:  # fmt: skip
    """A draft with copies of these items. Raises NoConsent, NameTaken.

    Texts come without the names that we know of; the coordinator reads and edits the rest.
    """
    with transaction.atomic():
        consent = _lock(consent)
        if not consent.is_in_force:
            raise NoConsent
        submission = consent.submission
        badge = submission.badge_class
        anchor = anchors.create(badge, name=name, use=use, by=by, now=now, consent=consent)
        names = names_of(submission.earner)
        here = {one.thread: one for one in badge.published_version.criteria.all()}
        kept = [(here[one.criterion.thread], one) for one in items if one.criterion.thread in here]
        draft = anchors.latest_version(anchor)
        texts: dict[Criterion, list[str]] = {}
        for criterion, one in kept:
            if one.text:  # of a form, its questions and answers in words
                texts.setdefault(criterion, []).append(without_names(one.text, names))
        AnchorEvidence.objects.bulk_create(
            AnchorEvidence(
                anchor_version=draft, criterion=criterion, kind=AnchorEvidence.Kind.TEXT,
                text="\n\n".join(parts),
            )
            for criterion, parts in texts.items()
        )  # fmt: skip
        AnchorEvidence.objects.bulk_create(
            AnchorEvidence(
                anchor_version=draft,
                criterion=criterion,
                kind=AnchorEvidence.Kind.LINK,
                url=one.url,
            )
            for criterion, one in kept
            if one.kind == EvidenceItem.Kind.LINK
        )
    for criterion, one in kept:
        if one.kind == EvidenceItem.Kind.FILE:
            _copy_file(anchor, criterion, one, by=by)
    return anchor


def copyable(submission: Submission) -> list[EvidenceItem]:
    """What was sent in last, without recordings: faces and voices can't be made anonymous."""
    sent = submission.attempts.exclude(sent_at=None).order_by("-number").first()
    if sent is None:
        return []
    return list(sent.evidence_items.filter(seconds=None).select_related("criterion"))


def _copy_file(anchor: Anchor, criterion: Criterion, item: EvidenceItem, *, by: User) -> None:
    with item.file.open("rb") as stored:
        file = ContentFile(stored.read())
    anchors.add_file(anchor, criterion, file=file, content_type=item.content_type, by=by)


def _lock(consent: AnchorConsent) -> AnchorConsent:
    locked = AnchorConsent.objects.select_for_update(no_key=True, of=["self"])
    return locked.select_related(
        "submission__earner", "submission__badge_class__current_version",
        "submission__badge_class__issuer__agency",
    ).get(pk=consent.pk)  # fmt: skip
