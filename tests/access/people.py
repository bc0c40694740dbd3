"""The people of the access tests, and the answer that each may expect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

OWN, SIBLING, FOREIGN = PLACES = ("own", "sibling", "foreign")


class Answer(Enum):
    ANSWERED = "is answered"
    SIGN_IN = "is asked to sign in"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    NO_METHOD = "405"


@dataclass(frozen=True)
class Person:
    """Who asks. Places are three districts: `own` and `sibling` of one county, and `foreign`."""

    name: str
    roles: frozenset[str]
    places: frozenset[str]

    def __str__(self) -> str:
        return self.name

    @property
    def is_signed_in(self) -> bool:
        return "user" in self.roles

    def is_a(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


def _person(name: str, roles: str, *places: str) -> Person:
    return Person(name, frozenset(roles.split()), frozenset(places))


# The records of a place are of its earner, and are assigned to its assigned reviewer.
PEOPLE = [
    _person("stranger", ""),
    _person("earner", "user earner", OWN),
    _person("other earner", "user"),
    _person("assigned reviewer", "user assigned reviewer", OWN),
    _person("reviewer", "user reviewer", OWN),
    _person("foreign reviewer", "user reviewer", FOREIGN),
    _person("coordinator", "user coordinator", OWN),
    _person("coordinator of the county", "user coordinator root", OWN, SIBLING),
    _person("coordinator of a sibling", "user coordinator", SIBLING),
    _person("foreign coordinator", "user coordinator", FOREIGN),
    _person("reporter", "user reporter", OWN),
    _person("instructor", "user instructor", OWN),
    _person("operator", "user operator", *PLACES),
    # Another program, with a token of the agency and no session.
    _person("program", "program", OWN),
]

Audience = Callable[[Person, str], Answer]


def public(person: Person, place: str) -> Answer:
    return Answer.ANSWERED


def nobody(person: Person, place: str) -> Answer:
    """The page does not exist while the record is in this state."""
    return Answer.NOT_FOUND


def signed_in(person: Person, place: str) -> Answer:
    return Answer.ANSWERED if person.is_signed_in else Answer.SIGN_IN


def _with_role(*roles: str) -> Audience:
    """Without the role the page is forbidden; records elsewhere are not found."""

    def answer(person: Person, place: str) -> Answer:
        if not person.is_signed_in:
            return Answer.SIGN_IN
        if not person.is_a(*roles):
            return Answer.FORBIDDEN
        return Answer.ANSWERED if place in person.places else Answer.NOT_FOUND

    return answer


coordinators = _with_role("coordinator")
instructors = _with_role("instructor")
program_managers = _with_role("root")
reporters = _with_role("coordinator", "reporter")


def reviewers(person: Person, place: str) -> Answer:
    """Reviewers of the agency; a list of their own work has no place."""
    return _with_role("reviewer")(person, place)


def assigned_reviewer(person: Person, place: str) -> Answer:
    answer = _with_role("reviewer")(person, place)
    if answer is Answer.ANSWERED and not person.is_a("assigned"):
        return Answer.NOT_FOUND
    return answer


def second_people(person: Person, place: str) -> Answer:
    """Reviewers and coordinators, but not the reviewer who decided."""
    answer = _with_role("reviewer", "coordinator")(person, place)
    if answer is Answer.ANSWERED and person.is_a("assigned"):
        return Answer.NOT_FOUND
    return answer


def none_of(audience: Audience) -> Audience:
    """Not even the people with the role: the record is in a state in which it is not found."""

    def answer(person: Person, place: str) -> Answer:
        found = audience(person, place)
        return Answer.NOT_FOUND if found is Answer.ANSWERED else found

    return answer


def anyone_with(audience: Audience) -> Audience:
    """For lists and forms about no record: everyone who has the role anywhere is answered."""

    def answer(person: Person, place: str) -> Answer:
        found = audience(person, place)
        return Answer.ANSWERED if found is Answer.NOT_FOUND else found

    return answer


def only(*roles: str, refusal: Answer = Answer.NOT_FOUND, asks_to_sign_in: bool = True) -> Audience:
    """The people with one of these roles at the record's place; nobody else learns of it."""

    def answer(person: Person, place: str) -> Answer:
        if not person.is_signed_in and asks_to_sign_in:
            return Answer.SIGN_IN
        may = person.is_a(*roles) and place in person.places
        return Answer.ANSWERED if may else refusal

    return answer


def all_but(*roles: str, refusal: Answer = Answer.FORBIDDEN) -> Audience:
    """Everybody who is signed in, except people with one of these roles at the record's place."""

    def answer(person: Person, place: str) -> Answer:
        if not person.is_signed_in:
            return Answer.SIGN_IN
        return refusal if person.is_a(*roles) and place in person.places else Answer.ANSWERED

    return answer


def programs(person: Person, place: str) -> Answer:
    """The API knows tokens, not sessions."""
    if not person.is_a("program"):
        return Answer.SIGN_IN
    return Answer.ANSWERED if place in person.places else Answer.NOT_FOUND


def operators(person: Person, place: str) -> Answer:
    """Django's own operator pages ask everybody else to sign in as one."""
    return Answer.ANSWERED if person.is_a("operator") else Answer.SIGN_IN
