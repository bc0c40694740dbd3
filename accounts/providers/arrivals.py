"""Links somebody who came from a provider, once the mailbox has confirmed them."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from accounts.models import IdentityProvider, User
from accounts.providers.operations.providers import link_account

PENDING = "sign_in_pending"


def link_if_confirmed(request: HttpRequest, user: User) -> None:
    """Called after every sign-in. A password is not enough: the code must have been typed."""
    pending = request.session.pop(PENDING, None)
    if not pending or pending["user"] != user.pk:
        return
    methods = [one.get("method") for one in get_authentication_records(request, user)]
    provider = IdentityProvider.objects.filter(pk=pending["provider"], is_enabled=True).first()
    if provider and "code" in methods:
        link_account(provider, user, subject=pending["subject"])
