"""The menu: every entry, who sees it, and in which group.

"Mine" is what a person does for themselves, "The program’s" is what they do for others. A new page
that people must be able to find gets an entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, User
from accounts.permissions import manages_program, roles_of

Role = Membership.Role
Roles = frozenset[str]
MANAGES_PROGRAM = "manages the program"  # in place of a role, for the menu only


def everyone(roles: Roles) -> bool:
    return True


def having(*wanted: str) -> Callable[[Roles], bool]:
    return lambda roles: not roles.isdisjoint(wanted)


reviewers = having(Role.REVIEWER)
instructors = having(Role.INSTRUCTOR)
coordinators = having(Role.COORDINATOR)
program_managers = having(MANAGES_PROGRAM)
reporters = having(Role.COORDINATOR, Role.REPORTER)


@dataclass(frozen=True)
class Entry:
    label: Promise
    address: str
    may: Callable[[Roles], bool] = everyone
    # Pages below these addresses belong to the entry, too.
    covers: Sequence[str] = ()
    covers_below: bool = True


PUBLIC = [
    Entry(_("Badges"), "catalog:badge_list", covers_below=False),
    Entry(_("Pathways"), "catalog:pathway_list", covers_below=False),
    Entry(_("Drawings"), "rewards:drawing_list", covers_below=False),
    Entry(pgettext_lazy("menu", "Verify a badge"), "verification:verify", covers_below=False),
]
MINE = [
    Entry(_("My page"), "office:home"),
    Entry(_("My submissions"), "submissions:list"),
    Entry(_("My badges"), "issuing:my_awards"),
]
PROGRAM = [
    Entry(_("My groups"), "awarding:groups", instructors),
    Entry(_("Review queue"), "reviewing:queue", reviewers),
    Entry(_("My reviews"), "reviewing:own_reviews", reviewers),
    Entry(pgettext_lazy("menu", "Today"), "office:manage_today", coordinators),
    Entry(_("Submissions"), "office:manage_submissions", coordinators),
    Entry(_("Who reviews what"), "reviewing:manage_reviews", coordinators),
    Entry(
        _("Appeals and holds"),
        "reviewing:manage_appeals",
        coordinators,
    ),
    Entry(pgettext_lazy("menu", "Manage badges"), "catalog:manage_list", coordinators),
    Entry(
        _("Awards"),
        "issuing:manage_awards",
        coordinators,
        covers=["issuing:manage_keys", "awarding:manage_tokens"],
    ),
    Entry(_("Manage drawings"), "rewards:manage_list", coordinators),
    Entry(
        _("Mailing lists"),
        "mailings:manage_lists",
        coordinators,
        covers=["mailings:manage_announcements"],
    ),
    Entry(
        _("People"),
        "office:manage_people",
        coordinators,
        covers=["office:manage_who_may", "accounts:manage_minors"],
    ),
    Entry(_("Agencies"), "accounts:manage_agencies", coordinators),
    Entry(
        _("Groups"),
        "accounts:manage_groups",
        coordinators,
        covers=["accounts:manage_rosters", "accounts:manage_school_year"],
    ),
    Entry(
        _("Reports"),
        "reporting:manage_overview",
        reporters,
        covers=["reporting:manage_activity"],
        covers_below=False,
    ),
    Entry(_("Privacy requests"), "privacy:manage_requests", program_managers),
    Entry(
        _("Settings"),
        "office:manage_settings",
        program_managers,
        covers=["office:manage_closed_days"],
    ),
]


class Link(NamedTuple):
    label: str
    url: str
    current: str  # the value of aria-current, or ""


class Group(NamedTuple):
    heading: str
    links: list[Link]


def public_links(path: str) -> list[Link]:
    return _links(PUBLIC, frozenset(), path)


def own_groups(user: User | AnonymousUser, path: str) -> list[Group]:
    """The groups of a signed-in person, without those that would be empty."""
    if not user.is_authenticated:
        return []
    roles = frozenset(roles_of(user))
    if manages_program(user):
        roles |= {MANAGES_PROGRAM}
    groups = [
        Group(_("Mine"), _links(MINE, roles, path)),
        Group(_("The program’s"), _links(PROGRAM, roles, path)),
    ]
    return [group for group in groups if group.links]


def _links(entries: Sequence[Entry], roles: Roles, path: str) -> list[Link]:
    links = [
        Link(entry.label, reverse(entry.address), _current(entry, path))
        for entry in entries
        if entry.may(roles)
    ]
    if any(link.current == "page" for link in links):  # it may be below another entry, too
        links = [link if link.current == "page" else link._replace(current="") for link in links]
    return links


def _current(entry: Entry, path: str) -> str:
    url = reverse(entry.address)
    if path == url:
        return "page"
    covered = [reverse(address) for address in entry.covers]
    if entry.covers_below:
        covered.append(url)
    return "true" if any(path.startswith(one) for one in covered) else ""
