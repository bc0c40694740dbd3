"""Sign-up, sign-in, addresses and passwords, as a person goes through them."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from badgeproject.cache import RedisWithMemoryFallback
from mail.models import OutgoingEmail
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

SIGNUP, LOGIN = reverse("account_signup"), reverse("account_login")
NEW = {
    "name": "  Rosa   Alvarez ",
    "email": "Rosa@School.example",
    "password1": "a long quiet river",
}


def sign_in(client, user, **extra):
    return client.post(LOGIN, {"login": user.email, "password": PASSWORD, **extra})


def test_a_new_person_signs_up_confirms_and_is_asked_once_where_they_work(client, letter_to):
    response = client.post(SIGNUP, NEW)
    assert response.url == reverse("account_email_verification_sent")
    link = letter_to("rosa@school.example")["link"]

    assert client.get(link).context["can_confirm"] is True
    response = client.post(link)

    user = User.objects.get()
    assert (user.name, user.email) == ("Rosa Alvarez", "rosa@school.example")
    assert user.emailaddress_set.get().verified is True
    assert response.url == reverse("accounts:welcome")
    assert client.get(response.url).context["user"] == user


def test_a_new_person_who_came_for_a_badge_is_sent_back_to_that_badge(client, letter_to):
    client.post(SIGNUP, {**NEW, "next": "/badges/media-balance/"})

    response = client.post(letter_to("rosa@school.example")["link"])

    assert response.url == "/badges/media-balance/"


def test_opening_the_link_is_not_enough_because_mail_scanners_open_links(client, letter_to):
    client.post(SIGNUP, NEW)

    client.get(letter_to("rosa@school.example")["link"])

    assert EmailAddress.objects.get().verified is False


def test_a_link_opened_on_another_device_confirms_without_signing_in(
    client, client_of_another_device, letter_to
):
    client.post(SIGNUP, NEW)
    link = letter_to("rosa@school.example")["link"]

    response = client_of_another_device.post(link)

    assert EmailAddress.objects.get().verified is True
    assert response.url == LOGIN
    assert "_auth_user_id" not in client_of_another_device.session


@pytest.fixture
def client_of_another_device():
    from django.test import Client

    return Client()


def test_signing_in_requires_a_confirmed_address(client):
    client.post(SIGNUP, NEW)

    response = client.post(LOGIN, {"login": "rosa@school.example", "password": NEW["password1"]})

    assert response.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session


def test_signing_up_with_a_known_address_looks_the_same_and_notifies_its_owner(client, letter_to):
    UserFactory(email="rosa@school.example")

    response = client.post(SIGNUP, NEW)

    assert response.url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    letter = letter_to("rosa@school.example")
    assert letter["subject"] == "You already have an account"
    assert letter["link"] == reverse("account_reset_password")


def test_password_resets_look_the_same_for_known_and_unknown_addresses(client, letter_to):
    known = UserFactory()
    ask = reverse("account_reset_password")

    answers = [client.post(ask, {"email": a}) for a in (known.email, "nobody@school.example")]

    assert {answer.url for answer in answers} == {reverse("account_reset_password_done")}
    assert letter_to(known.email)["subject"] == "Choose a new password"
    assert letter_to("nobody@school.example")["subject"] == "No account with this address yet"


def test_a_forgotten_password_is_replaced_with_the_link(client, letter_to):
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email})
    page = client.get(letter_to(user.email)["link"], follow=True)
    form = {"password1": "a new and longer river", "password2": "a new and longer river"}

    client.post(page.request["PATH_INFO"], form)

    user.refresh_from_db()
    assert user.check_password("a new and longer river")
    assert letter_to(user.email)["subject"] == "Your password was changed"


def test_a_used_link_says_how_to_get_a_new_one(client):
    page = client.get(reverse("account_reset_password_from_key", args=["1", "used-up"]))

    assert page.status_code == 200
    assert "This link no longer works" in page.text


def test_links_in_emails_use_the_public_origin_whatever_host_the_request_claims(
    client, letter_to, settings
):
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_ORIGIN = "https://badges.juniper.example"
    user = UserFactory()

    client.post(
        reverse("account_reset_password"), {"email": user.email}, headers={"host": "evil.example"}
    )

    letter = letter_to(user.email)
    assert "evil.example" not in letter["text"] + letter["html"]
    assert "https://badges.juniper.example/account/password/reset/key/" in letter["html"]


@pytest.mark.parametrize("name", ["Ana O'Hara & Söhne", "<b>Bold</b>"])
def test_emails_escape_html_in_the_html_part_only(client, letter_to, name):
    user = UserFactory(email="o'hara@school.example", name=name)

    client.post(reverse("account_reset_password"), {"email": user.email})

    letter = letter_to(user.email)
    assert "o'hara@school.example" in letter["text"]
    assert "o&#x27;hara@school.example" in letter["html"]


def test_a_page_in_spanish_sends_emails_in_spanish(client):
    client.cookies["django_language"] = "es"
    user = UserFactory(language="es")

    client.post(reverse("account_reset_password"), {"email": user.email})

    assert OutgoingEmail.objects.get().language == "es"
    assert '<html lang="es">' in OutgoingEmail.objects.get().context["html"]
    translation.activate("en")


def test_signing_in_sets_the_language_of_the_profile_on_this_device(client):
    response = sign_in(client, UserFactory(language="es"))

    assert response.cookies["django_language"].value == "es"


def test_sixty_teachers_behind_one_address_can_sign_in_at_once(client):
    user = UserFactory()
    for _ in range(60):
        assert sign_in(client, user).status_code == 302
        client.logout()


def test_guessing_the_password_of_one_account_is_stopped(client):
    user = UserFactory()
    for _ in range(10):
        client.post(LOGIN, {"login": user.email, "password": "guess"})

    response = sign_in(client, user)

    assert "_auth_user_id" not in client.session
    assert "Too many wrong tries from here" in response.text


def test_too_many_sign_ups_from_one_address_get_a_readable_page(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    client.post(SIGNUP, NEW)

    response = client.post(SIGNUP, NEW)

    assert response.status_code == 429
    assert "One moment, please" in response.text


def test_a_second_address_is_added_confirmed_and_made_primary(client, letter_to):
    user = UserFactory(email="rosa@old.example")
    sign_in(client, user)
    page = reverse("account_email")
    ask = client.post(page, {"email": "Rosa@New.example", "action_add": ""})
    client.post(ask.url, {"password": PASSWORD, "next": page})  # what was typed is not lost
    client.post(letter_to("rosa@new.example")["link"])

    client.post(page, {"email": "rosa@new.example", "action_primary": ""})

    user.refresh_from_db()
    assert user.email == "rosa@new.example"
    assert letter_to("rosa@old.example")["subject"] == "Your sign-in email was changed"
    client.post(page, {"email": "rosa@old.example", "action_remove": ""})
    assert [a.email for a in user.emailaddress_set.all()] == ["rosa@new.example"]


def test_another_persons_confirmed_address_cannot_be_added(client):
    UserFactory(email="ben@school.example")
    user = UserFactory()
    sign_in(client, user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(reverse("account_email"), {"email": "ben@school.example", "action_add": ""})

    assert [a.email for a in user.emailaddress_set.filter(verified=True)] == [user.email]


def test_changing_addresses_after_a_long_session_asks_for_the_password(client):
    user = UserFactory()
    client.force_login(user)  # allauth knows no recent sign-in

    response = client.post(reverse("account_email"), {"email": "x@x.example", "action_add": ""})

    assert response.url.startswith(reverse("account_reauthenticate"))
    assert user.emailaddress_set.count() == 1


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_reset_password", "account_reset_password_done",
     "account_email_verification_sent", "account_reset_password_from_key_done",
     "account_inactive"],
)  # fmt: skip
def test_every_allauth_page_for_visitors_uses_the_base_template(client, name):
    page = client.get(reverse(name))

    assert page.status_code == 200
    assert "css/app.css" in page.text
    assert page.text.count("<h1>") == 1


@pytest.mark.parametrize(
    "name",
    ["account_email", "account_change_password", "account_logout", "account_reauthenticate",
     "accounts:profile", "accounts:school", "accounts:welcome"],
)  # fmt: skip
def test_every_account_page_uses_the_base_template(client, name):
    sign_in(client, UserFactory())

    page = client.get(reverse(name))

    assert page.status_code == 200
    assert "css/app.css" in page.text
    assert page.text.count("<h1>") == 1


def test_signing_out_takes_one_press(client):
    sign_in(client, UserFactory())

    client.post(reverse("account_logout"))

    assert "_auth_user_id" not in client.session


@pytest.fixture
def cache_is_down(settings, monkeypatch):
    """No server listens at the address of the cache."""
    monkeypatch.setattr(RedisWithMemoryFallback, "away_until", 0.0)
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/1"}
    }
    cache.clear()
    yield
    cache.clear()


def test_people_can_sign_in_while_the_cache_is_down(client, cache_is_down):
    user = UserFactory()

    response = sign_in(client, user)

    assert response.status_code == 302
    assert client.get(reverse("accounts:profile")).context["user"] == user


def test_guessing_a_password_is_also_stopped_while_the_cache_is_down(client, cache_is_down):
    user = UserFactory()
    for guess in range(10):
        client.post(LOGIN, {"login": user.email, "password": f"guess {guess}"})

    response = sign_in(client, user)

    assert response.status_code != 302
    assert "_auth_user_id" not in client.session
