"""Emails about an account name the browser, and never repeat what a request says about itself."""

from __future__ import annotations

import pytest

from accounts.adapter import AccountAdapter
from accounts.browsers import describe_browser

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        (f"{FIREFOX} Edg/144.0", "Edge on Windows"),
        ("Call 555-0100 or sign in at https://phish.example", "an unknown browser"),
        ("Chrome/1 Call 555-0100 now", "Chrome"),
        ("", "an unknown browser"),
    ],
)
def test_a_browser_is_named_by_known_words_only(user_agent, words, rf):
    request = rf.get("/", HTTP_USER_AGENT=user_agent)

    assert describe_browser(user_agent) == words
    assert AccountAdapter().get_http_user_agent(request) == words
