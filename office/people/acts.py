"""What can be done to many people at once, and to whom of those that were chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import operations as accounts
from accounts.models import Agency, Membership, User
from accounts.people import operations
from office.people.permissions import changeable
from reviewing.assigning import operations as assigning


@dataclass(frozen=True)
class Act:
    """`can` gives the keys of those to whom it can be done; `do` returns how many it changed."""

    title: Promise
    title_for_one: Promise
    button: Promise
    explanation: Promise
    why_not: Promise
    can: Callable[[User, Sequence[User], Collection[int]], set[int]]
    do: Callable[[list[User], User, Agency, Collection[int]], int]


def _waiting(by: User, people: Sequence[User], agencies: Collection[int]) -> set[int]:
    return {person.pk for person in people if person.is_invited and person.is_active}


def _given(by: User, people: Sequence[User], agencies: Collection[int]) -> set[int]:
    waiting = [person for person in people if person.is_invited]
    given = Membership.objects.confirmed().filter(agency__in=agencies, user__in=waiting)
    return set(given.order_by().values_list("user", flat=True))


def _working(by: User, people: Sequence[User], agencies: Collection[int]) -> set[int]:
    return set(_workplaces(people, agencies).values_list("user", flat=True))


def _active(by: User, people: Sequence[User], agencies: Collection[int]) -> set[int]:
    may = changeable(by, people, agencies)
    return {person.pk for person in people if person.is_active and person.pk in may}


def _inactive(by: User, people: Sequence[User], agencies: Collection[int]) -> set[int]:
    may = changeable(by, people, agencies)
    return {person.pk for person in people if not person.is_active and person.pk in may}


def _workplaces(people: Sequence[User], agencies: Collection[int]):
    places = Membership.objects.confirmed().workplaces().filter(agency__in=agencies)
    return places.filter(user__in=people)


def _reviewing(by: User, people: Sequence[User], agencies: Collection[int]) -> set[int]:
    others = [person for person in people if person.pk != by.pk]
    held = assigning.held_by(others, agencies, by=by)
    return set(held.order_by().values_list("reviewer", flat=True))


def _release(people: list[User], by: User, agency: Agency, agencies: Collection[int]) -> int:
    reason = gettext("All reviews that you had not finished went back to the queue.")
    held = assigning.held_by(people, agencies, by=by).order_by("submission", "pk")
    return len({one.reviewer_id for one in held if assigning.return_one(one, by=by, reason=reason)})


def _end_workplaces(people: list[User], by: User, agency: Agency, agencies: Collection[int]) -> int:
    return accounts.end_workplaces(_workplaces(people, agencies), by=by)


ACTS = {
    "invite": Act(
        title=_("Send invitations again"),
        title_for_one=_("Send the invitation again"),
        button=_("Send them again"),
        explanation=_(
            "They get an email with a link to create an account. Each person gets at most one of "
            "these emails a day."
        ),
        why_not=_("has an account already, or is deactivated"),
        can=_waiting,
        do=lambda people, by, agency, agencies: operations.invite_again(
            people, by=by, agency=agency
        ),
    ),
    "withdraw": Act(
        title=_("Withdraw invitations"),
        title_for_one=_("Withdraw the invitation"),
        button=_("Withdraw them"),
        explanation=_(
            "What they were given at your agencies ends. They can still sign up, without it."
        ),
        why_not=_("has an account already, or has nothing at your agencies"),
        can=_given,
        do=lambda people, by, agency, agencies: operations.withdraw_invitations(
            people, agencies, by=by
        ),
    ),
    "left": Act(
        title=_("End workplaces"),
        title_for_one=_("End the workplace"),
        button=_("They no longer work there"),
        explanation=_(
            "Their new badges no longer count for your agencies. They keep their account and their "
            "badges, and get an email."
        ),
        why_not=_("does not work at one of your agencies"),
        can=_working,
        do=_end_workplaces,
    ),
    "release": Act(
        title=_("Return reviews to the queue"),
        title_for_one=_("Return their reviews to the queue"),
        button=_("Return them"),
        explanation=_(
            "What they have begun to review and not decided goes back to the queue of your "
            "agencies, where another reviewer takes it. Their drafts are kept."
        ),
        why_not=_("reviews nothing for your agencies that is not decided"),
        can=_reviewing,
        do=_release,
    ),
    "deactivate": Act(
        title=_("Deactivate accounts"),
        title_for_one=_("Deactivate the account"),
        button=_("Deactivate"),
        explanation=_(
            "They are signed out at once and can no longer sign in. Their badges, submissions, and "
            "roles stay as they are. They get an email. You can activate the accounts again."
        ),
        why_not=_("is deactivated already, or belongs to another part of the program, too"),
        can=_active,
        do=lambda people, by, agency, agencies: operations.deactivate(people, by=by, agency=agency),
    ),
    "reactivate": Act(
        title=_("Activate accounts again"),
        title_for_one=_("Activate the account again"),
        button=_("Activate again"),
        explanation=_("They can sign in again, and get an email."),
        why_not=_("is active, or belongs to another part of the program, too"),
        can=_inactive,
        do=lambda people, by, agency, agencies: operations.reactivate(people, by=by, agency=agency),
    ),
}
