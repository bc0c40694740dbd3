from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.translation import get_language

from accounts.languages import set_language_cookie
from mail import operations as mail


class AccountAdapter(DefaultAccountAdapter):
    """Our changes to how allauth handles sign-up, sign-in and passwords."""

    def send_mail(self, template_prefix, email, context):
        """Queue the email in our own table, so none is lost while the mail server is down."""
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
        """Ask new people once where they work, unless they came for something else."""
        return resolve_url("accounts:welcome")

    def send_password_reset_mail(self, user, email, context):
        """Invited people have no password yet; the same link lets them choose their first one."""
        kind = "invitation_key" if user.is_invited else "password_reset_key"
        return self.send_mail(f"account/email/{kind}", email, context)

    def post_login(self, request, user, *, signup=False, **kwargs):
        """Show pages in the language of the profile, on every device that signs in.

        Signing up never signs in: the address has to be confirmed first. Without this check, a
        stranger who signs up with an invited person's address could get in at the very moment in
        which that person confirms it.
        """
        if signup and request.resolver_match.url_name == "account_signup":
            logout(request)
            return self.respond_email_verification_sent(request, None)
        kwargs["signup"] = signup
        return set_language_cookie(user.language, super().post_login(request, user, **kwargs))

    @staticmethod
    def _from_our_origin(name, value):
        """Build links on PUBLIC_ORIGIN: a forged Host header must not receive account links."""
        if not name.endswith("_url") or not isinstance(value, str):
            return value
        parts = urlsplit(value)
        return settings.PUBLIC_ORIGIN + parts._replace(scheme="", netloc="").geturl()
