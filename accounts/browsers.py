"""Names the browser of a request by what it says, without repeating what it says."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first mark that is found counts: many browsers also name the ones that they resemble.
_BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "FxiOS": "Firefox",
    "Firefox/": "Firefox", "CriOS": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "ChromeOS",
    "Windows": "Windows", "Mac OS X": "macOS", "Linux": "Linux",
}  # fmt: skip


def recognize(user_agent: str) -> tuple[str, str]:
    """The names of the browser and the system; "" for those that are not known."""
    browser, system = (
        next((name for mark, name in names.items() if mark in user_agent), "")
        for names in (_BROWSERS, _SYSTEMS)
    )
    return browser, system


def describe_browser(user_agent: str) -> str:
    """“Firefox on Windows”. The header is anybody's text, which an email must not pass on."""
    return in_words(*recognize(user_agent))


def in_words(browser: str, system: str) -> str:
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown browser")
