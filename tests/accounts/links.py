"""Accounts of one person in tests, linked as if the person had confirmed the address."""

from __future__ import annotations

from accounts.joining.operations import confirm_address
from accounts.links import operations as links
from accounts.models import AccountLink, User
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import GrantSource
from tests.factories import BadgeFactory


def link(account: User, main: User, **options) -> AccountLink:
    return links.link(account, main, by=main, source=AccountLink.Source.ADDRESS, **options)


def confirm(account: User, address: str) -> None:
    """The mailbox of the address has confirmed that it is this person's."""
    confirm_address(account, address)


def award_to(person, badge=None, key="1") -> Assertion:
    badge = badge or BadgeFactory()
    grant = Grant(person, badge.current_version, GrantSource.API, key=f"{badge.pk}:{key}")
    [outcome] = grant_all([grant], by=None)
    issue_batch(now=outcome.assertion.due_at)
    return Assertion.objects.get(pk=outcome.assertion.pk)
