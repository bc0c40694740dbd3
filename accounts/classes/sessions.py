"""Sessions of people who signed in with a class code: for shared computers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils import timezone

from accounts.browsers import recognize
from accounts.models import ClassSignIn
from accounts.sign_in.operations import note_browser
from accounts.sign_in.seen_browsers import SESSION_NAME as BROWSER

SESSION_NAME = "class_sign_in"
# The browser forgets it when it closes; a browser that stays open all day is signed out, too.
LONGEST = timedelta(hours=4)
# How long pages that change how somebody signs in open after the secret was typed once more.
OPEN_FOR = timedelta(minutes=5)
# Time to fill in a page that was opened in time.
ANSWERED_WITHIN = timedelta(minutes=15)


def sign_in_to(request: HttpRequest, sign_in: ClassSignIn, *, now: datetime) -> None:
    login(request, sign_in.user, backend="accounts.backends.ModelBackend")
    request.session.set_expiry(0)
    request.session[SESSION_NAME] = {
        "sign_in": sign_in.pk, "salt": str(sign_in.salt), "until": (now + LONGEST).timestamp(),
    }  # fmt: skip
    # So that the session has a key, by which it can be ended.
    request.session.save()
    browser, system = recognize(request.META.get("HTTP_USER_AGENT", ""))
    noted = note_browser(
        sign_in.user, session_key=request.session.session_key or "",
        browser=browser, system=system, now=now,
    )  # fmt: skip
    request.session[BROWSER] = {"browser": noted.pk, "seen": now.timestamp()}


def has_ended(request: HttpRequest) -> bool:
    """Whether the sign-in of this session no longer works: closed group, new card, or too long."""
    begun = request.session.get(SESSION_NAME)
    if begun is None:
        return False
    if timezone.now().timestamp() > begun["until"]:
        return True
    usable = ClassSignIn.objects.usable()
    return not usable.filter(pk=begun["sign_in"], salt=begun["salt"]).exists()


def sign_in_of(request: HttpRequest) -> ClassSignIn | None:
    """The card with which this session began."""
    begun = request.session.get(SESSION_NAME)
    if begun is None:
        return None
    usable = ClassSignIn.objects.usable().select_related("user", "group")
    return usable.filter(pk=begun["sign_in"], salt=begun["salt"]).first()


def note_secret_typed_again(request: HttpRequest, *, now: datetime) -> None:
    request.session[SESSION_NAME] |= {"again": now.timestamp()}
    request.session.modified = True


def lacks_secret(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the secret has to be typed once more: somebody may have left the computer open."""
    begun = request.session.get(SESSION_NAME)
    if begun is None:
        return False
    within = ANSWERED_WITHIN if request.method == "POST" else OPEN_FOR
    return now.timestamp() - begun.get("again", 0) > within.total_seconds()


def leave_the_class(request: HttpRequest) -> None:
    """This session goes on without the card, until the browser closes."""
    request.session.pop(SESSION_NAME, None)
