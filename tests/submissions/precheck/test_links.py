"""Dead and private links are named; what is only slow, or refuses machines, is not."""

from __future__ import annotations

import pytest

from fetching.safe_fetch import Fetched, NotFetched
from submissions.models import ItemCheck
from submissions.precheck.looking import digest_of_link, outcome_of_link

Outcome = ItemCheck.Outcome
PLAN = "https://plan.example/weekly"


class Site:
    """A fetcher that gets this answer."""

    def __init__(self, answer):
        self.answer = answer

    def fetch(self, url):
        if isinstance(self.answer, NotFetched):
            raise self.answer
        status, at = self.answer if isinstance(self.answer, tuple) else (self.answer, url)
        return Fetched(at, status, b"")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (200, Outcome.FINE),
        ((200, "https://plan.example/weekly/"), Outcome.FINE),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (401, Outcome.PRIVATE),
        ((200, "https://accounts.google.com/v3/signin"), Outcome.PRIVATE),
        ((200, "https://plan.example/login?next=/weekly"), Outcome.PRIVATE),
        (403, Outcome.UNSURE),
        (429, Outcome.UNSURE),
        (500, Outcome.UNSURE),
        (NotFetched(NotFetched.SLOW), Outcome.UNSURE),
        (NotFetched(NotFetched.UNREACHABLE), Outcome.UNSURE),
        (NotFetched(NotFetched.REDIRECTS), Outcome.UNSURE),
        (NotFetched(NotFetched.PRIVATE), Outcome.GONE),
        (NotFetched(NotFetched.ADDRESS), Outcome.GONE),
        (NotFetched(NotFetched.LARGE), Outcome.FINE),
    ],
)
def test_what_an_answer_means(answer, outcome):
    assert outcome_of_link(PLAN, Site(answer)) == outcome


def test_a_page_that_is_a_sign_in_page_itself_is_evidence_like_any_other():
    assert outcome_of_link("https://plan.example/login", Site(200)) == Outcome.FINE


def test_spellings_of_one_address_are_the_same():
    same = {
        digest_of_link(url)
        for url in (PLAN, f"{PLAN}/", f"{PLAN}#top", "http://www.plan.example/weekly")
    }
    other = {digest_of_link(url) for url in (f"{PLAN}?day=1", "https://plan.example/Weekly")}

    assert len(same) == 1
    assert len(other - same) == 2
