"""Coordinators' pages that only SAML needs: adding a provider, and renewing its metadata."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.agencies.operations import Closed
from accounts.decorators import coordinators_only
from accounts.models import IdentityProvider
from accounts.providers import saml
from accounts.providers.manage_views import get_agency, get_provider
from accounts.providers.operations import saml as saml_operations
from accounts.providers.saml_forms import MetadataForm, NewSamlProviderForm, in_words
from accounts.providers.saml_reading import NotMetadata
from fetching.safe_fetch import Fetcher

fetcher = Fetcher()


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request, slug):
    """Without the optional packages, the page says what an operator has to install."""
    agency = get_agency(request, slug)
    is_installed = saml.is_installed()
    form = NewSamlProviderForm(*_posted(request, is_installed), fetcher=fetcher)
    if form.is_bound and form.is_valid():
        try:
            provider = saml_operations.add_provider(
                agency,
                name=form.cleaned_data["name"],
                metadata=form.cleaned_data["metadata"],
                metadata_address=form.cleaned_data["metadata_address"],
                by=request.user,
            )
        except Closed:
            form.add_error(None, _("This agency has closed."))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": provider})
            return redirect("accounts:manage_provider", provider.public_id)
    context = {"agency": agency, "form": form, "is_installed": is_installed}
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/saml_new.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request, public_id):
    provider = get_provider(request, public_id)
    if provider.kind != IdentityProvider.Kind.SAML:
        raise Http404
    is_installed = saml.is_installed()
    form = MetadataForm(
        *_posted(request, is_installed),
        fetcher=fetcher,
        initial={"metadata_address": provider.saml.metadata_address},
    )
    if form.is_bound and form.is_valid():
        try:
            saml_operations.renew_metadata(
                provider,
                metadata=form.cleaned_data["metadata"],
                metadata_address=form.cleaned_data["metadata_address"],
                by=request.user,
            )
        except NotMetadata as refusal:
            form.add_error(None, in_words(refusal))
        else:
            messages.success(request, _("The metadata is renewed."))
            return redirect("accounts:manage_provider", public_id)
    context = {"provider": provider, "form": form, "is_installed": is_installed}
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/saml_metadata.html", context, status=status)


def _posted(request, is_installed):
    is_posted = request.method == "POST" and is_installed
    return (request.POST, request.FILES) if is_posted else (None, None)
