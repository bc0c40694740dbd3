"""Guessing is slowed down, and nobody can lock out somebody else."""

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.rate_limits import origin_of
from mail.models import OutgoingEmail
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN, RESET = reverse("account_login"), reverse("account_reset_password")


def post(url, data, *, network, client=None):
    return (client or Client()).post(url, data, REMOTE_ADDR=network)


def sign_in(user, *, network, client=None, password=PASSWORD):
    client = client or Client()
    answer = post(
        LOGIN, {"login": user.email, "password": password}, network=network, client=client
    )
    return answer, "_auth_user_id" in client.session


def guess(user, *, network, times=10):
    for number in range(times):
        sign_in(user, network=network, password=f"guess {number}")


def guess_from_many_networks(user):
    for number in range(6):
        guess(user, network=f"10.66.0.{number}")


def test_wrong_tries_from_one_network_do_not_lock_the_owner_out_elsewhere():
    user = UserFactory()
    guess(user, network="10.0.0.1", times=70)

    assert sign_in(user, network="10.0.0.1")[1] is False
    assert sign_in(user, network="10.0.0.2")[1] is True


@pytest.mark.long
def test_wrong_tries_from_one_network_never_count_for_all_even_over_hours():
    user = UserFactory()
    for _pause in range(10):
        guess(user, network="10.0.0.1")
        for key in [key for key in _counts() if ":share:" not in key and "network" in key]:
            cache.delete(key)

    assert sign_in(user, network="10.0.0.2")[1] is True


def _counts():
    """The keys in the cache, without the prefix that Django adds."""
    client = cache._cache.get_client()
    return [key.decode().split(":", 2)[2] for key in client.keys("*sign-in*")]


def test_guessing_from_many_networks_is_stopped_for_the_address():
    user = UserFactory()
    guess_from_many_networks(user)

    answer, signed_in = sign_in(user, network="10.9.9.9")

    assert signed_in is False
    assert "Somebody has tried many passwords for this address" in answer.text
    assert RESET in answer.text


@pytest.mark.long
def test_other_people_sign_in_while_one_address_is_guessed():
    guess_from_many_networks(UserFactory())

    assert sign_in(UserFactory(), network="10.9.9.9")[1] is True


@pytest.mark.long
def test_an_unknown_address_is_refused_in_the_same_words():
    known, unknown = UserFactory(), User(email="nobody@school.example")
    for user in (known, unknown):
        guess_from_many_networks(user)
        cache.delete_many([key for key in _counts() if key.startswith("sign-in:network")])

    texts = [
        sign_in(user, network="10.9.9.9")[0].text.count("Somebody has tried many passwords")
        for user in (known, unknown)
    ]

    assert texts[0] == texts[1] > 0


@pytest.mark.long
def test_a_browser_that_signed_in_before_is_let_in_while_others_guess():
    user, browser = UserFactory(), Client()
    sign_in(user, network="10.0.0.7", client=browser)
    browser.post(reverse("account_logout"))
    guess_from_many_networks(user)
    guess(user, network="10.0.0.7", times=70)

    assert sign_in(user, network="10.0.0.7", client=browser)[1] is True


def test_a_known_browser_cannot_guess_without_end():
    user, browser = UserFactory(), Client()
    sign_in(user, network="10.0.0.7", client=browser)
    browser.post(reverse("account_logout"))
    for number in range(10):
        sign_in(user, network="10.0.0.7", client=browser, password=f"guess {number}")

    assert sign_in(user, network="10.0.0.7", client=browser)[1] is False


@pytest.mark.long
def test_a_browser_is_known_only_for_the_people_who_signed_in_with_it():
    stranger, victim, browser = UserFactory(), UserFactory(), Client()
    sign_in(stranger, network="10.0.0.7", client=browser)
    browser.post(reverse("account_logout"))
    guess_from_many_networks(victim)

    assert sign_in(victim, network="10.0.0.7", client=browser)[1] is False


@pytest.mark.long
def test_a_forged_cookie_makes_no_browser_known():
    user, browser = UserFactory(), Client()
    browser.cookies["known_browser"] = "eyJ4IjoieSJ9:1abc:forged"
    guess_from_many_networks(user)

    assert sign_in(user, network="10.0.0.7", client=browser)[1] is False


@pytest.mark.long
def test_the_link_of_an_email_always_lets_the_owner_in(letter_to):
    user, browser = UserFactory(), Client()
    guess_from_many_networks(user)
    guess(user, network="10.0.0.7", times=70)

    post(RESET, {"email": user.email}, network="10.0.0.7", client=browser)
    page = browser.get(letter_to(user.email)["link"], follow=True)
    typed = {"password1": "a new and longer river", "password2": "a new and longer river"}
    post(page.request["PATH_INFO"], typed, network="10.0.0.7", client=browser)

    assert browser.get(reverse("accounts:profile")).context["user"] == user
    browser.post(reverse("account_logout"))
    assert sign_in(user, network="10.1.1.1", client=browser, password="a new and longer river")[1]


def test_nobody_can_use_up_the_emails_of_somebody_else():
    user = UserFactory()
    for _ in range(20):
        assert post(RESET, {"email": user.email}, network="10.0.0.1").status_code == 302
    before = OutgoingEmail.objects.count()

    answer = post(RESET, {"email": user.email}, network="10.0.0.2")

    assert before == 5
    assert answer.status_code == 302
    assert OutgoingEmail.objects.count() == before + 1


@pytest.mark.parametrize("page", ["account_signup", "account_reset_password"])
def test_emails_to_unknown_and_known_addresses_are_limited_alike(page):
    counts = []
    for address in (UserFactory().email, "nobody@school.example"):
        cache.clear()
        OutgoingEmail.objects.all().delete()
        for _ in range(8):
            typed = {"email": address, "name": "Rosa", "password1": "a long quiet river"}
            post(reverse(page), typed, network="10.0.0.1")
        counts.append(OutgoingEmail.objects.count())

    assert counts == [5, 5]


@pytest.mark.long
def test_a_reset_of_the_cache_only_resets_the_limits():
    user = UserFactory()
    guess_from_many_networks(user)

    cache.clear()

    assert sign_in(user, network="10.9.9.9")[1] is True


def test_the_right_password_takes_its_try_back():
    user = UserFactory()
    for _ in range(30):
        assert sign_in(user, network="10.0.0.1")[1] is True

    counts = [key for key in _counts() if not key.endswith(":until")]  # not when they end
    assert len(counts) > 3
    assert {key: cache.get(key) for key in counts} == dict.fromkeys(counts, 0)


def test_operators_sign_in_within_the_same_limits(client):
    operator = UserFactory(is_staff=True, is_superuser=True)

    answer = client.post(reverse("admin:login"), {"username": operator.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert answer.url.startswith(LOGIN)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_network_is_an_ipv4_address_or_half_of_an_ipv6_address(address, network):
    assert origin_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network


def test_a_forged_header_does_not_change_the_network_without_a_proxy(settings):
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.7", headers={"x-forwarded-for": "198.51.100.1"}
    )

    assert origin_of(request) == "192.0.2.7"


def test_behind_a_proxy_only_its_own_word_counts(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "203.0.113.66, 198.51.100.1"}
    )

    assert origin_of(request) == "198.51.100.1"
