"""Names that should not be in evidence: the earner's, their school's, those of learners they teach.

Also the email addresses of the earner and the domains of their school. Only whole names are looked
for, so that an ordinary word is not taken for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

from allauth.account.models import EmailAddress

from accounts.models import Agency, AgencyDomain, Group, GroupMember, Membership, User
from submissions.models import Submission

MOST_LEARNERS = 500
SHORTEST = 5  # letters of a name
# Letters of a name that is looked for in one piece, as it is written in links: /rosaalvarez/.
SHORTEST_IN_ONE_PIECE = 8


def names_not_wanted(submission: Submission) -> list[str]:
    """Names of those whom this earner teaches, and, where reviewers don't know it, of themselves.

    The latter are the names and addresses of this person and of the places where they work.
    """
    return names_around(
        submission.earner, also_own=not submission.version.shows_earner_to_reviewers
    )


def names_around(earner: User, *, also_own: bool = True) -> list[str]:
    """Names of those whom they teach, and their own with those of the places where they work."""
    taught = Group.objects.taught_by(earner)
    learners = GroupMember.objects.current().members().filter(group__in=taught)
    found = learners.order_by("pk").values_list("user__name")[:MOST_LEARNERS]
    if also_own:
        people = User.objects.same_person(earner)
        places = Agency.objects.filter(
            memberships__in=Membership.objects.current().filter(user__in=people)
        )
        found = people.values_list("name").union(
            people.values_list("email"),
            EmailAddress.objects.filter(user__in=people).values_list("email"),
            places.values_list("name"),
            AgencyDomain.objects.filter(agency__in=places).values_list("domain"),
            found,
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


def names_in_link(url: str, names: Iterable[str]) -> list[str]:
    """Which of these names are in a link. There, a name may also be written in one piece."""
    names = list(names)
    found = names_in(unquote(url), names)
    letters = "".join(_words(unquote(url)))
    for name in names:
        in_one_piece = "".join(_words(name))
        is_long = len(in_one_piece) >= SHORTEST_IN_ONE_PIECE
        if is_long and in_one_piece in letters and name not in found:
            found.append(name)
    return found


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    # Names of files join words with points, lines and underscores.
    return re.findall(r"[^\W_]+", plain)
