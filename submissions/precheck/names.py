"""Names that should not be in evidence: the earner's, their school's, those of learners they teach.

Only whole names are looked for, so that an ordinary word is not taken for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from accounts.models import Agency, Group, GroupMember, Membership, User

MOST_LEARNERS = 500
SHORTEST = 5  # letters of a name


def names_around(earner: User) -> list[str]:
    """The names of this person, of the places where they work, and of the learners they teach."""
    people = User.objects.same_person(earner)
    schools = Agency.objects.filter(
        memberships__in=Membership.objects.current().filter(user__in=people)
    )
    taught = Group.objects.taught_by(earner)
    learners = GroupMember.objects.current().members().filter(group__in=taught)
    found = people.values_list("name").union(
        schools.values_list("name"),
        learners.order_by("pk").values_list("user__name")[:MOST_LEARNERS],
    )
    return sorted(name for (name,) in found if is_looked_for(name))


def is_looked_for(name: str) -> bool:
    """Two words at least: “May” and “Hope” are names, and words."""
    words = _words(name)
    return len(words) > 1 and sum(map(len, words)) >= SHORTEST


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Which of these names are in the text, whatever their case, accents and punctuation."""
    if not text:
        return []
    there = f" {' '.join(_words(text))} "
    return [name for name in names if f" {' '.join(_words(name))} " in there]


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    # Names of files join words with points, lines and underscores.
    return re.findall(r"[^\W_]+", plain)
