"""Coordinators make anchors by hand, and say what a badge asks of its reviewers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from audit.moves import TransitionNotAllowed
from audit.operations import delete_files_later, record, storing_file
from catalog.models import BadgeClass, BadgeVersion, Criterion
from editing.forms import Edit
from postgres.refusals import broken
from reviewing.calibration.operations import readings
from reviewing.calibration.readiness import missing_parts
from reviewing.models import (
    Anchor,
    AnchorConsent,
    AnchorEvidence,
    AnchorVerdict,
    AnchorVersion,
    CalibrationRules,
)
from reviewing.signals import reviewer_badge_chosen
from submissions.models import evidence_files, evidence_path

FILE = AnchorEvidence._meta.get_field("file")
MOST_FILES = 10  # of one criterion
ONE_OF_A_NAME = "one_anchor_per_name_and_badge"
RULES = ("mark", "is_required", "needs_badge", "recheck_months", "reviewer_badge_id")
# Fields of the form of an anchor, for each criterion: "text_" and the thread of the criterion.
PARTS = ("text", "links", "verdict", "why", "must")


class NameTaken(Exception):
    """Another anchor of the badge has this name."""


class NotReady(Exception):
    """The anchor can't be published; `sentences` say what is missing."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class ConsentWithdrawn(Exception):
    """The earner whose work it was has withdrawn: nothing is written into it any more."""


class TooManyFiles(Exception):
    """A criterion has as many files as it can have."""


def stored_rules(badge_class: BadgeClass) -> dict[str, Any]:
    rules = CalibrationRules.objects.filter(badge_class=badge_class).first()
    rules = rules or CalibrationRules(badge_class=badge_class)
    return {name: getattr(rules, name) for name in RULES}


@transaction.atomic
def change_rules(
    badge_class: BadgeClass, *, by: User, edit: Edit, now: datetime | None = None
) -> None:
    """What the badge asks of its reviewers. Reviews that somebody has begun go on."""
    BadgeClass.objects.select_for_update(no_key=True).get(pk=badge_class.pk)
    edit.check(stored_rules(badge_class))
    if changes := edit.only(RULES):
        rules, _new = CalibrationRules.objects.get_or_create(badge_class=badge_class)
        for name, value in changes.items():
            setattr(rules, name, value)
        rules.save(update_fields=list(changes))
        if changes.get("reviewer_badge_id"):
            reviewer_badge_chosen.send(sender=CalibrationRules, rules=rules)
        _record("rules of calibration changed", badge_class, badge_class, by=by, now=now)


@transaction.atomic
def create(
    badge_class: BadgeClass, *, name: str, use: str, by: User,
    consent: AnchorConsent | None = None, now: datetime | None = None,
) -> Anchor:  # fmt: skip
    """An anchor without evidence, as a draft. Raises NameTaken."""
    with broken(ONE_OF_A_NAME, means=NameTaken), transaction.atomic():
        anchor = Anchor.objects.create(
            badge_class=badge_class, name=name, use=use, made_by=by,
            made_at=now or timezone.now(), consent=consent,
        )  # fmt: skip
    anchor.versions.create(number=1, version=badge_class.published_version)
    _record("anchor made", anchor, badge_class, by=by, now=now)
    return anchor


def latest_version(anchor: Anchor) -> AnchorVersion:
    """The draft, or else what is published: what its page shows."""
    return max(anchor.versions.all(), key=lambda one: one.number)


def stored(anchor: Anchor) -> dict[str, Any]:
    """The stored values of the form of an anchor that comes `with_contents`."""
    version = latest_version(anchor)
    values: dict[str, Any] = {"name": anchor.name}
    links: dict[str, list[str]] = {}
    for one in version.evidence.all():
        thread = one.criterion.thread.hex
        if one.kind == AnchorEvidence.Kind.TEXT:
            values[f"text_{thread}"] = one.text
        elif one.kind == AnchorEvidence.Kind.LINK:
            links.setdefault(thread, []).append(one.url)
    for thread, addresses in links.items():
        values[f"links_{thread}"] = "\n".join(addresses)
    for verdict in version.verdicts.all():
        thread = verdict.criterion.thread.hex
        values |= {f"verdict_{thread}": verdict.verdict, f"why_{thread}": verdict.why,
                   f"must_{thread}": verdict.is_must}  # fmt: skip
    return values


