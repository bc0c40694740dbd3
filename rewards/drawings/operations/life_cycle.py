"""The life of a drawing up to the draw: announced, closed, corrected, or called off."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.moves import TransitionNotAllowed, check_move
from audit.operations import record
from mail.operations import Letter, queue_emails
from rewards.chances import frozen_lists
from rewards.chances import operations as chances
from rewards.drand import operations as rounds
from rewards.models import Drawing, DrawingRules, EntryList, Follower
from rewards.states import TRANSITIONS, DrawingStatus


class NotReady(Exception):
    """Something is missing or too early. `missing` holds a sentence for each."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(" ".join(missing))
        self.missing = list(missing)


@transaction.atomic
def announce(drawing: Drawing, *, by: User, now: datetime | None = None) -> None:
    """Publish the rules and the digest of the secret. From here on both are frozen.

    For a drawing that was announced before, this is a new version of its rules: the entries are
    brought in step with it, and everyone who has one or follows the drawing is told.
    """
    now = now or timezone.now()
    chances.wait_for_those_on_their_way()
    drawing = lock(drawing)
    rules = drawing.rules_versions.filter(announced_at=None).first()
    missing = what_is_missing(drawing, rules, now=now)
    if missing or rules is None:
        raise NotReady(missing)
    again = drawing.status == DrawingStatus.ANNOUNCED
    rules.announced_at = now
    rules.save(update_fields=["announced_at"])
    drawing.rules = rules
    drawing.status = DrawingStatus.ANNOUNCED
    drawing.save(update_fields=["rules", "status"])
    chances.bring_in_step(drawing, now=now)
    record(
        f"drawing announced, rules {rules.number}", drawing, by=by, agency=drawing.agency, at=now
    )
    if again:
        _tell_everyone(drawing, "drawing_rules_changed", about=f"rules:{rules.pk}")


@transaction.atomic
def close(drawing: Drawing, *, by: User | None = None, now: datetime | None = None) -> EntryList:
    """Freeze the list and publish it with its digest. The schedule does this at the stated time."""
    now = now or timezone.now()
    chances.wait_for_those_on_their_way()
    drawing = lock(drawing)
    if now < drawing.announced_rules.closes_at:
        raise NotReady([_("According to the rules, the list closes later.")])
    move(drawing, DrawingStatus.CLOSED, by=by, now=now)
    entry_list = frozen_lists.freeze(drawing, now=now)
    rounds.await_rounds(drawing)
    _tell_followers(drawing, "drawing_closed", about=f"list:{entry_list.pk}")
    return entry_list


@transaction.atomic
def correct_list(
    drawing: Drawing, *, by: User, reason: str, now: datetime | None = None
) -> EntryList:
    """A dispute is upheld: freeze the list again, under the next number and with the reason.

    What was missing by the rules in force comes in, and what should not be there goes.
    """
    now = now or timezone.now()
    chances.wait_for_those_on_their_way()
    drawing = lock(drawing)
    if drawing.status != DrawingStatus.CLOSED:
        raise TransitionNotAllowed(
            _("Only a closed list that has not been drawn yet can be corrected.")
        )
    if now >= final_at(drawing.announced_rules):
        # By now the public numbers may be known: a list that changes after them is worth nothing.
        raise TransitionNotAllowed(_("The list is final once a public number could be known."))
    if not reason.strip():
        raise NotReady([_("Explain why the list is corrected.")])
    chances.mend(drawing, now=now)
    entry_list = frozen_lists.freeze(drawing, now=now, reason=reason.strip())
    record("list corrected", drawing, by=by, agency=drawing.agency, note=reason, at=now)
    _tell_followers(drawing, "drawing_closed", about=f"list:{entry_list.pk}")
    return entry_list


@transaction.atomic
def follow(drawing: Drawing, *, user: User, wants: bool) -> None:
    """Letters about this drawing: the list, a change of the rules, the draw."""
    if wants:
        Follower.objects.get_or_create(drawing=drawing, user=user)
    else:
        Follower.objects.filter(drawing=drawing, user=user).delete()


