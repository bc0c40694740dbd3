from __future__ import annotations

import io
from urllib.parse import urlsplit

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sign_in.sealing import seal, unseal


class SecondStepAdapter(DefaultMFAAdapter):
    """Our changes to allauth's second step: encrypted secrets, and the names that people read."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "This code is not right. Codes of an app change every half minute: type the newest."
        ),
        "unverified_email": gettext_lazy(
            "First confirm all of your email addresses, or remove those that you don’t use."
        ),
    }

    def encrypt(self, text):
        return seal(text)

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text)

    def build_totp_svg(self, url):
        picture = io.BytesIO()
        segno.make(url, error="m", micro=False).save(
            picture, kind="svg", scale=5, border=4, light="#fff", xmldecl=False
        )
        return picture.getvalue().decode()

    def generate_authenticator_name(self, user, type):
        number = user.authenticator_set.filter(type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self):
        return {"id": urlsplit(settings.PUBLIC_ORIGIN).hostname, "name": self._get_site_name()}

    def _get_site_name(self):
        return urlsplit(settings.PUBLIC_ORIGIN).hostname