@transaction.atomic
def write(anchor: Anchor, *, by: User, edit: Edit, now: datetime | None = None) -> None:
    """Save what the form changed, in a draft. What is published stays until the draft is.

    Raises EditConflict, NameTaken.
    """
    anchor = _lock(anchor)
    edit.check(stored(Anchor.objects.with_contents().get(pk=anchor.pk)))
    if "name" in edit.changes:
        _rename(anchor, edit.changes["name"])
    changes = {name: value for name, value in edit.changes.items() if name != "name"}
    if not changes:
        return
    draft = _draft(anchor)
    for criterion in draft.version.criteria.all():
        theirs = {
            part: changes[field]
            for part in PARTS
            if (field := f"{part}_{criterion.thread.hex}") in changes
        }
        _write_criterion(draft, criterion, theirs)


def add_file(
    anchor: Anchor, criterion: Criterion, *, file: File, content_type: str, by: User
) -> AnchorEvidence:
    """A file that `submissions.files` has checked and cleaned. Its name is not kept."""
    with storing_file(FILE, evidence_path()) as unwanted:
        draft = _draft(_lock(anchor))
        here = draft.version.criteria.get(thread=criterion.thread)
        of_criterion = draft.evidence.filter(criterion=here, kind=AnchorEvidence.Kind.FILE)
        if of_criterion.count() >= MOST_FILES:
            raise TooManyFiles
        added = draft.evidence.create(
            criterion=here,
            kind=AnchorEvidence.Kind.FILE,
            file=evidence_files().save(unwanted.name, file),
            content_type=content_type,
            size=file.size,
        )
        unwanted.delete()
    return added


@transaction.atomic
def remove_file(anchor: Anchor, evidence: AnchorEvidence, *, by: User) -> None:
    """From the draft. What is published keeps the file."""
    draft = _draft(_lock(anchor))
    there = draft.evidence.filter(kind=AnchorEvidence.Kind.FILE, file=evidence.file.name)
    _delete(there)


@transaction.atomic
def publish(anchor: Anchor, *, by: User, now: datetime | None = None) -> None:
    """From now on reviewers read this version. Raises NotReady, TransitionNotAllowed.

    Somebody who has begun with an earlier version is judged by that one.
    """
    now = now or timezone.now()
    anchor = _lock(anchor)
    draft = anchor.versions.filter(published_at=None).first()
    if draft is None or anchor.retired_at:
        raise TransitionNotAllowed("nothing to publish")
    _bring_up_to_date(draft, anchor.badge_class.published_version)
    if missing := missing_parts(draft):
        raise NotReady(missing)
    draft.published_at, draft.published_by = now, by
    draft.save(update_fields=["published_at", "published_by"])
    _record("anchor published", anchor, anchor.badge_class, by=by, now=now)


@transaction.atomic
def retire(anchor: Anchor, *, by: User | None, now: datetime | None = None) -> None:
    """Nobody is given it any more, and whoever has not answered it yet goes on without it."""
    now = now or timezone.now()
    anchor = _lock(anchor, needs_consent=False)
    if anchor.retired_at:
        return
    anchor.retired_at = now
    anchor.save(update_fields=["retired_at"])
    readings.drop_unanswered(anchor, now=now)
    _record("anchor retired", anchor, anchor.badge_class, by=by, now=now)


@transaction.atomic
def bring_back(anchor: Anchor, *, by: User, now: datetime | None = None) -> None:
    anchor = _lock(anchor)
    if anchor.retired_at is None:
        return
    anchor.retired_at = None
    anchor.save(update_fields=["retired_at"])
    _record("anchor brought back", anchor, anchor.badge_class, by=by, now=now)


