"""Providers of agencies, the domains they vouch for, and what follows when somebody comes from one.

A provider vouches only for addresses of its agency's declared domains, and only for people of its
part of the tree. For everybody else, the mailbox confirms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts import operations as accounts
from accounts.agencies.operations import Closed, lock_open
from accounts.joining import operations as joining
from accounts.links.operations import lock_accounts
from accounts.minors.roles import RoleRefused
from accounts.models import (
    Agency,
    AgencyDomain,
    IdentityProvider,
    Membership,
    ProviderAccount,
    SignInRule,
    User,
)
from accounts.permissions import is_within_reach
from accounts.sign_in.operations import distrust_typed_password
from accounts.sign_in.sealing import seal
from audit.operations import record
from editing.forms import Edit
from postgres.refusals import broken
from postgres.row_locks import lock_all, lock_one

Role = Membership.Role


class DomainTaken(Exception):
    """Another agency has declared this domain."""


@dataclass(frozen=True)
class Identity:
    """Somebody as a provider describes them, after all checks of the protocol."""

    subject: str
    email: str
    is_email_verified: bool
    name: str
    claims: Mapping[str, Any]


@dataclass(frozen=True)
class Arrival:
    """`user` may sign in at once, or after typing a code that is mailed to `address`."""

    user: User | None
    address: str = ""
    is_confirmed: bool = False


# --- What coordinators set up ---------------------------------------------------------------------


@transaction.atomic
def declare_domain(agency: Agency, domain: str, *, by: User, now: datetime | None = None) -> None:
    """Say that addresses of this domain belong to the agency. Raises DomainTaken or Closed."""
    agency = lock_open(agency)
    with broken((AgencyDomain, "domain"), means=DomainTaken), transaction.atomic():
        _declared, new = AgencyDomain.objects.get_or_create(
            domain=domain, agency=agency, defaults={"declared_at": now or timezone.now()}
        )
    if new:
        record("domain declared", agency, by=by, agency=agency, note=domain, at=now)


@transaction.atomic
def withdraw_domain(declared: AgencyDomain, *, by: User, now: datetime | None = None) -> None:
    count, _ = AgencyDomain.objects.filter(pk=declared.pk).delete()
    if count:
        agency = declared.agency
        record("domain withdrawn", agency, by=by, agency=agency, note=declared.domain, at=now)


@transaction.atomic
def add_provider(
    agency: Agency,
    *,
    kind: str,
    name: str,
    issuer: str,
    client_id: str,
    secret: str,
    by: User,
    now: datetime | None = None,
) -> IdentityProvider:
    """Raises Closed."""
    agency = lock_open(agency)
    provider = IdentityProvider.objects.create(
        agency=agency,
        kind=kind,
        name=name,
        issuer=issuer,
        client_id=client_id,
        sealed_secret=seal(secret),
    )
    record("sign-in provider added", agency, by=by, agency=agency, note=name, at=now)
    return provider


def stored(provider: IdentityProvider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "client_id": provider.client_id,
        "is_enabled": provider.is_enabled,
    }


@transaction.atomic
def change_provider(
    provider: IdentityProvider, *, by: User, edit: Edit, now: datetime | None = None
) -> None:
    """A blank secret keeps the stored one. Raises EditConflict."""
    provider = lock_one(IdentityProvider.objects.select_related("agency"), provider.pk)
    edit.check(stored(provider))
    changes = dict(edit.changes)
    if secret := changes.pop("secret", ""):
        changes["sealed_secret"] = seal(secret)
    if not changes:
        return
    for field, value in changes.items():
        setattr(provider, field, value)
    provider.save(update_fields=[*changes])
    note = f"{provider.name}: {', '.join(name.removeprefix('sealed_') for name in sorted(changes))}"
    agency = provider.agency
    record("sign-in provider changed", agency, by=by, agency=agency, note=note, at=now)


@transaction.atomic
def add_rule(
    provider: IdentityProvider, *, claim: str, value: str, role: str, agency: Agency, by: User
) -> None:
    """Adding the same rule twice has no effect."""
    rule, new = SignInRule.objects.get_or_create(
        provider=provider, claim=claim, value=value, role=role, agency=agency
    )
    if new:
        record(
            "rule for roles added", provider.agency, by=by, agency=provider.agency, note=str(rule)
        )


@transaction.atomic
def remove_rule(rule: SignInRule, *, by: User) -> None:
    note, agency = str(rule), rule.provider.agency
    if SignInRule.objects.filter(pk=rule.pk).delete()[0]:
        record("rule for roles removed", agency, by=by, agency=agency, note=note)


# --- What a rule says -----------------------------------------------------------------------------


def matching_rules(provider: IdentityProvider, claims: Mapping[str, Any]) -> list[SignInRule]:
    """The rules that these claims meet and that this provider may follow now.

    Never at the root, never outside the provider's part of the tree, never in a closed agency: the
    tree may have changed since the rule was written.
    """
    within = Agency.objects.within(provider.agency).filter(closed_at=None, parent__isnull=False)
    rules = SignInRule.objects.filter(provider=provider, agency__in=within)
    return [rule for rule in rules.select_related("agency") if _is_met(rule, claims)]


def _is_met(rule: SignInRule, claims: Mapping[str, Any]) -> bool:
    said = claims.get(rule.claim)
    values = said if isinstance(said, list) else [said]
    return rule.value in {str(value) for value in values if isinstance(value, (str, int))}


# --- What follows when somebody arrives ----------------------------------------------------------


def is_vouched_for(provider: IdentityProvider, identity: Identity) -> bool:
    """Whether the provider may speak for this address: verified, and of a declared domain."""
    domain = identity.email.rpartition("@")[2]
    declared = AgencyDomain.objects.filter(agency=provider.agency_id, domain=domain)
    return identity.is_email_verified and declared.exists()


@transaction.atomic
def arrive(
    provider: IdentityProvider, identity: Identity, *, language: str, now: datetime | None = None
) -> Arrival:
    """Find or invite the person, and say whether the provider's word is enough for them.

    If it is, they are linked, their address counts as confirmed, and the rules give their roles.
    """
    now = now or timezone.now()
    # Agencies are locked before people.
    places = [rule.agency_id for rule in matching_rules(provider, identity.claims)]
    lock_all(Agency.objects.filter(pk__in=places))
    known = ProviderAccount.objects.filter(provider=provider, subject=identity.subject)
    link = known.select_related("user").first()
    user = link.user if link else _person_at(identity.email)
    if user is None:
        found = accounts.find_or_invite([(identity.email, identity.name, language)], now=now)
        user = found[identity.email]
    # With what is linked to it, which a confirmed address may change.
    user = lock_accounts(user, may_close=True)[user.pk]
    if not user.is_active:
        return Arrival(None)
    address = identity.email if _has_address(user, identity.email) else user.email
    is_confirmed = (
        is_vouched_for(provider, identity)
        and is_within_reach(user, provider.agency)
        # The provider may have given the address of somebody who left to somebody new.
        and (link is not None or not user.provider_accounts.filter(provider=provider).exists())
    )
    if is_confirmed:
        if address == identity.email:
            _confirm_address(user, address)
        link_account(provider, user, subject=identity.subject, now=now)
        _follow_rules(provider, user, identity.claims, now=now)
    return Arrival(user, address, is_confirmed)


@transaction.atomic
def link_account(
    provider: IdentityProvider, user: User, *, subject: str, now: datetime | None = None
) -> None:
    """Know this person by the provider's name for them from now on."""
    now = now or timezone.now()
    _link, new = ProviderAccount.objects.get_or_create(
        provider=provider, subject=subject, defaults={"user": user, "linked_at": now}
    )
    if new:
        agency = provider.agency
        record("provider linked", user, by=user, agency=agency, note=provider.name, at=now)


