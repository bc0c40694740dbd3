"""Every named address × every person × own, sibling and foreign records, as GET and as POST.

The addresses come from the URL table, the expected answers from `tests/access/table.py`.
"""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import Membership
from tests.access.addresses import SOMETHING, NamedAddress, named_addresses, unnamed_routes
from tests.access.people import FOREIGN, PEOPLE, PLACES, SIBLING, Answer, Person
from tests.access.table import ADDRESSES, ADMIN, OTHER_STATES, Address
from tests.access.world import World
from tests.factories import MembershipFactory, UserFactory
from tests.kept_files import files_kept_in

HOW_TO = (
    "Say in tests/access/table.py who may open and post to these addresses, in the part of their"
    " app, for example:\n"
    '    "rewards:manage_prize": _form("drawing", coordinators),\n'
    "The head of that file explains how."
)
PLAIN = [address for address in named_addresses() if not address.name.startswith("admin:")]
BY_NAME = {address.name: address for address in PLAIN}
REFUSALS = {Answer.SIGN_IN, Answer.FORBIDDEN, Answer.NOT_FOUND, Answer.NO_METHOD}


def test_every_address_is_classified():
    missing = sorted(set(BY_NAME) - set(ADDRESSES))

    assert not missing, f"{HOW_TO}\nNot classified yet: {missing}"


def test_every_classified_address_exists():
    names = {*ADDRESSES, *(name for name, _ in OTHER_STATES)}

    assert sorted(names - set(BY_NAME)) == []


def test_no_address_hides_the_page_of_another():
    """Two apps that choose the same address would each pass the tests of their own."""
    hidden = {}
    for address in PLAIN:
        if all(kind in SOMETHING for _name, kind in address.arguments):
            given = {name: SOMETHING[kind] for name, kind in address.arguments}
            found = resolve(reverse(address.name, kwargs=given)).view_name
            if found != address.name:
                hidden[address.name] = found

    assert hidden == {}


def test_only_known_addresses_have_no_name():
    """An address without a name is in no table, so it must be for everybody."""
    assert {route for route in unnamed_routes() if not route.startswith("operator/")} == {
        "api/<path:anything>",
        "assertions/<path:anything>",
        "badge-classes/<path:anything>",
        "credentials/<path:anything>",
        "favicon.ico",
        "issuers/<path:anything>",
        "robots.txt",
        "status-lists/<path:anything>",
    }


def answer_of(response: HttpResponseBase) -> Answer | int:
    if response.status_code == 302:
        to = response.headers["Location"]
        # With the question mark: they are sent back here after signing in.
        doors = (f"{reverse('account_login')}?", f"{reverse('admin:login')}?")
        return Answer.SIGN_IN if to.startswith(doors) else Answer.ANSWERED
    if response.status_code >= 500 and response.status_code != 503:  # the health check's no
        return response.status_code
    known = {
        401: Answer.SIGN_IN,
        403: Answer.FORBIDDEN,
        404: Answer.NOT_FOUND,
        405: Answer.NO_METHOD,
    }
    return known.get(response.status_code, Answer.ANSWERED)


def requested(client: Client, method: str, url: str) -> Answer | int:
    response = client.post(url) if method == "POST" else client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)
    return answer_of(response)


# --- Quick: nobody without the role gets in, and records that do not exist are not found ---------


def unknown_record(address: NamedAddress) -> str:
    return reverse(address.name, kwargs={name: SOMETHING[kind] for name, kind in address.arguments})


def answers_about_unknown_records(client: Client, addresses: list[NamedAddress]) -> dict:
    return {
        (address.name, method): requested(client, method, unknown_record(address))
        for address in addresses
        for method in methods_of(ADDRESSES[address.name])
    }


def methods_of(address: Address) -> list[str]:
    return [method for method in METHODS if expected_of(address, method)]


METHODS = ("GET", "POST")
MANAGED = [address for address in PLAIN if address.is_managed and address.name in ADDRESSES]


def expected_of(address: Address, method: str):
    return address.post if method == "POST" else address.get


@pytest.mark.django_db
def test_coordinator_pages_ask_visitors_to_sign_in(client):
    answers = answers_about_unknown_records(client, MANAGED)

    assert answers == dict.fromkeys(answers, Answer.SIGN_IN)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, Membership.Role.EARNER, Membership.Role.REVIEWER])
def test_coordinator_pages_are_forbidden_for_everybody_else(client, role):
    client.force_login(MembershipFactory(role=role).user if role else UserFactory())

    answers = answers_about_unknown_records(client, MANAGED)

    assert answers == dict.fromkeys(answers, Answer.FORBIDDEN)


@pytest.mark.long
@pytest.mark.django_db
def test_coordinators_get_404_for_unknown_records(client):
    client.force_login(MembershipFactory(role=Membership.Role.COORDINATOR).user)

    answers = answers_about_unknown_records(client, [one for one in MANAGED if one.arguments])

    assert answers == dict.fromkeys(answers, Answer.NOT_FOUND)


# --- Long: every address, every person, every place ----------------------------------------------


