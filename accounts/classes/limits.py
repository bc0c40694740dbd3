"""Limits on wrong secrets that lock out no class, also when a whole school has one address.

Wrong tries are counted for the browser and for the user name. So one learner uses up the tries of
one browser only, and those of one name at most. A browser in which somebody has signed in before is
not affected by what others try with their name. A new card sets the count to zero.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import get_random_string, salted_hmac

from accounts.known_browsers import known_browser_of
from accounts.models import ClassCode, ClassSignIn
from accounts.rate_limits import increase, origin_of
from accounts.sign_in_limits import DAY, MINUTE, Refusal, Try

COOKIE = "class_browser"
SALT = "accounts.classes.browser"
# Wrong tries for all names from one browser; browsers without the cookie share their network's.
TRIES_OF_BROWSER = (10, 5 * MINUTE)
# Wrong tries for one name from one network, but not from browsers that know the account.
TRIES_OF_NAME_HERE = (20, 5 * MINUTE)
TRIES_OF_NAME_HERE_A_DAY = (100, DAY)
# Wrong tries for one name in a browser that knows the account: classes share computers.
TRIES_WHERE_KNOWN_A_DAY = (50, DAY)
# Wrong tries for one name from everywhere.
TRIES_OF_NAME_A_DAY = (200, DAY)


def begin_class_try(
    request: HttpRequest, code: ClassCode, user_name: str, sign_in: ClassSignIn | None
) -> Try:
    """Count a try as a wrong one until it is taken back, and say whether it is refused."""
    known = ""
    if sign_in:
        hidden = salted_hmac("sign-in", sign_in.user.email).hexdigest()
        known = known_browser_of(request, hidden)
    browser, network = known or _browser_of(request), origin_of(request)
    name = salted_hmac(
        "class sign-in", f"{code.group_id} {user_name} {sign_in and sign_in.salt}"
    ).hexdigest()
    limits = [(f"class:browser:{browser or network}", TRIES_OF_BROWSER)]
    if known:
        limits = [
            (f"class:{name}:{known}", TRIES_OF_BROWSER),
            (f"class:day:{name}:{known}", TRIES_WHERE_KNOWN_A_DAY),
        ]
    else:
        limits += [
            (f"class:{name}:{network}", TRIES_OF_NAME_HERE),
            (f"class:day:{name}:{network}", TRIES_OF_NAME_HERE_A_DAY),
            (f"class:day:{name}", TRIES_OF_NAME_A_DAY),
        ]
    attempt = Try([])
    for key, (times, seconds) in limits:
        attempt.counted.append(key)
        if increase(key, seconds=seconds) > times:
            attempt.refusal = Refusal.PLACE
            break
    return attempt


def know_browser(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set a cookie that tells browsers of one network apart. It signs nobody in."""
    if not _browser_of(request):
        response.set_signed_cookie(
            COOKIE, get_random_string(16), salt=SALT, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip


def _browser_of(request: HttpRequest) -> str:
    try:
        return str(request.get_signed_cookie(COOKIE, "", salt=SALT))
    except signing.BadSignature:
        return ""
