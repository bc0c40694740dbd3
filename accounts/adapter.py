from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.browsers import describe_browser, recognize
from accounts.known_browsers import remember_browser
from accounts.languages import set_language_cookie
from accounts.providers.arrivals import link_if_confirmed
from accounts.rate_limits import key_exceeds_rate_limit, origin_of
from accounts.sign_in.operations import note_browser
from accounts.sign_in.seen_browsers import SESSION_NAME
from accounts.sign_in_limits import Refusal, begin_try
from mail import operations as mail
from mail.no_mailbox import has_no_mailbox

# Emails that anybody can ask for, to any address.
SENT_ON_REQUEST = {
    "account_already_exists",
    "email_confirmation",
    "email_confirmation_signup",
    "invitation_key",
    "login_code",
    "password_reset_key",
    "unknown_account",
}


class AccountAdapter(DefaultAccountAdapter):
    """Our changes to how allauth handles sign-up, sign-in and passwords."""

    def send_mail(self, template_prefix, email, context):
        """Queue the email in our own table, so none is lost while the mail server is down.

        The same email is not sent over and over. Somebody who asks too often sees the usual page;
        the links of the earlier emails still work.
        """
        if self._sends_too_often(template_prefix, email):
            return
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

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """allauth tells of a changed second step after its commit, where a crash would lose it:
        `tell_of_second_step` does it before."""
        if not template_prefix.startswith("mfa/email/"):
            super().send_notification_mail(template_prefix, user, context, email)

    def tell_of_second_step(self, kind, user):
        super().send_notification_mail(f"mfa/email/{kind}", user)

    def clean_email(self, email):
        if has_no_mailbox(email.strip().lower()):
            raise ValidationError(_("Enter an address that gets email."))
        return super().clean_email(email)

    def get_http_user_agent(self, request):
        return describe_browser(super().get_http_user_agent(request))

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
        response = set_language_cookie(user.language, super().post_login(request, user, **kwargs))
        remember_browser(request, user, response)
        self._note_browser(request, user)
        link_if_confirmed(request, user)
        return response

    def is_reauthentication_required(self, *, app):
        """Somebody who just signed in sets up a second step without typing the password again."""
        records = get_authentication_records(self.request, self.request.user)
        if app == "allauth.mfa" and records:
            since = timezone.now().timestamp() - records[-1]["at"]
            if since < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
                return False
        return super().is_reauthentication_required(app=app)

    @staticmethod
    def _note_browser(request, user):
        if not request.session.session_key:  # the last stage ended without signing in
            return
        now = timezone.now()
        browser, system = recognize(request.META.get("HTTP_USER_AGENT", ""))
        noted = note_browser(
            user, session_key=request.session.session_key, browser=browser, system=system, now=now
        )
        request.session[SESSION_NAME] = {"browser": noted.pk, "seen": now.timestamp()}

    def pre_authenticate(self, request, **credentials):
        """Count the try as a wrong one until the password turns out to be right."""
        attempt = begin_try(request, credentials.get("email") or credentials.get("username", ""))
        self._try_to_sign_in = attempt
        if attempt.refusal == Refusal.PLACE:
            raise ValidationError(
                _(
                    "Too many wrong tries from here. Wait five minutes, or choose a new password "
                    "with a link that we send to your email: use “Forgot your password?”"
                )
            )
        if attempt.refusal == Refusal.ADDRESS:
            raise ValidationError(
                _(
                    "Somebody has tried many passwords for this address. To be safe, sign in with "
                    "a link that we send to your email: use “Forgot your password?”"
                )
            )

    def _rollback_login_failed_rl_usage(self):
        """Called by allauth after the password was right."""
        self._try_to_sign_in.take_back()

    def _delete_login_attempts_cached_email(self, request, **credentials):
        """Called by allauth after a reset, which signs in by itself. Counts stay."""

    def _sends_too_often(self, template_prefix, email):
        if template_prefix.rpartition("/")[2] not in SENT_ON_REQUEST:
            return False
        address = salted_hmac("email", email.lower()).hexdigest()
        here = f"email:{address}:{origin_of(self.request)}"
        return key_exceeds_rate_limit(here, times=5, seconds=600) or key_exceeds_rate_limit(
            f"email:{address}", times=60, seconds=3600
        )

    @staticmethod
    def _from_our_origin(name, value):
        """Build links on PUBLIC_ORIGIN: a forged Host header must not receive account links."""
        if not name.endswith("_url") or not isinstance(value, str):
            return value
        parts = urlsplit(value)
        return settings.PUBLIC_ORIGIN + parts._replace(scheme="", netloc="").geturl()