@pytest.fixture(scope="module")
def made_world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once: each test has a transaction within this one."""
    folder = tmp_path_factory.mktemp("world")
    with django_db_blocker.unblock(), transaction.atomic():
        with files_kept_in(folder):
            world = World()
        yield world, folder
        transaction.set_rollback(True)


@pytest.fixture
def world(made_world, db, monkeypatch):
    made, folder = made_world
    # Keys can be replaced only with https.
    monkeypatch.setattr("issuing.keys.operations.can_rotate", lambda: True)
    with files_kept_in(folder):
        made.written = rows_written()
        yield made


def rows_written() -> dict[str, int]:
    """How many rows this transaction has written, by table; also by triggers and by COPY."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return dict(cursor.fetchall())


# The functions behind pg_stat_xact_user_tables, which takes twice as long: it joins all indexes.
WRITTEN = """
WITH counted AS (
    SELECT relname,
           pg_stat_get_xact_tuples_inserted(oid)
           + pg_stat_get_xact_tuples_updated(oid)
           + pg_stat_get_xact_tuples_deleted(oid) AS number
      FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
)
SELECT relname, number FROM counted WHERE number > 0
"""


def failures(world: World, name: str, address: Address, method: str) -> dict[str, str]:
    """What differs from the table, by person and place."""
    audience = expected_of(address, method)
    found = {}
    for place in PLACES if address.of else PLACES[:1]:
        cache.clear()  # what was counted against one person is not held against the next
        url = world.address_of(BY_NAME[name], address.of, place)
        for person in PEOPLE:
            answer, written = answered(world, person, method, url)
            who = f"{person}, {place}: {method} {url}"
            if audience is None:
                expected = "a refusal" if answer not in REFUSALS else answer
            else:
                expected = audience(person, place)
            if answer != expected:
                found[who] = f"{answer} instead of {expected}"
            elif written and answer in REFUSALS:
                found[who] = f"{answer}, but it wrote {written}"
    return found


def answered(world: World, person: Person, method: str, url: str) -> tuple[Answer | int, dict]:
    """The answer, and the rows that were written for it. What it changed is undone."""
    client = world.client_of(person)
    with transaction.atomic():
        answer = requested(client, method, url)
        transaction.set_rollback(True)
    # Between two requests nobody writes, so what was there after one is there before the next.
    before, world.written = world.written, (after := rows_written())
    return answer, {
        table: count - before.get(table, 0)
        for table, count in after.items()
        if count != before.get(table, 0) and table not in NOTES_OF_USE
    }


# When a token was last used is noted, whatever it was used for.
NOTES_OF_USE = {"awarding_apitoken"}

CASES = [*ADDRESSES.items(), *OTHER_STATES]
IN_TWO_PROCESSES = [
    pytest.param(method, marks=pytest.mark.xdist_group(f"every address, {method}"))
    for method in METHODS
]


@pytest.mark.long
@pytest.mark.parametrize("method", IN_TWO_PROCESSES)
@pytest.mark.parametrize(
    ("name", "address"), CASES, ids=[f"{name}-{address.of}" for name, address in CASES]
)
def test_the_address_answers_exactly_its_audience(world, name, address, method):
    assert failures(world, name, address, method) == {}


@pytest.mark.long
@pytest.mark.xdist_group("every address, POST")
def test_records_of_another_place_are_not_found_under_an_own_one(world):
    """With two records in the address, both must belong together: own drawing, foreign prize."""
    found = {}
    for name, address in ADDRESSES.items():
        # A year of holidays is no record: it belongs to no agency.
        if not address.of or address.of == "holidays of an agency":
            continue
        if BY_NAME[name].is_managed and len(BY_NAME[name].arguments) > 1:
            for place in (SIBLING, FOREIGN):
                url = world.mixed_address_of(BY_NAME[name], address.of, place)
                for method in methods_of(address):
                    answer, written = answered(world, COORDINATOR, method, url)
                    if answer not in REFUSALS or written:
                        found[f"{method} {url}"] = answer, written

    assert found == {}


COORDINATOR = next(person for person in PEOPLE if person.name == "coordinator")


@pytest.mark.long
@pytest.mark.parametrize("method", IN_TWO_PROCESSES)
def test_operator_pages_ask_everybody_else_to_sign_in(world, method):
    found = {}
    for address in named_addresses():
        if address.name.startswith("admin:") and address.name not in DOORS:
            url = world.admin_address_of(address)
            for person in PEOPLE:
                answer, written = answered(world, person, method, url)
                expected = ADMIN(person, "own")
                if answer is not expected and not is_read_only(answer, expected):
                    found[f"{person}: {method} {url}"] = answer
                elif written and answer in REFUSALS:
                    found[f"{person}: {method} {url}"] = written

    assert found == {}


DOORS = {"admin:login", "admin:logout"}


def is_read_only(answer: Answer | int, expected: Answer) -> bool:
    """Operators may not change rows that only operations write, and some pages only read."""
    return expected is Answer.ANSWERED and answer in {
        Answer.FORBIDDEN, Answer.NOT_FOUND, Answer.NO_METHOD
    }  # fmt: skip
