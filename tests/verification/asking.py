"""Asking whose badge it is: an award of Rosa, and answers of the page."""

from __future__ import annotations

from issuing.awards.operations import changes
from issuing.models import Assertion
from tests.factories import UserFactory
from tests.issuing.awards import issued_award

NAME, EMAIL = "Rosa María Álvarez-Ñúñez", "rosa@alder.example"


def hidden_award(make=issued_award, **kwargs) -> Assertion:
    return make(earner=UserFactory(name=NAME, email=EMAIL), **kwargs)


def shown_award(**kwargs) -> Assertion:
    award = hidden_award(**kwargs)
    changes.share(award, shows_name=True, items=[])
    return award


def compare(client, award, who, **headers):
    data = {"address": f"http://localhost:8000/v/{award.short_code}", "who": who}
    return client.post("/verify/recipient/", data, **headers)


def answer_to(client, award, who) -> str:
    page = compare(client, award, who)
    assert page.status_code == 200
    return {True: "yes", False: "no"}[page.context["is_match"]]


def text_of(page) -> str:
    return " ".join(page.content.decode().split())
