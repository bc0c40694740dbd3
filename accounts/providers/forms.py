from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agency, IdentityProvider, Membership
from accounts.one_line import OneLineField
from accounts.querysets import AgencyQuerySet
from editing.forms import EditFormMixin

Kind = IdentityProvider.Kind
# SAML has a page of its own: other things are asked.
_KINDS = [choice for choice in Kind.choices if choice[0] != Kind.SAML]
GOOGLE = "https://accounts.google.com"
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
# Anybody can have an address there, so no agency can declare it.
EVERYBODYS = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com",
    "ymail.com", "aol.com", "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com",
    "gmx.com", "gmx.net", "mail.com", "zoho.com", "comcast.net", "att.net", "verizon.net",
}  # fmt: skip
# The tenant of Entra in which anybody has an account.
_EVERYBODYS_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"


class DomainForm(forms.Form):
    domain = OneLineField(
        label=gettext_lazy("Domain"),
        help_text=gettext_lazy("The part after @ in its addresses, such as alder.k12.ca.us."),
        max_length=253,
    )

    def clean_domain(self):
        domain = self.cleaned_data["domain"].lower().removeprefix("@").rstrip(".")
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            domain = ""
        if not _DOMAIN.fullmatch(domain):
            raise forms.ValidationError(_("Type a domain such as alder.k12.ca.us."))
        if domain in EVERYBODYS:
            raise forms.ValidationError(
                _("Anybody can have an address there. Declare a domain of the agency’s own.")
            )
        return domain


class NewProviderForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_KINDS, widget=forms.RadioSelect)
    name = OneLineField(
        label=gettext_lazy("Name on the button"),
        help_text=gettext_lazy("Such as “Alder Unified”."),
        max_length=60,
    )
    issuer = OneLineField(
        label=gettext_lazy("Issuer"),
        help_text=gettext_lazy(
            "An address that begins with https://. Not needed for Google. For Entra it is "
            "https://login.microsoftonline.com/, the tenant’s ID, and /v2.0. It can’t be changed "
            "later."
        ),
        max_length=300,
        required=False,
    )
    client_id = OneLineField(label=gettext_lazy("Client ID"), max_length=300)
    secret = OneLineField(
        label=gettext_lazy("Client secret"),
        help_text=gettext_lazy("It is stored encrypted and never shown again."),
        max_length=500,
    )

    def clean(self):
        data = super().clean()
        if data.get("kind") == Kind.GOOGLE:
            data["issuer"] = GOOGLE
        elif "issuer" in data and (refusal := _issuer_refusal(data.get("kind"), data["issuer"])):
            self.add_error("issuer", refusal)
        return data


def _issuer_refusal(kind: str | None, issuer: str) -> str:
    try:
        parts = urlsplit(issuer)
        is_address = parts.scheme == "https" and bool(parts.hostname) and parts.port in (None, 443)
    except ValueError:
        is_address = False
    if not is_address or parts.query or parts.fragment or parts.username is not None:
        return _("Type the address of the issuer. It begins with https:// and ends with the path.")
    if kind == Kind.ENTRA and not re.fullmatch(
        r"https://login\.microsoftonline\.(com|us)/[0-9a-f-]{36}/v2\.0", issuer
    ):
        return _(
            "Type https://login.microsoftonline.com/, then the ID of the tenant, then /v2.0. "
            "“common” would let in people of any organization."
        )
    if kind == Kind.ENTRA and _EVERYBODYS_TENANT in issuer:
        return _("Anybody can have an account in this tenant. Use that of the agency.")
    return ""


class ProviderForm(EditFormMixin, forms.Form):
    new_input = frozenset({"secret"})

    name = OneLineField(label=gettext_lazy("Name on the button"), max_length=60)
    client_id = OneLineField(label=gettext_lazy("Client ID"), max_length=300)
    secret = OneLineField(
        label=gettext_lazy("New client secret"),
        help_text=gettext_lazy("Leave it empty to keep the stored one."),
        max_length=500,
        required=False,
    )
    is_enabled = forms.BooleanField(
        label=gettext_lazy("People can sign in with it"), required=False
    )


class PlaceBelowField(forms.ModelChoiceField):
    def label_from_instance(self, agency):
        return "\N{EM SPACE}" * agency.depth + agency.name


class RuleForm(forms.Form):
    """A role for people with a claim. The places are those that the provider may give roles in."""

    claim = OneLineField(
        label=gettext_lazy("Claim"),
        help_text=gettext_lazy("Its name as the provider sends it, such as groups or department."),
        max_length=100,
    )
    value = OneLineField(
        label=gettext_lazy("Value"),
        help_text=gettext_lazy("Exactly as it is sent. In a list, one of its values is enough."),
        max_length=200,
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role, role.label.capitalize()) for role in Membership.Role],
    )
    agency = PlaceBelowField(
        Agency.objects.none(),
        label=gettext_lazy("Agency"),
        empty_label=gettext_lazy("Choose an agency"),
    )

    def __init__(self, *args, places: AgencyQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = places


class TrialForm(forms.Form):
    """What a provider sent, to see what the rules make of it. Nothing is saved."""

    claims = forms.CharField(
        label=gettext_lazy("Claims"),
        help_text=gettext_lazy("As JSON: the provider’s own pages show what it sends."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean_claims(self):
        try:
            claims = json.loads(self.cleaned_data["claims"])
        except (ValueError, RecursionError):
            claims = None
        if not isinstance(claims, dict):
            raise forms.ValidationError(
                _('This is no JSON object. It looks like {"groups": ["science"]}.')
            )
        return claims
