"""A cookie by which a browser is known to have signed in to an account before.

It signs nobody in. It only keeps wrong tries from elsewhere from counting against this browser.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import get_random_string, salted_hmac

from accounts.models import User

COOKIE = "known_browser"
SALT = "accounts.known_browsers"
MAX_AGE = 365 * 24 * 3600
# Computers in staff rooms are shared; the last people are remembered.
MOST_PEOPLE = 20


def remember_browser(request: HttpRequest, user: User, response: HttpResponseBase) -> None:
    """Set the cookie for the addresses with which this person signs in."""
    known = _read(request)
    addresses = {user.email, *user.emailaddress_set.values_list("email", flat=True)}
    for address in sorted(addresses):
        hidden = salted_hmac("sign-in", address.lower()).hexdigest()
        known[hidden] = known.pop(hidden, "") or get_random_string(16)
    latest = dict(list(known.items())[-MOST_PEOPLE:])
    response.set_cookie(
        COOKIE,
        signing.dumps(latest, salt=SALT),
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_browser_of(request: HttpRequest, hidden_address: str) -> str:
    """What identifies this browser for the address; "" if nobody signed in with it here."""
    return _read(request).get(hidden_address, "")


def _read(request: HttpRequest) -> dict[str, str]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return {}