def _lock(anchor: Anchor, *, needs_consent: bool = True) -> Anchor:
    locked = Anchor.objects.select_for_update(no_key=True, of=["self"])
    found = locked.select_related(
        "badge_class__current_version", "badge_class__issuer__agency"
    ).get(pk=anchor.pk)
    # Read after the lock: a withdrawal locks the anchor, too.
    if needs_consent and found.consent and not found.consent.is_in_force:
        raise ConsentWithdrawn
    return found


def _draft(anchor: Anchor) -> AnchorVersion:
    """The unpublished version, for the criteria of the badge as they are now."""
    current = anchor.badge_class.published_version
    draft = anchor.versions.filter(published_at=None).first()
    if draft is None:
        last = latest_version(anchor)
        draft = anchor.versions.create(number=last.number + 1, version=last.version)
        _copy(last, draft)
    _bring_up_to_date(draft, current)
    return draft


def _copy(published: AnchorVersion, draft: AnchorVersion) -> None:
    AnchorEvidence.objects.bulk_create(
        AnchorEvidence(
            anchor_version=draft, criterion_id=one.criterion_id, kind=one.kind, text=one.text,
            url=one.url, file=one.file.name, content_type=one.content_type, size=one.size,
        )
        for one in published.evidence.all()
    )  # fmt: skip
    AnchorVerdict.objects.bulk_create(
        AnchorVerdict(
            anchor_version=draft, criterion_id=one.criterion_id, verdict=one.verdict,
            why=one.why, is_must=one.is_must,
        )
        for one in published.verdicts.all()
    )  # fmt: skip


def _bring_up_to_date(draft: AnchorVersion, current: BadgeVersion) -> None:
    """Move the draft to the newest criteria. What is about a criterion that is gone is deleted."""
    if draft.version_id == current.pk:
        return
    here = {criterion.thread: criterion for criterion in current.criteria.all()}
    for rows in (draft.evidence, draft.verdicts):
        for row in rows.select_related("criterion"):
            if row.criterion.thread in here:
                row.criterion = here[row.criterion.thread]
                row.save(update_fields=["criterion"])
    _delete(draft.evidence.exclude(criterion__version=current))
    draft.verdicts.exclude(criterion__version=current).delete()
    draft.version = current
    draft.save(update_fields=["version"])


def _write_criterion(draft: AnchorVersion, criterion: Criterion, parts: dict[str, Any]) -> None:
    if "text" in parts:
        _write_text(draft, criterion, parts["text"])
    if "links" in parts:
        draft.evidence.filter(criterion=criterion, kind=AnchorEvidence.Kind.LINK).delete()
        AnchorEvidence.objects.bulk_create(
            AnchorEvidence(
                anchor_version=draft, criterion=criterion, kind=AnchorEvidence.Kind.LINK, url=url
            )
            for url in parts["links"].splitlines()
        )
    fields = {"verdict": "verdict", "why": "why", "must": "is_must"}
    values = {fields[part]: value for part, value in parts.items() if part in fields}
    if values:
        draft.verdicts.update_or_create(criterion=criterion, defaults=values)


def _write_text(draft: AnchorVersion, criterion: Criterion, text: str) -> None:
    texts = draft.evidence.filter(criterion=criterion, kind=AnchorEvidence.Kind.TEXT)
    if not text.strip():
        texts.delete()
    elif not texts.update(text=text):
        draft.evidence.create(criterion=criterion, kind=AnchorEvidence.Kind.TEXT, text=text)


def _delete(evidence: Iterable[AnchorEvidence]) -> None:
    """The stored files go after the commit, unless another version refers to them."""
    rows = list(evidence)
    AnchorEvidence.objects.filter(pk__in=[one.pk for one in rows]).delete()
    delete_files_later(FILE, [one.file.name for one in rows if one.file], due_at=timezone.now())


def _rename(anchor: Anchor, name: str) -> None:
    anchor.name = name
    with broken(ONE_OF_A_NAME, means=NameTaken), transaction.atomic():
        anchor.save(update_fields=["name"])


def _record(
    act: str, subject: Model, badge_class: BadgeClass, *, by: User | None, now: datetime | None
) -> None:
    record(act, subject, by=by, agency=badge_class.issuer.agency, at=now)
