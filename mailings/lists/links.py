"""The links in letters of lists. They carry an id, not the address, which stays out of logs.

Opening a link changes nothing, because mail scanners open every link: its page has a button.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User
from mailings.models import Subscriber, Subscription

CONFIRM_WITHIN = timedelta(days=7)
CHANGE_WITHIN = timedelta(days=365)

_confirming = signing.TimestampSigner(salt="mailings.confirm", sep=".")
_changing = signing.TimestampSigner(salt="mailings.change", sep=".")
_leaving = signing.Signer(salt="mailings.leave", sep=".")
_stopping = signing.Signer(salt="mailings.stop", sep=".")


def confirm_url(subscriber: Subscriber) -> str:
    return _url("confirm", _confirming.sign(subscriber.public_id.hex))


def yours_url(subscriber: Subscriber) -> str:
    """The page on which this address changes its language and ends lists."""
    return _url("yours", _changing.sign(subscriber.public_id.hex))


def leave_url(subscription: Subscription) -> str:
    """Ends one subscription. It never expires: a letter may be read years later."""
    value = f"{subscription.subscriber.public_id.hex}-{subscription.mailing_list_id}"
    return _url("leave", _leaving.sign(value))


def stop_url(recipient: Subscription | User) -> str:
    """Ends the emails of which this recipient has one: those of a list, or all announcements."""
    if isinstance(recipient, Subscription):
        return leave_url(recipient)
    return _url("stop", _stopping.sign(recipient.public_id.hex))


def user_to_stop(token: str) -> User | None:
    try:
        return User.objects.filter(public_id=_stopping.unsign(token)).first()
    except (signing.BadSignature, ValidationError):
        return None


def subscriber_to_confirm(token: str) -> Subscriber | None:
    return _subscriber(_confirming, token, CONFIRM_WITHIN)


def subscriber_to_change(token: str) -> Subscriber | None:
    return _subscriber(_changing, token, CHANGE_WITHIN)


def subscription_to_leave(token: str) -> Subscription | None:
    try:
        public_id, _dash, list_id = _leaving.unsign(token).partition("-")
    except signing.BadSignature:
        return None
    return (
        Subscription.objects.select_related("mailing_list", "subscriber")
        .filter(subscriber__public_id=public_id, mailing_list=int(list_id))
        .first()
    )


def _subscriber(signer: signing.TimestampSigner, token: str, within: timedelta):
    try:
        public_id = signer.unsign(token, max_age=within)
        return Subscriber.objects.filter(public_id=public_id).first()
    except (signing.BadSignature, ValidationError):
        return None


def _url(page: str, token: str) -> str:
    return settings.PUBLIC_ORIGIN + reverse(f"mailings:{page}", args=[token])
