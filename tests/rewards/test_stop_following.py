"""Emails to followers have a link that stops them with one press, and say why they came."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mail import unsubscribe
from mail.composing import compose
from mail.models import OutgoingEmail
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Follower
from tests.factories import UserFactory
from tests.rewards.drawing_factories import CLOSE, announced, award

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http://localhost:8000(/drawings/[\w-]+/stop-following/\S+/)")


def letter_to(person, kind: str):
    email = OutgoingEmail.objects.get(kind=kind, to=person.email)
    return compose(email)


def followed(language: str = "en"):
    drawing, follower = announced(), UserFactory(language=language)
    drawings.follow(drawing, user=follower, wants=True)
    drawings.close(drawing, now=CLOSE)
    return drawing, follower


def path_in(message) -> str:
    return LINK.search(message.body)[1]


def test_a_follower_stops_with_one_press_without_signing_in():
    _drawing, follower = followed()
    message = letter_to(follower, "drawing_closed")
    path = path_in(message)
    client = Client(enforce_csrf_checks=True)

    opened = client.get(path)
    still = Follower.objects.count()
    pressed = client.post(path, {"List-Unsubscribe": "One-Click"})
    again = client.post(path)

    assert "because you follow this drawing" in message.body
    assert path in message.alternatives[0].content
    assert message.extra_headers["List-Unsubscribe"] == f"<http://localhost:8000{path}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (opened.status_code, still) == (200, 1)
    assert "You no longer follow this drawing" in pressed.content.decode()
    assert (again.status_code, Follower.objects.count()) == (200, 0)
    assert follower.email not in opened.content.decode()


def test_the_link_stops_only_its_own_follower_and_drawing():
    drawing, follower = followed()
    other = UserFactory()
    drawings.follow(drawing, user=other, wants=True)
    elsewhere = announced()
    drawings.follow(elsewhere, user=follower, wants=True)

    Client().post(path_in(letter_to(follower, "drawing_closed")))

    left = set(Follower.objects.values_list("user", "drawing"))
    assert left == {(other.pk, drawing.pk), (follower.pk, elsewhere.pk)}


def test_a_forged_link_or_one_of_another_drawing_is_not_found():
    drawing, follower = followed()
    elsewhere = announced()
    path = path_in(letter_to(follower, "drawing_closed"))

    answers = [
        Client().post(path.replace(drawing.slug, elsewhere.slug)).status_code,
        Client().post(path[:-3] + "x/").status_code,
    ]

    assert answers == [404, 404]
    assert Follower.objects.count() == 1


def test_a_person_with_an_entry_who_does_not_follow_reads_why_and_cannot_stop():
    drawing = announced()
    entrant = award().recipient
    drawings.cancel(drawing, by=UserFactory(), reason="No sponsor.")

    message = letter_to(entrant, "drawing_cancelled")

    assert "because you have an entry in this drawing." in message.body
    assert "List-Unsubscribe" not in message.extra_headers
    assert not LINK.search(message.body)


def test_the_list_is_named_in_the_first_sentence():
    drawing, follower = followed()

    body = letter_to(follower, "drawing_closed").body

    assert body.startswith(f"The list of entries for “{drawing}” is final. It has ")


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_link_of_a_letter_to_a_sponsor_stops_nothing(client, method):
    drawing, follower = followed()
    email = OutgoingEmail.objects.get(kind="drawing_closed", to=follower.email)
    email.context = {"drawing": drawing.pk, "sponsor": 1}
    email.save()

    page = getattr(client, method)(
        f"/drawings/{drawing.slug}/stop-following/{unsubscribe.token_for(email)}/"
    )

    assert page.status_code == 404
    assert Follower.objects.filter(user=follower).exists()
