from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, Membership, SignUp, User
from accounts.signals import people_named
from audit.operations import record
from mail.operations import accept_mail


def invite_all(
    people: Iterable[tuple[str, str, str]], *, now: datetime | None = None
) -> dict[str, User]:
    """The person behind each address, by the address in lower case; who is unknown is invited.

    `people` are (address, name, language). An invited person is an account that nobody can enter
    before its mailbox has answered; the same address invited twice, also at the same moment, is
    one. An address that somebody has confirmed as a further one of theirs is theirs.
    """
    wanted = {
        email.strip().lower(): (name, language) for email, name, language in reversed([*people])
    }
    with transaction.atomic():
        known = people_at(wanted)
        if missing := sorted(wanted.keys() - known.keys()):
            invited = [
                User(
                    email=email,
                    name=wanted[email][0],
                    language=wanted[email][1],
                    password=make_password(None),
                    joined_at=None,
                    invited_at=now or timezone.now(),
                )
                for email in missing
            ]
            User.objects.bulk_create(invited, ignore_conflicts=True)
            known |= people_at(missing)
        nameless = {
            user: wanted[email][0]
            for email, user in known.items()
            if user.is_invited and not user.name and wanted[email][0]
        }
        if nameless:
            # All of them: the caller goes on to change what the others have, too.
            lock_people(known.values())
            _name_all(nameless)
    return known


def lock_people(people: Iterable[User]) -> None:
    """Whoever changes what several people have locks these first: docs/architecture.md, Locks.

    They are reread: somebody may have said their name, or moved to another address, meanwhile.
    """
    people = list(people)
    locked = User.objects.select_for_update(no_key=True).order_by("pk")
    locked = locked.filter(pk__in={user.pk for user in people})
    as_they_are = {pk: told for pk, *told in locked.values_list("pk", "email", "name", "language")}
    for user in people:
        user.email, user.name, user.language = as_they_are[user.pk]


def _name_all(names: dict[User, str]) -> None:
    """Addresses that were invited without a name have been told one since."""
    still = User.objects.filter(pk__in=[user.pk for user in names], joined_at=None, name="")
    still_nameless = set(still.values_list("pk", flat=True))
    named = [user for user in names if user.pk in still_nameless]
    for user in named:
        user.name = names[user]
    User.objects.bulk_update(named, ["name"])
    if named:
        people_named.send(sender=User, users=named)


def people_at(emails: Collection[str]) -> dict[str, User]:
    """Who is known by these addresses, which are in lower case."""
    people = {user.email: user for user in User.objects.filter(email__in=emails)}
    confirmed = EmailAddress.objects.filter(email__in=emails, verified=True)
    return people | {address.email: address.user for address in confirmed.select_related("user")}


@transaction.atomic
def sign_up_as_invited(user: User, *, name: str, password: str, language: str) -> bool:
    """Keep what was typed until the mailbox answers. False when it has done so already."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_invited:
        return False
    typed = {
        "name": name,
        "password": make_password(password),
        "language": language,
        "typed_at": timezone.now(),
    }
    SignUp.objects.update_or_create(user=user, defaults=typed)
    if not EmailAddress.objects.filter(user=user).exists():
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return True


@transaction.atomic
def join(user: User, *, keeping_password: bool = False) -> None:
    """An invited person has answered from their mailbox: the account is theirs from now.

    What they typed when they signed up takes effect. Who came by a link that asks for a password
    has chosen that one last (`keeping_password`), and has shown that the address is theirs.
    """
    fresh = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not fresh.is_invited:
        return
    was_named = bool(fresh.name)
    if not EmailAddress.objects.filter(user=fresh, verified=True).exists():
        EmailAddress.objects.update_or_create(
            user=fresh, email=fresh.email, defaults={"primary": True, "verified": True}
        )
    typed = SignUp.objects.filter(user=fresh).first()
    if typed and not keeping_password:
        fresh.name, fresh.password, fresh.language = typed.name, typed.password, typed.language
    fresh.joined_at = timezone.now()
    fresh.save(update_fields=["name", "password", "language", "joined_at"])
    SignUp.objects.filter(user=fresh).delete()
    accept_mail(fresh.email)
    if fresh.name and not was_named:
        people_named.send(sender=User, users=[fresh])
    # Who called us goes on with the person as they are now.
    for name in ("name", "password", "language", "joined_at"):
        setattr(user, name, getattr(fresh, name))


@transaction.atomic
def save_profile(user: User, *, name: str, language: str) -> None:
    """The name for certificates to come, the language of letters. Old badges stay as they are."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    was_named = bool(user.name)
    if user.name != name:
        record("name changed", user, by=user, note=f"{user.name} -> {name}")
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    if name and not was_named:
        people_named.send(sender=User, users=[user])


@transaction.atomic
def choose_school(user: User, agency: Agency | None) -> None:
    """Where somebody works, in their own word: one place, or none. Roles of trust stay untouched.

    It puts them into that school's numbers, and keeps reviewers from judging a colleague.
    """
    # Locked, so that two presses of the button do not leave two schools.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    earner = Membership.objects.filter(user=user, role=Membership.Role.EARNER)
    for left in earner.exclude(agency=agency).select_related("agency"):
        record("school left", user, by=user, agency=left.agency)
        left.delete()
    if agency and not earner.filter(agency=agency).exists():
        Membership.objects.create(user=user, agency=agency, role=Membership.Role.EARNER)
        record("school chosen", user, by=user, agency=agency)


@transaction.atomic
def give_role(user: User, agency: Agency, role: str, *, by: User) -> Membership:
    """A role holds in the agency and in those below it. Given twice, it is one."""
    membership, new = Membership.objects.get_or_create(user=user, agency=agency, role=role)
    if new:
        record("role given", user, by=by, agency=agency, note=role)
    return membership


@transaction.atomic
def take_role(membership: Membership, *, by: User) -> None:
    record("role taken", membership.user, by=by, agency=membership.agency, note=membership.role)
    membership.delete()
