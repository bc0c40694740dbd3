"""A drawing up to its draw: announce it, close it, correct its list, or cancel it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.moves import TransitionNotAllowed, check_move
from audit.operations import record
from editing.fingerprints import fingerprint
from editing.shown import check_shown
from mail.moments import with_zone
from mail.operations import Letter, queue_emails
from postgres.row_locks import lock_one
from rewards import sources
from rewards.chances import frozen_lists
from rewards.chances import operations as chances
from rewards.drand import operations as rounds
from rewards.drawings.names import names_in
from rewards.models import Drawing, DrawingRules, EntryList, Follower
from rewards.states import TRANSITIONS, DrawingStatus


class NotReady(Exception):
    """Something is missing, or it is too early. `missing` has a sentence for each problem."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(" ".join(missing))
        self.missing = list(missing)


def announcement_mark(drawing: Drawing) -> str:
    """Changes with every change to the rules and prizes that announcing makes final."""
    rules = drawing.rules_versions.filter(announced_at=None).first()
    prizes = drawing.prizes.order_by("pk").values_list()
    if rules is None:
        return fingerprint(repr(list(prizes)))
    chosen = [
        sorted(getattr(rules, field.name).values_list("pk", flat=True))
        for field in rules._meta.many_to_many
    ]
    values = {field.name: field.value_from_object(rules) for field in rules._meta.concrete_fields}
    return fingerprint(repr([drawing.title, values, chosen, list(prizes)]))


@transaction.atomic
def announce(drawing: Drawing, *, by: User, shown: str = "", now: datetime | None = None) -> None:
    """Publish the rules and the digest of the secret. Neither can change afterwards.

    Raises NotAsShown if `shown` is not the drawing's `announcement_mark`.

    For an announced drawing, this publishes the next version of its rules: entries are updated to
    match, and people with entries and followers are notified.
    """
    now = now or timezone.now()
    chances.wait_for_entries_in_progress()
    drawing = lock(drawing)
    rules = drawing.rules_versions.filter(announced_at=None).first()
    missing = what_is_missing(drawing, rules, now=now)
    if missing or rules is None:
        raise NotReady(missing)
    check_shown(shown, announcement_mark(drawing))
    is_update = drawing.status == DrawingStatus.ANNOUNCED
    if not is_update:
        _freeze_donors(drawing)
    rules.announced_at = now
    rules.announced_names = names_in(rules)
    rules.save(update_fields=["announced_at", "announced_names"])
    drawing.rules = rules
    drawing.status = DrawingStatus.ANNOUNCED
    drawing.save(update_fields=["rules", "status"])
    chances.sync_entries(drawing, now=now)
    record(
        f"drawing announced, rules {rules.number}", drawing, by=by, agency=drawing.agency, at=now
    )
    if is_update:
        _notify_participants(drawing, "drawing_rules_changed", about=f"rules:{rules.pk}")


def _freeze_donors(drawing: Drawing) -> None:
    """Copy name, link and logo of each sponsor to its prizes, while the prizes can still change."""
    for prize in drawing.prizes.select_related("sponsor"):
        sponsor = prize.sponsor
        if sponsor is None:
            continue
        prize.donor_name, prize.donor_url = sponsor.name, sponsor.url
        prize.donor_tier = sponsor.tier
        if sponsor.logo:
            with sponsor.logo.open("rb") as logo:
                content = ContentFile(logo.read())
            prize.donor_logo.save("logo.png", content, save=False)
        prize.save(update_fields=["donor_name", "donor_url", "donor_logo", "donor_tier"])


@transaction.atomic
def close(drawing: Drawing, *, by: User | None = None, now: datetime | None = None) -> EntryList:
    """Freeze and publish the list with its digest. The schedule does this at the stated time."""
    now = now or timezone.now()
    chances.wait_for_entries_in_progress()
    drawing = lock(drawing)
    if now < drawing.announced_rules.closes_at:
        raise NotReady([_("According to the rules, the list closes later.")])
    move(drawing, DrawingStatus.CLOSED, by=by, now=now)
    entry_list = frozen_lists.freeze(drawing, now=now)
    rounds.schedule_rounds(drawing)
    _notify_followers(drawing, "drawing_closed", about=f"list:{entry_list.pk}")
    return entry_list


@transaction.atomic
def correct_list(
    drawing: Drawing, *, by: User, reason: str, now: datetime | None = None
) -> EntryList:
    """Correct the entries and freeze the list again, with the next number and the reason."""
    now = now or timezone.now()
    chances.wait_for_entries_in_progress()
    drawing = lock(drawing)
    if drawing.status != DrawingStatus.CLOSED:
        raise TransitionNotAllowed(
            _("Only a closed list that has not been drawn yet can be corrected.")
        )
    if now >= final_at(drawing.announced_rules):
        # The public numbers may be known by then, and a change could be made to choose a winner.
        raise TransitionNotAllowed(_("The list is final once a public number could be known."))
    if not reason.strip():
        raise NotReady([_("Explain why the list is corrected.")])
    chances.correct_entries(drawing, now=now)
    entry_list = frozen_lists.freeze(drawing, now=now, reason=reason.strip())
    record("list corrected", drawing, by=by, agency=drawing.agency, note=reason, at=now)
    _notify_followers(drawing, "drawing_closed", about=f"list:{entry_list.pk}")
    return entry_list


