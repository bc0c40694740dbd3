"""Typed text is not lost when the session ended or the page was open for too long."""

import pytest
from allauth.account.models import EmailConfirmationHMAC
from django.test import Client
from django.urls import reverse

from tests.factories import AssignmentFactory, DraftFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return DraftFactory()


def words_for(draft):
    criterion = draft.version.criteria.first()
    return {f"criterion-{criterion.pk}-text": "Three lessons on balance, & a <debate>."}


def test_text_sent_after_the_session_ended_is_shown_for_copying(client, draft):
    page = reverse("submissions:edit", args=[draft.public_id])

    response = client.post(page, words_for(draft), headers={"Referer": f"http://testserver{page}"})

    assert response.status_code == 403
    assert "Three lessons on balance, &amp; a &lt;debate&gt;." in response.content.decode()
    assert response.context["sign_in"] == f"/account/login/?next={page}"


def test_signing_in_leads_back_to_the_page_with_the_form(client):
    assignment = AssignmentFactory()
    page = assignment.get_absolute_url()

    response = client.post(f"{page}send/", headers={"Referer": f"http://testserver{page}"})

    assert response.url == f"/account/login/?next={page}"


def test_a_first_sign_in_after_confirming_is_not_led_back_to_the_confirmation(client):
    user = UserFactory()
    user.emailaddress_set.update(verified=False)
    key = EmailConfirmationHMAC(user.emailaddress_set.get()).key
    link = reverse("account_confirm_email", args=[key])

    response = client.post(link, headers={"Referer": f"http://testserver{link}"})

    assert response.url == "/account/login/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/a", "//evil.example/a", ""])
def test_signing_in_never_leads_to_another_site(client, elsewhere):
    assignment = AssignmentFactory()
    address = f"{assignment.get_absolute_url()}send/"

    response = client.post(address, headers={"Referer": elsewhere})

    assert response.url == f"/account/login/?next={address}"


def test_text_sent_with_an_expired_csrf_token_is_shown_for_copying(draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(draft.earner)

    response = client.post(
        reverse("submissions:edit", args=[draft.public_id]),
        {**words_for(draft), "password": "my secret words"},
    )

    assert response.status_code == 403
    assert "Three lessons on balance" in response.content.decode()
    assert "my secret words" not in response.content.decode()


def test_personal_pages_are_not_cached(client):
    client.force_login(UserFactory())

    headers = {
        address: client.get(address).headers.get("Cache-Control", "")
        for address in ("/my-badges/", "/submissions/", "/account/profile/", "/")
    }

    assert all("no-store" in header for header in headers.values()), headers


def test_public_documents_can_be_cached_by_everyone(client):
    client.force_login(UserFactory())
    draft = DraftFactory()

    art = client.get(draft.version.get_art_url())
    document = client.get(f"/badge-classes/{draft.version.public_id}")

    assert "public" in art.headers["Cache-Control"]
    assert "public" in document.headers["Cache-Control"]
