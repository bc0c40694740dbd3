"""Learners without email: their accounts, the code of their class, and new secrets.

Each change locks the agency, then the group, then its people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts.agencies.operations import lock_open
from accounts.classes.codes import hash_of, new_code, new_secret, user_name_for
from accounts.groups.operations import add_accounts, lock_group
from accounts.models import (
    ClassCode,
    ClassSignIn,
    Group,
    GroupMember,
    Membership,
    SignedInBrowser,
    User,
)
from accounts.operations import give_role
from accounts.querysets import GroupMemberQuerySet
from audit.operations import record, record_all
from mail.no_mailbox import DOMAIN, new_address
from postgres.refusals import Broken, broken

MOST_NAMES = 60


class NamesThere(Exception):
    """People of these names are in the group already."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class Card(NamedTuple):
    """What somebody gets on paper. The secret is known at this moment only."""

    name: str
    user_name: str
    secret: str

    @property
    def halves(self) -> str:
        return f"{self.secret[:3]} {self.secret[3:]}"


@transaction.atomic
def add_learners(
    group: Group, names: list[str], *, by: User, language: str, now: datetime | None = None
) -> list[Card]:
    """Make an account for each name, a member of the group who learns at its agency.

    Raises NamesThere, GroupClosed, agencies.operations.Closed.
    """
    now = now or timezone.now()
    agency = lock_open(group.agency)
    group = lock_group(group)
    there = {name.casefold() for name in _current(group).values_list("user__name", flat=True)}
    if same := [name for name in names if name.casefold() in there]:
        raise NamesThere(same)
    users = User.objects.bulk_create(
        User(
            email=new_address(), name=name, language=language, password=make_password(None),
            joined_at=now, invited_at=now,
        )
        for name in names
    )  # fmt: skip
    for user in users:
        give_role(user, agency, Membership.Role.EARNER, by=by, now=now)
    add_accounts(group, users, by=by, now=now)
    _ensure_code(group, by=by, now=now)
    return _give_cards(group, users, by=by, act="account without email made", now=now)


@transaction.atomic
def renew_cards(
    group: Group, keys: Collection[int], *, by: User, now: datetime | None = None
) -> list[Card]:
    """A new secret for those of these members who have no email; the earlier ones end.

    All of their sessions end. Raises GroupClosed.
    """
    now = now or timezone.now()
    lock_open(group.agency)
    group = lock_group(group)
    users = list(
        User.objects.select_for_update(no_key=True)
        .filter(pk__in=_without_email(group).filter(user__in=keys).values("user"))
        .order_by("pk")
    )
    if not users:
        return []
    _ensure_code(group, by=by, now=now)
    cards = _give_cards(group, users, by=by, act="class sign-in reset", now=now)
    sign_out(users)
    return sorted(cards, key=lambda card: card.name.casefold())


@transaction.atomic
def renew_code(group: Group, *, by: User, now: datetime | None = None) -> ClassCode:
    """Another code for the class; the earlier one ends. Raises GroupClosed."""
    now = now or timezone.now()
    lock_open(group.agency)
    group = lock_group(group)
    _end_code(group, by=by, now=now)
    return _make_code(group, by=by, now=now)


@transaction.atomic
def end_code(group: Group, *, by: User, now: datetime | None = None) -> None:
    """Nobody signs in with a class code until there is another one. Raises GroupClosed."""
    now = now or timezone.now()
    _end_code(lock_group(group), by=by, now=now)


@transaction.atomic
def let_instructors_add(group: Group, *, may: bool, by: User, now: datetime | None = None) -> None:
    """Whether instructors of the group add learners without email and renew cards."""
    group = lock_group(group)
    if group.instructors_add_learners == may:
        return
    group.instructors_add_learners = may
    group.save(update_fields=["instructors_add_learners"])
    act = "instructors may add learners" if may else "instructors may not add learners"
    record(act, group, by=by, agency=group.agency, at=now)


@transaction.atomic
def end_own(user: User, *, now: datetime | None = None) -> bool:
    """Somebody who has an email by now no longer signs in with a class code. False if they don't.

    Without an email they would lose their only way in, so nothing happens.
    """
    now = now or timezone.now()
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    current = ClassSignIn.objects.current().filter(user=user)
    if not user.has_email or not current.update(ended_at=now):
        return False
    record("class sign-in ended", user, by=user, at=now)
    return True


@transaction.atomic
def keep_first_language(user: User, language: str) -> str:
    """The language of a learner: at the first sign-in, that of the page, because nobody asked."""
    if User.objects.filter(pk=user.pk, last_login=None).update(language=language):
        user.language = language
    return user.language


def sign_out(users: Iterable[User]) -> None:
    """End all sessions of these people, in the caller's transaction."""
    browsers = SignedInBrowser.objects.filter(user__in=list(users))
    keys = list(browsers.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    browsers.filter(session_key__in=keys).delete()


def members_without_email(group: Group) -> Iterable[GroupMember]:
    return _without_email(group).select_related("user").order_by("user__name", "pk")


def _current(group: Group) -> GroupMemberQuerySet:
    return group.people.current().members()


def _without_email(group: Group) -> GroupMemberQuerySet:
    return _current(group).filter(user__email__endswith=f"@{DOMAIN}", user__is_active=True)


def _give_cards(
    group: Group, users: list[User], *, by: User, act: str, now: datetime
) -> list[Card]:
    known = {one.user_id: one for one in group.class_sign_ins.current().filter(user__in=users)}
    taken = set(group.class_sign_ins.values_list("user_name", flat=True))
    cards, new = [], []
    for user in users:
        sign_in = known.get(user.pk)
        if sign_in is None:
            user_name = user_name_for(user.name, taken)
            sign_in = ClassSignIn(group=group, user=user, user_name=user_name)
            taken.add(user_name)
            new.append(sign_in)
        secret = new_secret()
        sign_in.salt, sign_in.set_at = uuid4(), now
        sign_in.secret_hash = hash_of(sign_in.salt, secret)
        cards.append(Card(user.name, sign_in.user_name, secret))
    ClassSignIn.objects.bulk_create(new)
    ClassSignIn.objects.bulk_update(known.values(), ["salt", "set_at", "secret_hash"])
    acts = [(act, user, group.agency) for user in users]
    record_all(acts, by=by, at=now, note=group.name)
    return cards


def _ensure_code(group: Group, *, by: User, now: datetime) -> None:
    if not ClassCode.objects.current().filter(group=group).exists():
        _make_code(group, by=by, now=now)


def _make_code(group: Group, *, by: User, now: datetime) -> ClassCode:
    while True:
        try:
            with broken((ClassCode, "code")), transaction.atomic():
                code = ClassCode.objects.create(
                    group=group, code=new_code(), made_by=by, made_at=now
                )
        except Broken:  # as good as never: another class has this code
            continue
        record("class code made", group, by=by, agency=group.agency, at=now)
        return code


def _end_code(group: Group, *, by: User, now: datetime) -> None:
    if ClassCode.objects.filter(group=group, ended_at=None).update(ended_at=now):
        record("class code ended", group, by=by, agency=group.agency, at=now)
