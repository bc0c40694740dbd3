"""How an account becomes that of a person: a sign-up or an invitation, and a confirmed address."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.links.operations import (
    link_confirmed_address,
    lock_accounts,
    unlink_whoever_joins,
    unused_accounts,
)
from accounts.models import SignUp, User
from accounts.signals import people_named
from mail.operations import allow_emails_to


@transaction.atomic
def rehearse_sign_up(*, name: str, password: str, language: str) -> None:
    """Do the work of a sign-up and take it back.

    For an address that already has an account: the answer must not come sooner than for a new one.
    """
    nobody = f"{get_random_string(32).lower()}@nobody.invalid"
    user = User.objects.create_user(nobody, password, name=name, language=language)
    user.save(update_fields=["name", "language"])
    EmailAddress.objects.create(user=user, email=nobody, primary=True)
    transaction.set_rollback(True)


@transaction.atomic
def sign_up_as_invited(user: User, *, name: str, password: str, language: str) -> bool:
    """Save what was typed until the address is confirmed. False if it already is."""
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
def accept_invitation(user: User, *, keeping_password: bool = False) -> None:
    """An invited person has confirmed their address: from now on the account is theirs.

    What they typed when they signed up takes effect, unless they have since chosen a password
    with a link sent to the address (`keeping_password`), which also confirms it.
    """
    fresh = lock_accounts(user, may_close=True)[user.pk]
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
    unlink_whoever_joins(fresh)
    allow_emails_to(fresh.email)
    if fresh.name and not was_named:
        people_named.send(sender=User, users=[fresh])
    # The caller continues with the saved values.
    for name in ("name", "password", "language", "joined_at"):
        setattr(user, name, getattr(fresh, name))


@transaction.atomic
def confirm_address(user: User, address: str) -> None:
    """This person has confirmed the address: what was awarded to it becomes readable to them."""
    address = address.lower()
    # In one order, before either is locked alone.
    lock_accounts(user, *unused_accounts([address]), may_close=True)
    accept_invitation(user)
    link_confirmed_address(user, address)
