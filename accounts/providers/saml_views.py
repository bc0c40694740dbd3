"""Coming back from a SAML provider, and what it has to know of this program.

The provider's page posts the answer from another site, so the browser sends no session with it.
A valid answer is kept, and the browser is sent on to `finish`, where the session shows whether this
browser asked.
"""

from __future__ import annotations

import logging

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.models import IdentityProvider
from accounts.own_pages import own_page
from accounts.providers import saml
from accounts.providers.finding import open_providers
from accounts.providers.oidc import Trouble
from accounts.providers.operations import saml as saml_operations
from accounts.providers.saml_reading import NotAccepted
from accounts.providers.views import explain, let_in, trouble
from accounts.rate_limits import exceeds_rate_limit

log = logging.getLogger(__name__)
Kind = IdentityProvider.Kind


@require_GET
def metadata(request, public_id):
    """Also while the provider is switched off: it has to be set up over there first."""
    found = IdentityProvider.objects.filter(kind=Kind.SAML, agency__closed_at=None)
    text = saml.our_metadata(get_object_or_404(found, public_id=public_id))
    return HttpResponse(text, content_type="application/samlmetadata+xml")


@csrf_exempt
@require_POST
@never_cache
def answer(request, public_id):
    """The answer, checked in everything but whether this browser asked for it."""
    provider = _get_provider(public_id)
    if exceeds_rate_limit(request, "saml", times=300, seconds=60):
        return trouble(request, provider, status=429)
    try:
        said = saml.read_answer(provider, request.POST.get("SAMLResponse", ""))
        if not said["in_response_to"] and not provider.saml.allows_unsolicited:
            raise NotAccepted(saml.NOT_ASKED)
        next_page = own_page(request, request.POST.get("RelayState", ""))
        key = saml_operations.keep_answer(provider, said, next_page=next_page)
    except Trouble as problem:
        return explain(request, provider, problem)
    except NotAccepted as refusal:
        return _refuse(request, provider, refusal)
    finish_page = reverse("accounts:saml_finish", args=[provider.public_id])
    return HttpResponseRedirect(f"{finish_page}?{urlencode({'answer': key})}")


@require_GET
@never_cache
def finish(request, public_id):
    """Sign in whom the answer is about, if this very browser asked. Both are used up."""
    provider = _get_provider(public_id)
    kept = request.session.pop(saml.QUESTION, None) or {}
    next_page = kept.pop("next", "")
    is_asked = kept.pop("provider", None) == provider.pk
    question = saml.Question(**kept) if is_asked else None
    try:
        said = saml_operations.take_answer(provider, request.GET.get("answer", ""))
        saml.check_question(
            question,
            said["in_response_to"],
            allows_unsolicited=provider.saml.allows_unsolicited,
        )
        identity = saml.identity_of(provider, said["subject"], said["attributes"])
    except NotAccepted as refusal:
        return _refuse(request, provider, refusal)
    if not said["in_response_to"]:
        next_page = own_page(request, said["next_page"])
    return let_in(request, provider, identity, next_page)


def _get_provider(public_id) -> IdentityProvider:
    found = open_providers().filter(kind=Kind.SAML).select_related("agency", "saml")
    provider = get_object_or_404(found, public_id=public_id)
    if not hasattr(provider, "saml"):
        raise Http404
    return provider


def _refuse(request, provider, refusal):
    log.warning("sign-in with provider %s refused: %s", provider.pk, refusal.message)
    return trouble(request, provider, status=403, reason=_(refusal.message))
