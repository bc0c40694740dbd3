"""What an import does with each address: asked for the look first, and again when it is added."""

from __future__ import annotations

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from mail.models import MailRefusal, OutgoingEmail
from mailings.lists.operations import addresses_of_minors
from mailings.models import MailingList, NoAnnouncements, Subscription
from mailings.states import RowOutcome, SubscriptionStatus

_BY_STATUS = {
    SubscriptionStatus.CONFIRMED: RowOutcome.ALREADY,
    SubscriptionStatus.PENDING: RowOutcome.PENDING,
    SubscriptionStatus.ENDED: RowOutcome.ENDED,
}


def outcomes_of(mailing_list: MailingList, addresses: Collection[str]) -> dict[str, RowOutcome]:
    """By lower-case address. Later rules win: a minor is closed, whatever else is true."""
    found = dict.fromkeys(addresses, RowOutcome.NEW)
    refused = MailRefusal.objects.filter(email__in=addresses).values_list("email", flat=True)
    bounced = OutgoingEmail.objects.refused().filter(to__in=addresses)
    found |= dict.fromkeys([*refused, *bounced.values_list("to", flat=True)], RowOutcome.REFUSED)
    subscriptions = Subscription.objects.filter(
        mailing_list=mailing_list, subscriber__email__in=addresses
    )
    for email, status in subscriptions.values_list("subscriber__email", "status"):
        found[email] = _BY_STATUS[SubscriptionStatus(status)]
    known = EmailAddress.objects.filter(email__in=addresses, verified=True)
    wishes = NoAnnouncements.objects.filter(user__person_key=OuterRef("user__person_key"))
    wanting_none = known.filter(Exists(wishes)).values_list("email", flat=True)
    found |= dict.fromkeys(wanting_none, RowOutcome.ENDED)
    return found | dict.fromkeys(addresses_of_minors(addresses), RowOutcome.CLOSED)
