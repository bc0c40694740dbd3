"""Creates a class of learners without email, whose cards anyone may use in the demo."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import NAMESPACE_DNS, uuid5

from accounts.classes import operations as classes
from accounts.classes.codes import hash_of
from accounts.groups import operations as groups
from accounts.minors import operations as minors
from accounts.models import Agency, ClassCode, ClassSignIn, Membership, User
from awarding.groups import operations as group_badges
from catalog.models import BadgeClass
from mail.no_mailbox import DOMAIN

CLASS_CODE = "DEM0C1AS"
LEARNERS = (
    ("Amaya Torres", "amayat11", "204060"),
    ("Bao Pham", "baop12", "215263"),
    ("Cleo Whitfield", "cleow13", "226466"),
    ("Diego Salas", "diegos14", "237669"),
    ("Esme Odum", "esmeo15", "248872"),
    ("Farid Nazari", "faridn16", "259075"),
)
BADGES = ("check-before-you-share", "zines")


class PrintedCard(NamedTuple):
    code: str
    user_name: str
    secret: str


def create_class(
    agency: Agency,
    badges: dict[str, BadgeClass],
    *,
    instructor: User,
    school_year: str,
    by: User,
    now: datetime,
) -> None:
    """Six children whose school marks them as minors, with their instructor."""
    begun = now - timedelta(days=20)
    group = groups.add(agency, name="Grade 6 newsroom", school_year=school_year, by=by, now=begun)
    classes.let_instructors_add(group, may=True, by=by, now=begun)
    names = [name for name, _user_name, _secret in LEARNERS]
    classes.add_learners(group, names, by=by, language="en", now=begun)
    _print_the_same_cards_each_time(group)
    places = Membership.objects.filter(agency=agency, user__name__in=names)
    minors.mark(list(places.select_related("user", "agency")), by=by, now=begun)
    groups.add_instructor(
        group, email=instructor.email, name=instructor.name, language=instructor.language,
        by=by, now=begun,
    )  # fmt: skip
    for slug in BADGES:
        if slug in badges:
            group_badges.allow(group, badges[slug], by=by, now=begun)


def printed_card() -> PrintedCard:
    """Of one learner."""
    _name, user_name, secret = LEARNERS[0]
    return PrintedCard(f"{CLASS_CODE[:4]}-{CLASS_CODE[4:]}", user_name, secret)


def _print_the_same_cards_each_time(group) -> None:
    """Real codes, secrets and invented addresses are random. These are printed with the demo."""
    ClassCode.objects.filter(group=group).update(code=CLASS_CODE)
    cards = {name: (user_name, secret) for name, user_name, secret in LEARNERS}
    sign_ins = list(ClassSignIn.objects.filter(group=group).select_related("user"))
    for sign_in in sign_ins:
        sign_in.user_name, secret = cards[sign_in.user.name]
        sign_in.secret_hash = hash_of(sign_in.salt, secret)
        address = f"{uuid5(NAMESPACE_DNS, sign_in.user.name)}@{DOMAIN}"
        User.objects.filter(pk=sign_in.user_id).update(email=address)
    ClassSignIn.objects.bulk_update(sign_ins, ["user_name", "secret_hash"])
