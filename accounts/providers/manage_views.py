"""Coordinators' pages: the domains and the sign-in providers of their agencies."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.agencies.operations import Closed
from accounts.decorators import coordinators_only
from accounts.models import Agency, IdentityProvider, Membership
from accounts.permissions import can_declare_domain
from accounts.providers import oidc, saml
from accounts.providers.forms import (
    DomainForm,
    NewProviderForm,
    ProviderForm,
    RuleForm,
    TrialForm,
)
from accounts.providers.operations import providers as operations
from accounts.providers.operations import saml as saml_operations
from accounts.providers.saml_forms import SamlProviderForm
from accounts.providers.saml_reading import NotAccepted
from accounts.providers.views import identity_of
from accounts.querysets import AgencyQuerySet
from editing.views import compares_again

Role = Membership.Role


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def domains(request, slug):
    """The domains that belong to an agency. Coordinators of the agency above declare them."""
    agency = get_agency(request, slug)
    can_declare = can_declare_domain(request.user, agency)
    if request.method == "POST" and not can_declare:
        raise PermissionDenied
    form = DomainForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            operations.declare_domain(agency, form.cleaned_data["domain"], by=request.user)
        except operations.DomainTaken:
            form.add_error("domain", _("Another agency has declared this domain."))
        except Closed:
            form.add_error(None, _("This agency has closed."))
        else:
            messages.success(request, _("The domain is declared."))
            return redirect("accounts:manage_domains", slug)
    context = {
        "agency": agency,
        "form": form,
        "can_declare": can_declare,
        "domains": agency.domains.all(),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/domains.html", context, status=status)


@coordinators_only
@require_POST
def withdraw_domain(request, slug, pk):
    agency = get_agency(request, slug)
    declared = get_object_or_404(agency.domains.select_related("agency"), pk=pk)
    if not can_declare_domain(request.user, agency):
        raise PermissionDenied
    operations.withdraw_domain(declared, by=request.user)
    messages.success(request, _("The domain is no longer declared."))
    return redirect("accounts:manage_domains", slug)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request, slug):
    agency = get_agency(request, slug)
    form = NewProviderForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            provider = operations.add_provider(agency, by=request.user, **form.cleaned_data)
        except Closed:
            form.add_error(None, _("This agency has closed."))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": provider})
            return redirect("accounts:manage_provider", provider.public_id)
    status = 422 if form.errors else 200
    context = {"agency": agency, "form": form}
    return render(request, "accounts/manage/provider_new.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def provider(request, public_id):
    provider = get_provider(request, public_id)
    form_class, kind = _by_kind(provider)
    form = form_class(
        request.POST if request.method == "POST" else None, initial=kind.stored(provider)
    )
    if form.is_bound and form.is_valid():
        kind.change_provider(provider, by=request.user, edit=form.edit)
        messages.success(request, _("Saved."))
        return redirect("accounts:manage_provider", public_id)
    return _provider_page(request, provider, form=form)


@coordinators_only
@require_POST
def add_rule(request, public_id):
    provider = get_provider(request, public_id)
    form = RuleForm(request.POST, places=_places(request, provider))
    if not form.is_valid():
        return _provider_page(request, provider, rule_form=form)
    operations.add_rule(provider, by=request.user, **form.cleaned_data)
    messages.success(request, _("The rule is added. It counts from the next sign-in."))
    return redirect("accounts:manage_provider", public_id)


@coordinators_only
@require_POST
def remove_rule(request, public_id, pk):
    provider = get_provider(request, public_id)
    rule = get_object_or_404(provider.rules.select_related("provider__agency"), pk=pk)
    operations.remove_rule(rule, by=request.user)
    messages.success(request, _("The rule is removed. Roles that it gave stay."))
    return redirect("accounts:manage_provider", public_id)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def try_rules(request, public_id):
    """What would happen to somebody with these claims. Nothing is written."""
    provider = get_provider(request, public_id)
    form = TrialForm(request.POST if request.method == "POST" else None)
    context = {"provider": provider, "form": form, "is_tried": False}
    if form.is_bound and form.is_valid():
        try:
            identity = _tried(provider, form.cleaned_data["claims"])
        except (oidc.NotBelieved, NotAccepted):
            form.add_error("claims", _("There is no usable email address in these claims."))
        else:
            is_vouched_for = operations.is_vouched_for(provider, identity)
            context |= {
                "is_tried": True,
                "identity": identity,
                "is_vouched_for": is_vouched_for,
                "rules": (
                    operations.matching_rules(provider, identity.claims) if is_vouched_for else []
                ),
            }
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/provider_trial.html", context, status=status)


def _provider_page(request, provider, *, form=None, rule_form=None):
    form_class, kind = _by_kind(provider)
    form = form or form_class(initial=kind.stored(provider))
    rule_form = rule_form or RuleForm(places=_places(request, provider))
    context = {
        "provider": provider,
        "form": form,
        "rule_form": rule_form,
        "rules": [
            (rule, Role(rule.role).label) for rule in provider.rules.select_related("agency")
        ],
        "domains": provider.agency.domains.all(),
        "certificates": _certificates(provider),
    }
    status = 422 if form.errors or rule_form.errors else 200
    return render(request, "accounts/manage/provider.html", context, status=status)


def _certificates(provider):
    """When each ends, and whether it has. Only the provider's metadata says which one counts."""
    if provider.kind != IdentityProvider.Kind.SAML:
        return []
    ends = [datetime.fromisoformat(one["until"]) for one in provider.saml.certificates]
    return [(end, end < timezone.now()) for end in ends]


def _by_kind(provider):
    """The form of its details, and where they are stored and changed."""
    if provider.kind == IdentityProvider.Kind.SAML:
        return SamlProviderForm, saml_operations
    return ProviderForm, operations


def _tried(provider, claims) -> operations.Identity:
    """Raises NotBelieved or NotAccepted."""
    if provider.kind != IdentityProvider.Kind.SAML:
        return identity_of(provider, {"sub": "trial", **claims})
    attributes = {
        name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for name, value in claims.items()
    }
    return saml.identity_of(provider, attributes.get("NameID", ["trial"])[0], attributes)


def _coordinated(request) -> AgencyQuerySet:
    return Agency.objects.where_user_is(request.user, Role.COORDINATOR)


def get_agency(request, slug) -> Agency:
    return get_object_or_404(_coordinated(request).select_related("parent"), slug=slug)


def get_provider(request, public_id) -> IdentityProvider:
    mine = IdentityProvider.objects.filter(agency__in=_coordinated(request))
    return get_object_or_404(mine.select_related("agency__parent", "saml"), public_id=public_id)


def _places(request, provider) -> AgencyQuerySet:
    """Where its rules may give roles: in its part of the tree, and never at the root."""
    within = Agency.objects.within(provider.agency).filter(closed_at=None, parent__isnull=False)
    return within.in_the_order_of_the_tree()
