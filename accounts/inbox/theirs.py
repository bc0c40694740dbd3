"""The messages of a person, to whichever of their accounts they were."""

from __future__ import annotations

from accounts.models import User
from mail.models import Message
from mail.querysets import MessageQuerySet


def messages_of(user: User) -> MessageQuerySet:
    return Message.objects.to_addresses(User.objects.same_person(user).values("email"))