@transaction.atomic
def cancel(drawing: Drawing, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Call it off, with a reason that everyone who has a chance is told."""
    if not reason.strip():
        raise NotReady([_("Explain why the drawing is canceled.")])
    drawing = lock(drawing)
    drawing.cancelled_because = reason.strip()
    drawing.save(update_fields=["cancelled_because"])
    move(drawing, DrawingStatus.CANCELLED, by=by, note=reason, now=now)
    _tell_everyone(drawing, "drawing_cancelled", about=f"drawing:{drawing.pk}")


def what_is_missing(drawing: Drawing, rules: DrawingRules | None, *, now: datetime) -> list[str]:
    """Sentences for the coordinator: what must be there before the rules can be announced."""
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
        missing.append(_("A public number must be from a day after disputes end."))
    if rounds.come_before_the_draw(rules):
        missing.append(_("A drand round must not come before the draw. Save the rules again."))
    if rules.closes_at <= now:
        missing.append(_("The closing date must be in the future."))
    if rules.number > 1 and not rules.change_note.strip():
        missing.append(_("Explain what changed and why."))
    return missing


def final_at(rules: DrawingRules) -> datetime:
    """From here on the first public number may be known, so nothing about who can win changes.

    Whoever knows the secret, too, could otherwise pick a winner by what is corrected or excluded.
    """
    return min([rules.draws_at, *(_known_from(source) for source in rules.sources)])


def _known_too_early(rules: DrawingRules) -> bool:
    """Whether a number could be known while the list can still be disputed."""
    last = timezone.localdate(rules.disputes_until)
    typed = [source for source in rules.sources if source["kind"] != "drand"]
    return any(date.fromisoformat(source["when"]) <= last for source in typed)


def _known_from(source: dict) -> datetime:
    if source["kind"] == "drand":
        return datetime.fromisoformat(source["at"])
    return timezone.make_aware(datetime.combine(date.fromisoformat(source["when"]), time.min))


def commitment(drawing: Drawing) -> str:
    """The SHA-256 of the secret, published at the announcement, in hexadecimal."""
    return hashlib.sha256(drawing.secret.encode()).hexdigest()


def lock(drawing: Drawing) -> Drawing:
    """Lock and reread. Every operation on a drawing or its prizes begins here."""
    return (
        Drawing.objects.select_for_update(no_key=True, of=["self"])
        .select_related("rules", "agency")
        .get(pk=drawing.pk)
    )


def move(
    drawing: Drawing, to: DrawingStatus, *, by: User | None, now: datetime | None, note: str = ""
) -> None:
    check_move(TRANSITIONS, DrawingStatus(drawing.status), to)
    drawing.status = to
    drawing.save(update_fields=["status"])
    record(f"drawing {to.value}", drawing, by=by, agency=drawing.agency, note=note, at=now)


def tell_drawn(drawing: Drawing, *, number: int) -> None:
    """The result is published; those who follow the drawing read of it."""
    _tell_followers(drawing, "drawing_drawn", about=f"draw:{drawing.pk}.{number}")


def _tell_everyone(drawing: Drawing, kind: str, *, about: str) -> None:
    people = User.objects.filter(entries__drawing=drawing, entries__voided_at=None)
    _write(drawing, kind, people.union(_followers(drawing)), about=about)


def _tell_followers(drawing: Drawing, kind: str, *, about: str) -> None:
    _write(drawing, kind, _followers(drawing), about=about)


def _followers(drawing: Drawing) -> QuerySet[User]:
    return User.objects.filter(pk__in=Follower.objects.filter(drawing=drawing).values("user"))


def _write(drawing: Drawing, kind: str, people: QuerySet[User], *, about: str) -> None:
    now, context = timezone.now(), {"drawing": drawing.pk}
    letters = (
        Letter(kind, f"{about}:{pk}", email, language, context, due_at=now)
        for pk, email, language in people.values_list("pk", "email", "language")
    )
    queue_emails(letters, now=now)