def _person_at(email: str) -> User | None:
    """A person who confirmed the address comes before one who only typed it."""
    confirmed = User.objects.filter(emailaddress__email=email, emailaddress__verified=True)
    return confirmed.first() or User.objects.filter(email=email).first()


def _has_address(user: User, email: str) -> bool:
    confirmed = EmailAddress.objects.filter(user=user, email=email, verified=True)
    return user.email == email or confirmed.exists()


def _confirm_address(user: User, address: str) -> None:
    """The provider has shown whose mailbox it is, as a mailed code would have."""
    if user.is_invited:
        joining.accept_invitation(user, keeping_password=True)
    if EmailAddress.objects.filter(user=user, email=address, verified=True).exists():
        return
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        distrust_typed_password(user)
    EmailAddress.objects.update_or_create(
        user=user,
        email=address,
        defaults={"verified": True, "primary": address == user.email},
    )


def _follow_rules(
    provider: IdentityProvider, user: User, claims: Mapping[str, Any], *, now: datetime
) -> None:
    """Give roles that the person never had: what a coordinator took stays taken."""
    for rule in matching_rules(provider, claims):
        had = Membership.objects.filter(user=user, agency=rule.agency, role=rule.role)
        if had.exclude(role=Role.EARNER, ended_at=None, confirmed_at=None).exists():
            continue
        works_elsewhere = Membership.objects.current().workplaces().filter(user=user)
        if rule.role == Role.EARNER and works_elsewhere.exclude(agency=rule.agency).exists():
            continue
        try:
            accounts.give_role(user, rule.agency, rule.role, by=user, now=now)
        except (Closed, RoleRefused):
            continue
        record(
            "role given at sign-in", user, by=user, agency=rule.agency,
            note=f"{rule.role}: {provider.name}", at=now,
        )  # fmt: skip
