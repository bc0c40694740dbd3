"""Where letters go at the moment of sending: to those who may still be written to.

In the caller's transaction. Who leaves meanwhile waits for it, because their row is locked.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from accounts.models import User
from mailings.announcements.recipients import may_be_written_to
from mailings.models import Announcement, Letter, Subscriber, Subscription
from mailings.states import LetterStatus
from postgres.row_locks import lock_all

Addresses = dict[int, tuple[str, str]]  # by the key of the letter: address and language


def addresses_of(announcement: Announcement, letters: list[Letter]) -> Addresses:
    return _of_list(letters) if announcement.is_news else _of_accounts(announcement, letters)


def _of_list(letters: list[Letter]) -> Addresses:
    keys = [letter.subscription_id for letter in letters]
    # Read first: as a part of the next statement, PostgreSQL compares each with each when it
    # doesn't know yet that the tables have grown.
    subscribers = Subscription.objects.filter(pk__in=keys).values_list("subscriber", flat=True)
    lock_all(Subscriber.objects.filter(pk__in=list(subscribers)))
    confirmed = Subscription.objects.confirmed().filter(pk__in=keys)
    found = {one.pk: one.subscriber for one in confirmed.select_related("subscriber")}
    return {
        letter.pk: (found[key].email, found[key].language)
        for letter, key in zip(letters, keys, strict=True)
        if key in found
    }


def _of_accounts(announcement: Announcement, letters: list[Letter]) -> Addresses:
    """At their main accounts. Accounts that were linked meanwhile are one person: one letter."""
    lock_all(User.objects.filter(pk__in=[letter.user_id for letter in letters]))
    of_person = announcement.letters.filter(user__person_key=OuterRef("user__person_key"))
    earlier = of_person.filter(pk__lt=OuterRef("pk")).exclude(status=LetterStatus.LEFT_OUT)
    first = Letter.objects.filter(~Exists(earlier), pk__in=[letter.pk for letter in letters])
    people = dict(first.values_list("pk", "user__person_key"))
    written_to = User.objects.filter(may_be_written_to()).in_bulk(people.values())
    return {
        letter: (written_to[person].email, written_to[person].language)
        for letter, person in people.items()
        if person in written_to
    }
