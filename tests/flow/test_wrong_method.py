"""Responses to a GET of an address that only accepts POST."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

POST_ONLY = reverse("accounts:leave_school")


def test_opening_the_address_of_a_form_in_a_browser_shows_an_explanation(client):
    client.force_login(UserFactory())

    page = client.get(POST_ONLY, headers={"accept": "text/html"})

    assert page.status_code == 405
    assert page.headers["Allow"] == "POST"
    assert "If you pressed the button before, what it did stays." in page.content.decode()


def test_a_program_gets_an_empty_response(client):
    client.force_login(UserFactory())

    answer = client.get(POST_ONLY, headers={"accept": "application/json"})

    assert (answer.status_code, answer.content) == (405, b"")