@transaction.atomic
def follow(drawing: Drawing, *, user: User, wants: bool) -> None:
    """Subscribe to letters about the list, the draw and changes of the rules, or unsubscribe."""
    if wants:
        Follower.objects.get_or_create(drawing=drawing, user=user)
    else:
        Follower.objects.filter(drawing=drawing, user=user).delete()


@transaction.atomic
def cancel(drawing: Drawing, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Cancel the drawing; the reason is sent to everyone who has an entry or follows it."""
    if not reason.strip():
        raise NotReady([_("Explain why the drawing is canceled.")])
    drawing = lock(drawing)
    drawing.cancelled_because = reason.strip()
    drawing.save(update_fields=["cancelled_because"])
    move(drawing, DrawingStatus.CANCELLED, by=by, note=reason, now=now)
    _notify_participants(drawing, "drawing_cancelled", about=f"drawing:{drawing.pk}")


def what_is_missing(drawing: Drawing, rules: DrawingRules | None, *, now: datetime) -> list[str]:
    """Sentences for the coordinator: why the rules cannot be announced yet. Empty if they can."""
    if drawing.status not in {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED}:
        return [_("Rules can change until the list closes, not after.")]
    if drawing.rules and drawing.rules.closes_at <= now:
        return [_("The list is closing right now. The rules stay as they are.")]
    if rules is None:
        return [_("There are no rules waiting to be announced.")]
    missing = []
    if not rules.text.strip():
        missing.append(_("Write the rules in plain language."))
    if not drawing.prizes.exists():
        missing.append(_("Add at least one prize."))
    if not rules.sources:
        missing.append(_("Name at least one public source of randomness."))
    if _known_too_early(rules):
        missing.append(_("A public number must not be known before disputes end."))
    known_by = sources.all_known_by(rules.sources)
    if known_by and rules.draws_at < known_by:
        missing.append(
            _("The draw must not take place before %(moment)s, when the last number is known.")
            % {"moment": with_zone(known_by)}
        )
    if rules.closes_at <= now:
        missing.append(_("The closing date must be in the future."))
    if rules.number > 1 and not rules.change_note.strip():
        missing.append(_("Explain what changed and why."))
    return missing


def final_at(rules: DrawingRules) -> datetime:
    """When the first public number may be known. From then on, nothing may change who can win.

    Otherwise somebody who knows the secret and the numbers could choose a winner by correcting the
    list or excluding people.
    """
    return min([rules.draws_at, *map(sources.known_from, rules.sources)])


def _known_too_early(rules: DrawingRules) -> bool:
    """Whether a public number would be known while the list can still be disputed."""
    return any(sources.known_from(source) <= rules.disputes_until for source in rules.sources)


def commitment(drawing: Drawing) -> str:
    """The hexadecimal SHA-256 of the secret, published with the announcement."""
    return hashlib.sha256(drawing.secret.encode()).hexdigest()


def lock(drawing: Drawing) -> Drawing:
    """Lock and reload the drawing. Call it first in every operation on a drawing or its prizes."""
    return lock_one(Drawing.objects.select_related("rules", "agency"), drawing.pk)


def move(
    drawing: Drawing,
    to: DrawingStatus,
    *,
    by: User | None,
    now: datetime | None,
    note: str = "",
    is_recorded: bool = True,
) -> None:
    """Check and save the move. It is recorded, unless the caller records what it is part of."""
    check_move(TRANSITIONS, DrawingStatus(drawing.status), to)
    drawing.status = to
    drawing.save(update_fields=["status"])
    if is_recorded:
        record(f"drawing {to.value}", drawing, by=by, agency=drawing.agency, note=note, at=now)


def notify_drawn(drawing: Drawing, *, number: int) -> None:
    """Write to the followers that the result is published."""
    _notify_followers(drawing, "drawing_drawn", about=f"draw:{drawing.pk}.{number}")


def _notify_participants(drawing: Drawing, kind: str, *, about: str) -> None:
    people = User.objects.filter(entries__drawing=drawing, entries__voided_at=None)
    _queue_letters(drawing, kind, people.union(_followers(drawing)), about=about)


def _notify_followers(drawing: Drawing, kind: str, *, about: str) -> None:
    _queue_letters(drawing, kind, _followers(drawing), about=about)


def _followers(drawing: Drawing) -> QuerySet[User]:
    return User.objects.filter(pk__in=Follower.objects.filter(drawing=drawing).values("user"))


def _queue_letters(drawing: Drawing, kind: str, people: QuerySet[User], *, about: str) -> None:
    now = timezone.now()
    letters = (
        Letter(
            kind,
            f"{about}:{pk}",
            email,
            language,
            context={"drawing": drawing.pk, "user": pk},
            due_at=now,
        )
        for pk, email, language in people.values_list("pk", "email", "language")
    )
    queue_emails(letters, now=now)
