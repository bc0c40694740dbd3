"""Signing in with the provider of an agency: there and back."""

from __future__ import annotations

import logging
from dataclasses import asdict
from urllib.parse import quote

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.languages import current_language
from accounts.models import IdentityProvider
from accounts.one_line import one_line
from accounts.own_pages import own_page
from accounts.providers import oidc, saml
from accounts.providers.arrivals import PENDING
from accounts.providers.finding import open_providers
from accounts.providers.operations import providers as operations
from accounts.rate_limits import exceeds_rate_limit
from accounts.sign_in.sealing import unseal
from fetching.safe_fetch import Fetcher

log = logging.getLogger(__name__)
fetcher = Fetcher()
QUESTION = "sign_in_question"


@require_GET
def providers(request):
    """All ways to sign in with an agency's own account, found by name."""
    words = request.GET.get("q", "").strip()[:100]
    found = list(open_providers(words)[:51])
    context = {"providers": found[:50], "more": len(found) > 50, "words": words}
    return render(request, "accounts/providers.html", context)


@require_GET
@never_cache
def start(request, public_id):
    """Send the browser to the provider, with a question that only this browser can answer."""
    provider = _get_provider(public_id)
    if exceeds_rate_limit(request, "provider", times=300, seconds=60):
        return trouble(request, provider, status=429)
    more = {"provider": provider.pk, "next": own_page(request, request.GET.get("next", ""))}
    if provider.kind == IdentityProvider.Kind.SAML:
        asked = saml.Question.new()
        request.session[saml.QUESTION] = {**asdict(asked), **more}
        return HttpResponseRedirect(saml.address_of(provider, asked))
    question = oidc.Question.new()
    try:
        described = oidc.discover(fetcher, provider.issuer)
    except oidc.Trouble as problem:
        return explain(request, provider, problem)
    request.session[QUESTION] = {**asdict(question), **more}
    return HttpResponseRedirect(oidc.address_of(described, _client(provider), question))


@require_GET
@never_cache
def come_back(request, public_id):
    """The provider sent the browser back. The question is used up, whatever the answer."""
    provider = _get_provider(public_id)
    if provider.kind == IdentityProvider.Kind.SAML:
        raise Http404
    kept = request.session.pop(QUESTION, None) or {}
    next_page = kept.pop("next", "")
    is_asked = kept.pop("provider", None) == provider.pk
    question = oidc.Question(**kept) if is_asked else None
    client = _client(provider)
    try:
        code = oidc.check_return(question, request.GET.dict(), provider.issuer)
        described = oidc.discover(fetcher, provider.issuer)
        claims = oidc.claims_for(fetcher, described, client, question, code)
        identity = identity_of(provider, claims)
    except oidc.Trouble as problem:
        return explain(request, provider, problem)
    except oidc.NotBelieved as refused:
        log.warning("sign-in with provider %s refused: %s", provider.pk, refused)
        return trouble(request, provider, status=403)
    return let_in(request, provider, identity, next_page)


def identity_of(provider: IdentityProvider, claims: dict) -> operations.Identity:
    """What the claims say of a person. Raises NotBelieved if there is no usable address."""
    email, said = str(claims.get("email", "")), claims.get("email_verified")
    is_verified = said is True or said == "true"
    if provider.kind == IdentityProvider.Kind.ENTRA:
        # Anybody may edit their "email" there. The user name is in a domain that the tenant proved.
        email, is_verified = str(claims.get("preferred_username", "")), True
    if provider.kind == IdentityProvider.Kind.GOOGLE:
        # Without it, the account was made by a person, who may have left the domain since.
        is_verified = is_verified and claims.get("hd", "") == email.rpartition("@")[2]
    email = email.strip().lower()
    try:
        validate_email(email)
        name = one_line(str(claims.get("name", "")))[:150]
    except ValidationError:
        raise oidc.NotBelieved("no usable email address or name") from None
    return operations.Identity(claims["sub"], email, is_verified, name, claims)


def let_in(request, provider, identity, next_page):
    """Sign in a person who came from a provider of any kind: at once, or after a mailed code."""
    arrival = operations.arrive(provider, identity, language=current_language())
    if arrival.user is None:
        return redirect("account_inactive")
    redirect_to = next_page or None
    if arrival.is_confirmed:
        record_authentication(request, arrival.user, method="provider", provider=provider.pk)
        return perform_login(
            request, Login(user=arrival.user, email=arrival.address, redirect_url=redirect_to)
        )
    # The mailbox confirms. Once the code is typed, `arrivals` links the account.
    request.session[PENDING] = {
        "provider": provider.pk, "subject": identity.subject, "user": arrival.user.pk,
    }  # fmt: skip
    LoginCodeVerificationProcess.initiate(request=request, user=arrival.user, email=arrival.address)
    response = redirect("account_confirm_login_code")
    if redirect_to:
        response["Location"] += f"?next={quote(redirect_to)}"
    return response


def _get_provider(public_id) -> IdentityProvider:
    return get_object_or_404(open_providers().select_related("agency", "saml"), public_id=public_id)


def _client(provider: IdentityProvider) -> oidc.Client:
    secret = unseal(provider.sealed_secret)
    return oidc.Client(provider.issuer, provider.client_id, secret, provider.return_to)


def explain(request, provider, problem):
    log.warning("provider %s can't be used: %s", provider.pk, problem.about)
    return trouble(request, provider, status=503)


def trouble(request, provider, *, status, reason=""):
    context = {"provider": provider, "is_down": status == 503, "reason": reason}
    if request.method == "POST":  # the address of a SAML provider's answers has no page
        context["switch_language_at"] = reverse("account_login")
    return render(request, "accounts/provider_trouble.html", context, status=status)
