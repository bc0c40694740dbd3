"""When an address cannot be opened, words say what to do next."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

BUTTON = reverse("accounts:leave_school")


def test_opening_the_address_of_a_button_is_explained(client):
    client.force_login(UserFactory())

    page = client.get(BUTTON, headers={"accept": "text/html"})

    assert page.status_code == 405
    assert page.headers["Allow"] == "POST"
    assert "Nothing has been done yet." in page.content.decode()


def test_a_program_gets_no_page_for_a_wrong_method(client):
    client.force_login(UserFactory())

    answer = client.get(BUTTON, headers={"accept": "application/json"})

    assert (answer.status_code, answer.content) == (405, b"")
