"""Sessions that began with a class code end with the class, a new card, and after some hours.

Computers of a class are shared: pages on which people change how they sign in ask for the secret
number again.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.classes.sessions import has_ended, lacks_secret

# Addresses and passwords, apps and keys of a second step, and the end of the card or the account.
ASKS_AGAIN = {
    "account_email",
    "account_set_password",
    "account_change_password",
    "accounts:class_end",
    "privacy:closing",
}
ASKS_AGAIN_PREFIX = "mfa_"


def end_class_sessions(get_response):
    def middleware(request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES and has_ended(request):
            logout(request)
            messages.info(request, _("You are signed out. Sign in again with your card."))
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        name = request.resolver_match.view_name
        if name not in ASKS_AGAIN and not name.startswith(ASKS_AGAIN_PREFIX):
            return None
        if not lacks_secret(request, now=timezone.now()):
            return None
        if request.user.closes_at:  # the one page that is left, which changes nothing by itself
            return None
        only_button = name == "accounts:class_end"
        after = reverse("accounts:profile") if only_button else request.get_full_path()
        return redirect(f"{reverse('accounts:class_again')}?{urlencode({'next': after})}")

    middleware.process_view = process_view
    return middleware
