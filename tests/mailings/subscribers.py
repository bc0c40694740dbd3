"""Mailing lists and the people on them, made by the real operations."""

from __future__ import annotations

from urllib.parse import urlsplit

from mailings.lists import links
from mailings.lists import operations as lists
from mailings.models import MailingList, Subscriber, Subscription
from tests.factories import AgencyFactory

ROSA = "rosa@school.example"


def mailing_list(name="News", **fields) -> MailingList:
    fields.setdefault("agency", None)
    made = MailingList(name=name, **{**fields, "agency": fields["agency"] or AgencyFactory()})
    lists.save_list(made, by=None)
    return made


def signed_up(email=ROSA, *on: MailingList, language="en") -> Subscriber:
    lists.sign_up(email, on or [mailing_list()], language=language)
    return Subscriber.objects.get(email=email)


def subscribed(email=ROSA, *on: MailingList, language="en") -> Subscription:
    subscriber = signed_up(email, *on, language=language)
    lists.confirm(subscriber)
    return subscriber.subscriptions.order_by("-pk").first()


def path(url: str) -> str:
    return urlsplit(url).path


def leave_path(subscription: Subscription) -> str:
    return path(links.leave_url(subscription))
