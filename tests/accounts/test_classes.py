"""Learners without email are added by name, and sign in with the code of their class."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.agencies import operations as agencies
from accounts.classes import operations as classes
from accounts.classes.codes import user_name_for
from accounts.classes.forms import NewLearnersForm
from accounts.classes.sessions import SESSION_NAME
from accounts.groups import operations as groups
from accounts.models import Agency, ClassSignIn, Membership, MinorMark, User
from accounts.permissions import is_minor
from accounts.school_years import operations as years
from audit.models import AuditEntry
from tests.accounts.classes import (
    class_of,
    code_of,
    coordinator_of,
    learner_of,
    learner_without_email,
    sign_in,
)
from tests.factories import AgencyFactory, SchoolFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


def address(group, name="", *, instructor=False):
    who = "class" if instructor else "manage_class"
    return reverse(f"accounts:{who}{name}", args=[group.public_id])


def signed_in_as(client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def by(school, client):
    person = coordinator_of(school)
    client.force_login(person)
    return person


@pytest.fixture
def group(school, by):
    return groups.add(school, name="Class 4b", by=by)


# --- Adding ---------------------------------------------------------------------------------------


def test_pasted_names_become_learners_with_cards(client, group, school):
    page = client.post(address(group, "_add"), {"names": "Ana Ruiz\n\n  Bo   Li \n"})

    cards = page.context["cards"]
    learners = [learner_of(group, card) for card in cards]
    assert [card.name for card in cards] == ["Ana Ruiz", "Bo Li"]
    assert [place.agency for one in learners for place in one.memberships.all()] == [school] * 2
    assert {place.user for place in group.people.current()} == set(learners)
    assert [(one.has_email, one.has_usable_password()) for one in learners] == [(False, False)] * 2
    assert all(card.user_name in text_of(page) and card.halves in text_of(page) for card in cards)
    assert page["Cache-Control"] == "no-store"


def test_only_a_hash_of_the_secret_is_stored(group, by):
    [card] = classes.add_learners(group, ["Ana Ruiz"], by=by, language="en")

    row = ClassSignIn.objects.values().get()
    assert card.secret not in " ".join(str(value) for value in row.values())
    notes = " ".join(f"{entry.subject} {entry.note}" for entry in AuditEntry.objects.all())
    assert card.secret not in notes


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("Ana Ruiz\nana ruiz", "twice: ana ruiz"),
        ("Ana Ruiz\nana@school.example", "Correct these lines: ana@school.example"),
        ("Ana\n42", "Correct these lines: 42"),
        ("\n".join(f"Ana {'x' * n}" for n in range(1, 62)), "at most 60 names"),
        ("A" * 151, "Shorten this name"),
        ("Cleo Ortiz", "In the group already: Cleo Ortiz"),
    ],
)
def test_names_are_refused_with_a_reason_and_stay_in_the_form(client, group, by, names, words):
    classes.add_learners(group, ["Cleo Ortiz"], by=by, language="en")

    page = client.post(address(group, "_add"), {"names": names})

    assert page.status_code == 422
    assert words in text_of(page)
    assert page.context["form"]["names"].value() == names
    assert group.people.current().count() == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30), max_size=30))
def test_user_names_are_plain_and_unique_whatever_the_names(names):
    taken: set[str] = set()
    for name in names:
        user_name = user_name_for(name, taken)

        assert user_name not in taken
        assert user_name.isascii()
        assert user_name.isalnum()
        assert user_name == user_name.lower()
        assert len(user_name) <= 40
        taken.add(user_name)


def test_no_name_makes_the_form_fail():
    assert not NewLearnersForm({"names": " \n \n"}).is_valid()


# --- Signing in -----------------------------------------------------------------------------------


def test_a_learner_signs_in_with_code_user_name_and_secret(client):
    group, [card] = class_of("Ana Ruiz")
    code = code_of(group)

    asked = client.post(reverse("accounts:class_ask"), {"code": f" {code.code.lower()} "})
    page = client.get(asked.url)
    entered = client.post(asked.url, {"user_name": card.user_name.upper(), "secret": card.halves})

    assert "Ana" not in page.content.decode()
    assert (entered.status_code, entered.url) == (302, reverse("office:home"))
    assert signed_in_as(client) == learner_of(group, card)
    assert client.cookies["sessionid"]["max-age"] == ""


def test_a_learner_keeps_the_language_of_the_first_sign_in():
    group, [card] = class_of("Ana Ruiz")
    address, data = code_of(group).get_sign_in_url(), {
        "user_name": card.user_name, "secret": card.secret,
    }  # fmt: skip

    first = Client().post(address, data, headers={"accept-language": "es"})
    later = Client().post(address, data, headers={"accept-language": "en"})

    chosen = [page.cookies["django_language"].value for page in (first, later)]
    assert chosen == ["es", "es"]
    assert learner_of(group, card).language == "es"


def test_a_wrong_secret_and_an_unknown_name_get_one_answer(client):
    group, [card] = class_of("Ana Ruiz")
    wrong = "".join(str((int(one) + 1) % 10) for one in card.secret)

    pages = [
        client.post(code_of(group).get_sign_in_url(), {"user_name": name, "secret": wrong})
        for name in (card.user_name, "nobody12")
    ]

    assert [page.status_code for page in pages] == [422, 422]
    assert pages[0].context["form"].errors == pages[1].context["form"].errors
    assert signed_in_as(client) is None


def test_an_unknown_code_is_refused_and_kept_in_the_form(client):
    page = client.post(reverse("accounts:class_ask"), {"code": "ABCD-2345"})
    link = client.get(reverse("accounts:class_sign_in", args=["ABCD-2345"]))

    assert (page.status_code, link.status_code) == (422, 404)
    assert page.context["form"]["code"].value() == "ABCD-2345"


@pytest.mark.parametrize("end", ["closed", "new year", "left", "code ended", "inactive"])
def test_the_sign_in_ends_with_the_class(client, school, end):
    by = coordinator_of(school)
    group, [card] = class_of("Ana Ruiz", agency=school, by=by)
    learner, address = learner_of(group, card), code_of(group).get_sign_in_url()
    sign_in(client, group, card)
    profile = reverse("accounts:profile")
    assert client.get(profile).status_code == 200

    if end == "closed":
        groups.close(group, by=by)
    elif end == "new year":
        years.move_on(school, from_year="", to_year="2027", copies=True, by=by)
    elif end == "left":
        groups.end_place(group.people.get(), by=by)
    elif end == "code ended":
        classes.end_code(group, by=by)
    else:
        User.objects.filter(pk=learner.pk).update(is_active=False)

    assert client.get(profile).status_code == 302
    data = {"user_name": card.user_name, "secret": card.secret}
    assert Client().post(address, data).status_code in (404, 422)


def test_a_session_ends_after_some_hours(client):
    group, [card] = class_of("Ana Ruiz")
    sign_in(client, group, card)
    session = client.session
    begun = session[SESSION_NAME]
    session[SESSION_NAME] = begun | {"until": (timezone.now() - timedelta(minutes=1)).timestamp()}
    session.save()

    page = client.get(reverse("accounts:profile"))

    assert (page.status_code, signed_in_as(client)) == (302, None)


def test_another_code_replaces_the_first_and_secrets_stay(client, by, group):
    [card] = classes.add_learners(group, ["Ana Ruiz"], by=by, language="en")
    first = code_of(group)

    client.post(address(group, "_code"), {"act": "renew"})

    visitor = Client()
    assert visitor.get(first.get_sign_in_url()).status_code == 404
    assert sign_in(visitor, group, card).status_code == 302


# --- Limits ---------------------------------------------------------------------------------------


def try_wrong(client, group, card, times):
    wrong = "".join(str((int(one) + 1) % 10) for one in card.secret)
    client.get(code_of(group).get_sign_in_url())
    return [sign_in(client, group, card, secret=wrong) for _ in range(times)]


def test_one_learner_locks_out_neither_the_class_nor_a_known_browser():
    group, [ana, bo] = class_of("Ana Ruiz", "Bo Li")
    known, nasty = Client(), Client()
    assert sign_in(known, group, ana).status_code == 302

    for _ in range(4):  # one browser after the other
        try_wrong(Client(), group, ana, 10)
    refused = try_wrong(nasty, group, ana, 1)

    assert "Too many wrong tries" in text_of(refused[0])
    assert "Too many" in text_of(sign_in(Client(), group, ana))
    assert sign_in(Client(), group, bo).status_code == 302
    known.post(reverse("account_logout"))
    assert sign_in(known, group, ana).status_code == 302


def test_a_browser_that_tries_many_names_is_stopped():
    group, cards = class_of(*(f"Ana {letter}" for letter in "bcdefghijklm"))
    nasty = Client()

    pages = [try_wrong(nasty, group, card, 1)[0] for card in cards]

    assert ["Too many" in text_of(page) for page in pages] == [False] * 10 + [True] * 2
    assert sign_in(Client(), group, cards[0]).status_code == 302


def test_a_browser_that_throws_its_cookies_away_is_stopped_at_the_class(by, group):
    cards = classes.add_learners(group, [f"Ana {n}" for n in "bcdefghijklm"], by=by, language="en")
    other_class, [elsewhere] = class_of("Bo Li")
    known = Client()
    assert sign_in(known, group, cards[0]).status_code == 302

    pages = [try_wrong(Client(), group, card, 1)[0] for _ in range(9) for card in cards]

    assert "too many wrong tries for this class" in text_of(pages[-1])
    assert sum("for this class" in text_of(page) for page in pages) == 8
    assert sign_in(Client(), group, cards[1]).status_code == 422
    # Neither another class of the school, nor another network, nor a browser that knows them.
    assert sign_in(Client(), other_class, elsewhere).status_code == 302
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), group, cards[1]).status_code == 302
    known.post(reverse("account_logout"))
    assert sign_in(known, group, cards[0]).status_code == 302
    classes.renew_code(group, by=by)
    assert sign_in(Client(), group, cards[1]).status_code == 302


def test_many_right_secrets_from_one_school_are_never_too_many():
    group, [card] = class_of("Ana Ruiz")

    answers = {sign_in(Client(), group, card).status_code for _ in range(60)}

    assert answers == {302}


def test_a_new_card_sets_the_count_of_wrong_tries_to_zero(by, group):
    [card] = classes.add_learners(group, ["Ana Ruiz"], by=by, language="en")
    for _ in range(3):
        try_wrong(Client(), group, card, 10)
    assert "Too many" in text_of(sign_in(Client(), group, card))

    [fresh] = classes.renew_cards(group, [learner_of(group, card).pk], by=by)

    assert sign_in(Client(), group, fresh).status_code == 302


# --- Where the way is shown -----------------------------------------------------------------------


def test_the_home_page_names_the_class_code_once_there_is_a_class(client):
    words = "an email address or the code of your class"
    home = reverse("catalog:home")
    before = words in text_of(client.get(home))

    class_of("Ana Ruiz")

    assert (before, words in text_of(client.get(home))) == (False, True)


@pytest.mark.parametrize("name", ["_add", "_cards"])
def test_opening_the_address_of_cards_again_says_what_to_do(client, by, group, name):
    classes.add_learners(group, ["Ana Ruiz"], by=by, language="en")

    page = client.get(address(group, name), follow=True)

    assert page.redirect_chain[0][1] == 302
    assert "tick the people below and make new cards" in text_of(page)


# --- New cards ------------------------------------------------------------------------------------


def test_a_new_card_ends_the_old_secret_and_every_session(client, by, group):
    ana, bo = classes.add_learners(group, ["Ana Ruiz", "Bo Li"], by=by, language="en")
    pupil, other = Client(), Client()
    sign_in(pupil, group, ana)
    sign_in(other, group, bo)

    page = client.post(address(group, "_cards"), {"people": [learner_of(group, ana).pk]})

    [card] = page.context["cards"]
    assert card.user_name == ana.user_name
    assert (signed_in_as(pupil), signed_in_as(other)) == (None, learner_of(group, bo))
    assert sign_in(Client(), group, ana).status_code == 422
    assert sign_in(Client(), group, card).status_code == 302
    entry = AuditEntry.objects.get(act="class sign-in reset")
    assert (entry.actor, entry.subject) == (by, "Ana Ruiz")


def test_a_member_with_email_gets_no_card(client, by, group):
    person = UserFactory()
    groups.add_accounts(group, [person], by=by)

    page = client.post(address(group, "_cards"), {"people": [person.pk]})

    assert (page.status_code, ClassSignIn.objects.count()) == (302, 0)


def test_a_learner_of_last_year_gets_a_card_for_the_new_group(by, school, group):
    [card] = classes.add_learners(group, ["Ana Ruiz"], by=by, language="en")
    learner = learner_of(group, card)
    groups.close(group, by=by)
    new = groups.add(school, name="Class 5b", by=by)
    groups.add_accounts(new, [learner], by=by)

    [fresh] = classes.renew_cards(new, [learner.pk], by=by)

    client = Client()
    sign_in(client, new, fresh)
    assert signed_in_as(client) == learner


# --- Who may --------------------------------------------------------------------------------------


def test_instructors_add_learners_only_where_a_coordinator_lets_them(client, by, group):
    place = groups.add_instructor(group, email="i@x.example", name="I", language="en", by=by)
    teacher = Client()
    teacher.force_login(place.user)
    page = address(group, "_add", instructor=True)
    before = teacher.post(page, {"names": "Ana Ruiz"}).status_code

    client.post(address(group, "_instructors"), {"may": "yes"})
    after = teacher.post(page, {"names": "Ana Ruiz"}).status_code
    client.post(address(group, "_instructors"), {"may": "no"})
    later = teacher.post(page, {"names": "Bo Li"}).status_code

    assert (before, after, later) == (404, 200, 404)


@pytest.mark.parametrize("name", ["_add", "_cards", "_code", "_instructors"])
def test_a_coordinator_of_another_district_changes_nothing(group, by, name):
    [card] = classes.add_learners(group, ["Ana Ruiz"], by=by, language="en")
    stranger = Client()
    stranger.force_login(coordinator_of(AgencyFactory()))
    data = {"names": "Bo Li", "people": learner_of(group, card).pk, "act": "end", "may": "yes"}

    assert stranger.post(address(group, name), data).status_code == 404
    assert sign_in(Client(), group, card).status_code == 302


def test_cards_of_a_group_reach_only_its_own_members(by, group, school):
    other, [card] = class_of("Ana Ruiz", agency=school, by=by)

    assert classes.renew_cards(group, [learner_of(other, card).pk], by=by) == []


# --- Minors ---------------------------------------------------------------------------------------


@pytest.fixture
def minors_here(school):
    Agency.objects.filter(pk=school.pk).update(learners_are_minors=True)


def test_learners_without_email_are_minors_where_the_agency_says_so(school, minors_here):
    minor, adult = learner_without_email(agency=school), learner_without_email()

    assert (is_minor(minor), is_minor(adult)) == (True, False)
    assert MinorMark.objects.get().marked_by is None


def test_an_ended_mark_is_not_made_again(by, school, group, minors_here):
    [card] = classes.add_learners(group, ["Ana Ruiz"], by=by, language="en")
    learner = learner_of(group, card)
    MinorMark.objects.update(ended_at=timezone.now(), ended_by=by)

    groups.add_accounts(groups.add(school, name="Chess", by=by), [learner], by=by)

    assert not is_minor(learner)


# --- Agencies -------------------------------------------------------------------------------------


def test_a_class_moves_along_when_its_school_is_merged(client):
    county = AgencyFactory()
    school, other = SchoolFactory(parent=county), SchoolFactory(parent=county)
    by = coordinator_of(county)
    group, [card] = class_of("Ana Ruiz", agency=school, by=by)

    agencies.merge(school, other, by=by)

    assert sign_in(client, group, card).status_code == 302
    group.refresh_from_db()
    assert group.agency == other


def test_a_school_that_closes_ends_the_sign_in(client):
    county = AgencyFactory()
    school = SchoolFactory(parent=county)
    group, [card] = class_of("Ana Ruiz", agency=school, by=coordinator_of(county))
    address = code_of(group).get_sign_in_url()

    agencies.close(school, by=coordinator_of(county))

    data = {"user_name": card.user_name, "secret": card.secret}
    assert client.post(address, data).status_code == 404
