"""Who gets an announcement: of news, those who confirmed the list; of a service letter, people with
an account who did not choose to get none.

People are looked at with all their accounts, and are written to once, at their main account.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Agency, GroupMember, Membership, User
from issuing.models import Assertion
from mailings.models import Announcement, NoAnnouncements, Subscription
from mailings.states import SignedIn, SubscriptionStatus


class Recipient(NamedTuple):
    key: str
    name: str
    email: str
    language: str


def recipients_of(
    announcement: Announcement, *, now: datetime | None = None
) -> QuerySet[Subscription] | QuerySet[User]:
    """Everybody who would get it now, in the order of their rows."""
    if not announcement.is_news:
        people = _people(announcement, now or timezone.now())
        return people.filter(may_be_written_to()).order_by("pk")
    confirmed = announcement.mailing_list.subscriptions.confirmed()
    if announcement.is_filtered:
        matching = _people(announcement, now or timezone.now()).values("person_key")
        accounts = User.objects.filter(person_key__in=matching)
        addresses = EmailAddress.objects.filter(user__in=accounts, verified=True)
        confirmed = confirmed.filter(subscriber__email__in=addresses.values("email"))
    return confirmed.order_by("pk")


def may_be_written_to() -> Q:
    """Of main accounts: active, with an address, and without the wish to get no announcements."""
    refused = NoAnnouncements.objects.filter(user__person_key=OuterRef("person_key"))
    here = Q(is_active=True, joined_at__isnull=False, linked_to=None, email__contains="@")
    # No mailbox is ever at a name that ends so (RFC 2606): the account has no address.
    nowhere = Q(email__endswith=".invalid")
    return here & ~nowhere & ~Q(Exists(refused))


def in_words(found: Subscription | User) -> Recipient:
    if isinstance(found, User):
        return Recipient(found.public_id.hex, found.name, found.email, found.language)
    subscriber = found.subscriber
    return Recipient(subscriber.public_id.hex, "", subscriber.email, subscriber.language)


def with_words(found: QuerySet) -> QuerySet:
    """With what `in_words` reads."""
    return found if found.model is User else found.select_related("subscriber", "mailing_list")


def find(announcement: Announcement, key: str) -> Subscription | User | None:
    """One of those who would get it, by the key of `in_words`."""
    found = with_words(recipients_of(announcement))
    name = "public_id" if found.model is User else "subscriber__public_id"
    return found.filter(**{name: key}).first()


def is_wanted(announcement: Announcement, found: Subscription | User) -> bool:
    """Asked once more when the email leaves."""
    if isinstance(found, Subscription):
        return found.status == SubscriptionStatus.CONFIRMED
    return User.objects.filter(may_be_written_to(), pk=found.pk).exists()


def _people(announcement: Announcement, now: datetime) -> QuerySet[User]:
    """Main accounts of the people of the agency for whom each filter is true."""
    agency = announcement.agency or announcement.owner
    part = list(Agency.objects.within(agency).order_by().values_list("pk", flat=True))
    there = Membership.objects.confirmed().filter(agency__in=part)
    if announcement.role:
        there = there.filter(role=announcement.role)
    people = User.objects.filter(linked_to=None, pk__in=there.values("user__person_key"))
    if announcement.group_id:
        places = GroupMember.objects.current().filter(group=announcement.group_id)
        people = people.filter(pk__in=places.values("user__person_key"))
    return _by_activity(_by_badges(people, announcement, part), announcement, now)


def _by_badges(
    people: QuerySet[User], announcement: Announcement, part: list[int]
) -> QuerySet[User]:
    """A private badge counts only if an issuer of this part awarded it."""
    awards = Assertion.objects.issued().filter(
        Q(is_private=False) | Q(badge_class__issuer__agency__in=part),
        recipient__person_key=OuterRef("pk"),
    )
    if announcement.has_badge_id:
        people = people.filter(Exists(awards.filter(badge_class=announcement.has_badge_id)))
    if announcement.lacks_badge_id:
        people = people.filter(~Exists(awards.filter(badge_class=announcement.lacks_badge_id)))
    if announcement.pathway:
        steps = announcement.pathway.steps.values("badge_class")
        end = announcement.pathway.badge_class_id
        people = people.filter(
            Exists(awards.filter(badge_class__in=steps)), ~Exists(awards.filter(badge_class=end))
        )
    return people


def _by_activity(
    people: QuerySet[User], announcement: Announcement, now: datetime
) -> QuerySet[User]:
    if not announcement.signed_in:
        return people
    chosen = SignedIn(announcement.signed_in)
    since = now - timedelta(days=chosen.days)
    recent = User.objects.filter(last_login__gte=since, person_key=OuterRef("pk"))
    return people.filter(Exists(recent) if chosen.is_recent else ~Exists(recent))
