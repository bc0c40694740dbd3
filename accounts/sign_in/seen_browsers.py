"""Notes now and then that a browser is in use, in its row and in its session."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from accounts.sign_in.operations import NOTED_EVERY, see_browser

SESSION_NAME = "signed_in_browser"


def see_browser_of(request: HttpRequest) -> None:
    noted = request.session.get(SESSION_NAME)
    now = timezone.now()
    if not noted or now.timestamp() - noted["seen"] < NOTED_EVERY.total_seconds():
        return
    see_browser(noted["browser"], session_key=request.session.session_key or "", now=now)
    request.session[SESSION_NAME] = {**noted, "seen": now.timestamp()}
