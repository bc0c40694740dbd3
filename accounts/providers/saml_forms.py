from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.one_line import OneLineField
from accounts.providers import saml
from accounts.providers.saml_reading import LARGEST_METADATA, NotAccepted, NotMetadata
from editing.forms import EditFormMixin
from fetching.safe_fetch import Fetcher
from sandbox.refusals import Busy, Refused, Stopped


class MetadataForm(forms.Form):
    """The provider's description of itself, read into `cleaned_data["metadata"]`."""

    metadata_address = OneLineField(
        label=gettext_lazy("Address of the metadata"),
        help_text=gettext_lazy("It begins with https://. Leave it empty if you have a file."),
        max_length=500,
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("File with the metadata"),
        help_text=gettext_lazy("XML, at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".xml,application/samlmetadata+xml,text/xml"}),
        required=False,
    )

    def __init__(self, *args, fetcher: Fetcher, **kwargs):
        super().__init__(*args, **kwargs)
        self.fetcher = fetcher

    def clean(self):
        data = super().clean()
        file, address = data.get("file"), data.get("metadata_address", "")
        if self.errors:
            return data
        if bool(file) == bool(address):
            raise forms.ValidationError(
                _("Give the metadata either as an address or as a file, not both.")
            )
        try:
            content = (
                file.read(LARGEST_METADATA + 1)
                if file
                else saml.fetch_metadata(self.fetcher, address)
            )
            data["metadata"] = saml.read_metadata(content)
        except (NotMetadata, NotAccepted) as refusal:
            self.add_error("file" if file else "metadata_address", in_words(refusal))
        except Busy:
            raise forms.ValidationError(
                _("The site is busy reading other files. Try again in a minute.")
            ) from None
        except Stopped:
            self.add_error(
                "file" if file else "metadata_address",
                _("Reading this metadata took too much time or memory."),
            )
        return data


class NewSamlProviderForm(MetadataForm):
    name = OneLineField(
        label=gettext_lazy("Name on the button"),
        help_text=gettext_lazy("Such as “Alder Unified”."),
        max_length=60,
    )
    field_order = ["name", "metadata_address", "file"]


def _attribute(label, help_text="", *, required=False):
    return OneLineField(label=label, help_text=help_text, max_length=200, required=required)


class SamlProviderForm(EditFormMixin, forms.Form):
    name = OneLineField(label=gettext_lazy("Name on the button"), max_length=60)
    email_attribute = _attribute(
        gettext_lazy("Attribute with the email address"),
        gettext_lazy("Leave it empty if the NameID is the address."),
    )
    name_attribute = _attribute(gettext_lazy("Attribute with the name"))
    roles_attribute = _attribute(
        gettext_lazy("Attribute with roles or groups"),
        gettext_lazy("Rules use it as “roles”. Every other attribute can be used by its own name."),
    )
    schools_attribute = _attribute(
        gettext_lazy("Attribute with schools"), gettext_lazy("Rules use it as “schools”.")
    )
    identifier_attribute = _attribute(
        gettext_lazy("Attribute that identifies people"),
        gettext_lazy(
            "Leave it empty to use the NameID. It has to be an identifier that never changes, "
            "so a transient NameID is not enough."
        ),
    )
    allows_unsolicited = forms.BooleanField(
        label=gettext_lazy("People can begin at the provider’s own pages"),
        help_text=gettext_lazy(
            "This program can’t tell then who asked for the sign-in: a stranger could sign "
            "somebody in to the stranger’s account. Leave it off unless you need it."
        ),
        required=False,
    )
    is_enabled = forms.BooleanField(
        label=gettext_lazy("People can sign in with it"), required=False
    )


def in_words(refusal: Refused) -> str:
    return _(refusal.message) % refusal.details if refusal.details else _(refusal.message)
