from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.translation import get_language

from accounts.languages import speak
from mail import operations as mail


class AccountAdapter(DefaultAccountAdapter):
    """Where this site differs from the library that does sign-up, sign-in and passwords."""

    def send_mail(self, template_prefix, email, context):
        """Letters wait in our own rows, so a mail server that is down loses none."""
        context = {
            **{name: self._from_our_origin(name, value) for name, value in context.items()},
            "request": self.request,
            "email": email,
            "origin": settings.PUBLIC_ORIGIN,
        }
        context["subject"] = render_to_string(f"{template_prefix}_subject.txt", context).strip()
        message = self.render_mail(template_prefix, email, context)
        alternatives = getattr(message, "alternatives", [])
        mail.queue_written_email(
            to=email,
            language=get_language() or "en",
            subject=message.subject,
            text=message.body,
            html=alternatives[0][0] if alternatives else "",
        )

    def get_signup_redirect_url(self, request):
        """Someone new, on no errand of their own, is asked once where they work; they can skip."""
        return resolve_url("accounts:welcome")

    def send_password_reset_mail(self, user, email, context):
        """Somebody who was invited has no password to forget: the same link lets them in."""
        kind = "invitation_key" if user.is_invited else "password_reset_key"
        return self.send_mail(f"account/email/{kind}", email, context)

    def post_login(self, request, user, *, signup=False, **kwargs):
        """Pages speak the language of the profile, on every device that signs in.

        Nobody is signed in by signing up: the mailbox answers first. An invited person's may do so
        in the very moment in which somebody else signs up with their address.
        """
        if signup and request.resolver_match.url_name == "account_signup":
            logout(request)
            return self.respond_email_verification_sent(request, None)
        kwargs["signup"] = signup
        return speak(user.language, super().post_login(request, user, **kwargs))

    @staticmethod
    def _from_our_origin(name, value):
        """A link that opens an account must not lead to whatever host a request claimed."""
        if not name.endswith("_url") or not isinstance(value, str):
            return value
        parts = urlsplit(value)
        return settings.PUBLIC_ORIGIN + parts._replace(scheme="", netloc="").geturl()
