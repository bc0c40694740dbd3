"""Limits on wrong secrets that lock out no school, although all of it may have one address.

Wrong tries are counted for the browser, for the user name, and for the class: a browser that throws
its cookies away is a new one each time. A browser in which somebody has signed in before is not
affected by what others try with their name. A new card sets the count of a name to zero, and a new
class code that of a class, which is never counted together with another class.
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
# Wrong tries for all names of a class from one network: a first lesson with sixty learners.
TRIES_OF_CLASS_HERE = (100, 5 * MINUTE)
TRIES_OF_CLASS_HERE_A_DAY = (400, DAY)
# From everywhere. What a network tries beyond its own limit is not counted here.
TRIES_OF_CLASS_A_DAY = (1000, DAY)

Limit = tuple[str, tuple[int, int]]


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
    limits: list[Limit] = [(f"class:browser:{browser or network}", TRIES_OF_BROWSER)]
    of_class: list[Limit] = []
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
        of_class = [
            (f"class:code:{code.pk}:{network}", TRIES_OF_CLASS_HERE),
            (f"class:code:day:{code.pk}:{network}", TRIES_OF_CLASS_HERE_A_DAY),
            (f"class:code:day:{code.pk}", TRIES_OF_CLASS_A_DAY),
        ]
    attempt = Try([])
    if not _count(attempt, limits):
        attempt.refusal = Refusal.PLACE
    elif not _count(attempt, of_class):
        attempt.refusal = Refusal.CLASS
    return attempt


def _count(attempt: Try, limits: list[Limit]) -> bool:
    """Count the try for these keys, up to the first whose limit it exceeds. False if it does."""
    for key, (times, seconds) in limits:
        attempt.counted.append(key)
        if increase(key, seconds=seconds) > times:
            return False
    return True


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
