"""Lists, and who is on them: people who pressed the button of a page that we mailed to them."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.rate_limits import key_exceeds_rate_limit
from audit.moves import check_move
from audit.operations import record
from editing.forms import Edit
from mail.operations import queue_email
from mailings.models import MailingList, Subscriber, Subscription
from mailings.signals import subscription_ended
from mailings.states import SUBSCRIPTION_TRANSITIONS, SubscriptionStatus
from postgres.row_locks import lock_all, lock_one
from program import operations as program

Status = SubscriptionStatus

# An address gets no more letters than these from forms that strangers can fill in. The link of the
# last letter works for a week, so strangers who use them up keep nobody from a list.
LETTERS_A_DAY = 3
DAY = timedelta(days=1)


@transaction.atomic
def save_list(
    mailing_list: MailingList,
    *,
    by: User | None,
    edit: Edit | None = None,
    now: datetime | None = None,
) -> None:
    """Save a new list, or what `edit` changed. Raises EditConflict if it was changed meanwhile."""
    is_new = mailing_list.pk is None
    changed = None
    if edit and not is_new:
        stored = lock_one(MailingList.objects.all(), mailing_list.pk)
        edit.check({field.name: field.value_from_object(stored) for field in stored._meta.fields})
        changed = list(edit.changes)
    mailing_list.save(update_fields=changed)
    act = "mailing list made" if is_new else "mailing list changed"
    record(act, mailing_list, by=by, agency=mailing_list.agency, at=now)
    program.offer_lists(MailingList.objects.open_to_everyone().exists)


@transaction.atomic
def sign_up(
    email: str, lists: Collection[MailingList], *, language: str, now: datetime | None = None
) -> None:
    """Ask the address to confirm by an email. Nothing tells the caller whether it was known.

    Minors are on no list: their address gets no letter.
    """
    now = now or timezone.now()
    if addresses_of_minors([email.strip().lower()]):
        return
    subscriber = _locked_subscriber(email.strip().lower(), language=language, since=now)
    for mailing_list in lists:
        subscription, is_new = Subscription.objects.get_or_create(
            subscriber=subscriber, mailing_list=mailing_list, defaults={"asked_at": now}
        )
        if not is_new and subscription.status == Status.ENDED:
            _move(subscription, Status.PENDING, asked_at=now, confirmed_at=None, ended_at=None,
                  imported_in=None)  # fmt: skip
    limit = f"letters-of-lists:{subscriber.pk}"
    if key_exceeds_rate_limit(limit, times=LETTERS_A_DAY, seconds=int(DAY.total_seconds())):
        return
    key = f"{subscriber.pk}:{now.isoformat()}"
    context = {"subscriber": subscriber.pk}
    queue_email("list_sign_up", key, to=subscriber.email, language=language, context=context)


def _locked_subscriber(email: str, **defaults: object) -> Subscriber:
    """In the caller's transaction. Undoing an import may delete one before it is locked."""
    while True:
        subscriber, _new = Subscriber.objects.get_or_create(email=email, defaults=defaults)
        with suppress(Subscriber.DoesNotExist):
            return lock_one(Subscriber.objects.all(), subscriber.pk)


@transaction.atomic
def confirm(subscriber: Subscriber, *, now: datetime | None = None) -> list[Subscription]:
    """Confirm what this address signed up for. A second press changes nothing.

    Returns what is confirmed now. A subscription that was ended stays ended.
    """
    lock_one(Subscriber.objects.all(), subscriber.pk)
    if addresses_of_minors([subscriber.email]):
        return []
    for subscription in subscriber.subscriptions.pending():
        _move(subscription, Status.CONFIRMED, confirmed_at=now or timezone.now())
    return list(subscriber.subscriptions.confirmed().select_related("mailing_list"))


@transaction.atomic
def end(subscription: Subscription, *, now: datetime | None = None) -> None:
    """Send no more to this address from this list. Ending it twice changes nothing."""
    lock_one(Subscriber.objects.all(), subscription.subscriber_id)
    subscription.refresh_from_db(fields=["status"])
    if subscription.status != Status.ENDED:
        _move(subscription, Status.ENDED, ended_at=now or timezone.now())
        subscription_ended.send(sender=Subscription, subscription=subscription)


def lock_subscribers_among(users: Collection[int]) -> None:
    """Of these accounts, before they are locked themselves. In the caller's transaction."""
    lock_all(Subscriber.objects.filter(email__in=_addresses_of(users)))


def _addresses_of(users: Collection[int]) -> set[str]:
    theirs = EmailAddress.objects.filter(user__in=users).values_list("email", flat=True)
    own = User.objects.filter(pk__in=users).values_list("email", flat=True)
    return {*theirs, *own}


def end_all_of(users: Collection[User], *, now: datetime) -> None:
    """They are minors from now on, or want no announcements. In the caller's transaction."""
    addresses = _addresses_of([user.pk for user in users])
    subscriptions = Subscription.objects.filter(subscriber__email__in=addresses)
    for subscription in subscriptions.exclude(status=Status.ENDED).order_by("subscriber", "pk"):
        end(subscription, now=now)


def addresses_of_minors(addresses: Collection[str]) -> set[str]:
    """Those of these lower-case addresses, also of people who have not joined yet."""
    minors = User.objects.minors()
    known = EmailAddress.objects.filter(email__in=addresses, user__in=minors)
    own = minors.filter(email__in=addresses)
    return {*known.values_list("email", flat=True), *own.values_list("email", flat=True)}


@transaction.atomic
def follow_address(was: str, to: str, *, now: datetime) -> None:
    """Somebody's address changed, and their subscriptions with it. Links in old emails still work.

    If the new address is on a list itself, it stays as it is there: a list that it ended stays
    ended. Only what waited for its confirmation is confirmed, if the old address had confirmed.
    """
    known = lock_all(Subscriber.objects.filter(email__in=[was.lower(), to.lower()]))
    by_address = {subscriber.email: subscriber for subscriber in known}
    old, new = by_address.get(was.lower()), by_address.get(to.lower())
    if old is None or old == new:
        return
    if new is None:
        old.email = to.lower()
        old.save(update_fields=["email"])
        return
    own = {one.mailing_list_id: one for one in new.subscriptions.all()}
    for subscription in old.subscriptions.all():
        mine = own.get(subscription.mailing_list_id)
        if mine is None:
            subscription.subscriber = new
            subscription.save(update_fields=["subscriber"])
        elif subscription.status != Status.ENDED:
            if subscription.status == Status.CONFIRMED and mine.status == Status.PENDING:
                _move(mine, Status.CONFIRMED, confirmed_at=now)
            _move(subscription, Status.ENDED, ended_at=now)
            subscription_ended.send(sender=Subscription, subscription=subscription)


@transaction.atomic
def change_language(subscriber: Subscriber, language: str) -> None:
    subscriber = lock_one(Subscriber.objects.all(), subscriber.pk)
    subscriber.language = language
    subscriber.save(update_fields=["language"])


def _move(subscription: Subscription, to: SubscriptionStatus, **fields: object) -> None:
    """The caller has locked the subscriber."""
    check_move(SUBSCRIPTION_TRANSITIONS, Status(subscription.status), to)
    subscription.status = to
    for name, value in fields.items():
        setattr(subscription, name, value)
    subscription.save(update_fields=["status", *fields])
