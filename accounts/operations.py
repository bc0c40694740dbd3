from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.agencies.operations import lock_open
from accounts.last_days.operations import change_last_day, end_if_over, role_and_day, told_already
from accounts.links.operations import lock_accounts
from accounts.minors.operations import mark_new_learner, mark_new_learners
from accounts.minors.roles import check_may_have_role
from accounts.models import Agency, Membership, User
from accounts.querysets import MembershipQuerySet
from accounts.signals import people_named, workplaces_confirmed
from audit.operations import record, record_all
from editing.forms import Edit
from mail.operations import Letter, queue_emails
from postgres.row_locks import lock_all


def find_or_invite(
    people: Iterable[tuple[str, str, str]], *, now: datetime | None = None
) -> dict[str, User]:
    """Find the person at each address, and invite the unknown ones. Keys are in lower case.

    `people` are (address, name, language). Nobody can sign in to an invited account until its
    address is confirmed. Inviting the same address twice, even at the same moment, makes one
    account. People are also found by the additional addresses that they have confirmed.
    """
    wanted = {
        email.strip().lower(): (name, language) for email, name, language in reversed([*people])
    }
    with transaction.atomic():
        known = people_by_address(wanted)
        if missing := sorted(wanted.keys() - known.keys()):
            invited = [
                User(
                    email=email,
                    name=wanted[email][0],
                    language=wanted[email][1],
                    password=make_password(None),
                    joined_at=None,
                    invited_at=now or timezone.now(),
                )
                for email in missing
            ]
            User.objects.bulk_create(invited, ignore_conflicts=True)
            known |= people_by_address(missing)
        nameless = {
            user: wanted[email][0]
            for email, user in known.items()
            if user.is_invited and not user.name and wanted[email][0]
        }
        if nameless:
            # Lock all of them, because the caller will change what the others have, too.
            lock_people(known.values())
            _set_missing_names(nameless)
    return known


def lock_people(people: Iterable[User]) -> None:
    """Lock several people before changing what they have: docs/architecture.md, Locks.

    Their main accounts are locked, too. Email, name, language and main account are read again,
    because they may have changed meanwhile.
    """
    people = list(people)
    keys = {user.pk for user in people}
    mains = User.objects.filter(pk__in=keys).values("person_key")
    locked = User.objects.select_for_update(no_key=True).order_by("pk")
    locked = locked.filter(Q(pk__in=keys) | Q(pk__in=mains))
    fields = ("email", "name", "language", "linked_to_id", "person_key")
    current = {pk: values for pk, *values in locked.values_list("pk", *fields)}
    for user in people:
        for field, value in zip(fields, current[user.pk], strict=True):
            setattr(user, field, value)


def _set_missing_names(names: dict[User, str]) -> None:
    """Name people who were invited without a name."""
    still = User.objects.filter(pk__in=[user.pk for user in names], joined_at=None, name="")
    still_nameless = set(still.values_list("pk", flat=True))
    named = [user for user in names if user.pk in still_nameless]
    for user in named:
        user.name = names[user]
    User.objects.bulk_update(named, ["name"])
    if named:
        people_named.send(sender=User, users=named)


def people_by_address(emails: Collection[str]) -> dict[str, User]:
    """The people known by these lower-case addresses."""
    people = {user.email: user for user in User.objects.filter(email__in=emails)}
    confirmed = EmailAddress.objects.filter(email__in=emails, verified=True)
    return people | {address.email: address.user for address in confirmed.select_related("user")}


@transaction.atomic
def save_profile(user: User, *, edit: Edit) -> None:
    """Set the name on future certificates and the language of emails. Old badges do not change."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    edit.check({"name": user.name, "language": user.language})
    was_named = bool(user.name)
    if (name := edit.changes.get("name", user.name)) != user.name:
        # The coordinators of the workplace see it.
        at_work = Membership.objects.confirmed().workplaces().select_related("agency")
        work = at_work.filter(user=user).first()
        note = f"{user.name} -> {name}"
        record("name changed", user, by=user, agency=work and work.agency, note=note)
    for field, value in edit.changes.items():
        setattr(user, field, value)
    user.save(update_fields=[*edit.changes])
    if name and not was_named:
        people_named.send(sender=User, users=[user])


@transaction.atomic
def choose_school(user: User, agency: Agency | None, *, now: datetime | None = None) -> None:
    """Set the one place where somebody works, or none. Roles other than earner do not change.

    Colleagues are not asked to review their evidence from now on, also after they leave. All else
    waits until a coordinator confirms it. Raises Closed.
    """
    now = now or timezone.now()
    if agency:
        agency = lock_open(agency)
    # Locked, so that pressing the button twice does not leave two schools.
    lock_accounts(user, may_close=True)
    current = Membership.objects.current().workplaces().filter(user=user)
    for left in current.exclude(agency=agency).select_related("agency"):
        _end(left, act="school left", by=user, now=now)
    if agency and not current.filter(agency=agency).exists():
        place = Membership.objects.create(
            user=user,
            agency=agency,
            role=Membership.Role.EARNER,
            begun_at=now,
            is_chosen=True,
        )
        record("school chosen", user, by=user, agency=agency, at=now)
        mark_new_learner(place, now=now)


@transaction.atomic
def confirm_workplaces(
    memberships: QuerySet[Membership], *, by: User, now: datetime | None = None
) -> int:
    """Confirm that these people work there. Those decided meanwhile are left as they are."""
    now = now or timezone.now()
    waiting = _lock_unconfirmed(memberships)
    Membership.objects.filter(pk__in=[row.pk for row in waiting]).update(confirmed_at=now)
    record_all([("school confirmed", row.user, row.agency) for row in waiting], by=by, at=now)
    _tell_about(waiting, "workplace_confirmed")
    if waiting:
        workplaces_confirmed.send(sender=User, users=[row.user for row in waiting])
    return len(waiting)


@transaction.atomic
def refuse_workplaces(
    memberships: QuerySet[Membership], *, by: User, now: datetime | None = None
) -> int:
    """Say that these people do not work there. Those decided meanwhile are left as they are."""
    now = now or timezone.now()
    waiting = _lock_unconfirmed(memberships)
    refused = Membership.objects.filter(pk__in=[row.pk for row in waiting])
    refused.update(ended_at=now, is_refused=True)
    record_all([("school refused", row.user, row.agency) for row in waiting], by=by, at=now)
    _tell_about(waiting, "workplace_refused")
    return len(waiting)


@transaction.atomic
def end_workplaces(
    memberships: QuerySet[Membership], *, by: User, now: datetime | None = None
) -> int:
    """Record that these people no longer work there."""
    now = now or timezone.now()
    locked = _locked(memberships).exclude(confirmed_at=None)
    ended = list(locked.select_related("user", "agency"))
    removed = Membership.objects.filter(pk__in=[row.pk for row in ended])
    removed.update(ended_at=now, is_removed=True)
    record_all([("school left", row.user, row.agency) for row in ended], by=by, at=now)
    _tell_about(ended, "workplace_removed")
    return len(ended)


@transaction.atomic
def bring_back_workplaces(
    memberships: MembershipQuerySet, *, by: User, now: datetime | None = None
) -> int:
    """Confirm people who were refused or removed by mistake, from now on.

    What has ended stays as it is, so each gets a new row. People who have since named a workplace,
    the same or another one, are left as they are, and so are those whose agency has closed.
    """
    now = now or timezone.now()
    chosen = list(memberships.can_be_brought_back().values_list("pk", "user_id"))
    # Locked, so that none of them closes meanwhile.
    places = Membership.objects.filter(pk__in=[pk for pk, _ in chosen]).values("agency")
    lock_all(Agency.objects.filter(pk__in=places))
    # Locked as in `choose_school`, so that nobody ends up with two workplaces.
    people = User.objects.select_for_update(no_key=True).order_by("pk")
    list(people.filter(pk__in=[user for _, user in chosen]).values_list("pk"))
    still = Membership.objects.can_be_brought_back().filter(pk__in=[pk for pk, _ in chosen])
    back = Membership.objects.bulk_create(
        Membership(
            user=row.user,
            agency=row.agency,
            role=row.role,
            begun_at=row.begun_at,
            confirmed_at=now,
            is_chosen=row.is_chosen,
        )
        for row in still.select_related("user", "agency")
    )
    record_all([("school brought back", row.user, row.agency) for row in back], by=by, at=now)
    _tell_about(back, "workplace_confirmed")
    if back:
        workplaces_confirmed.send(sender=User, users=[row.user for row in back])
    return len(back)


@transaction.atomic
def give_role(
    user: User,
    agency: Agency,
    role: str,
    *,
    by: User,
    ends_on: date | None = None,
    now: datetime | None = None,
) -> Membership:
    """Give a role in the agency and in those below it, until the end of its last day, if any.

    Giving it again changes at most its last day. Raises Closed or RoleRefused.
    """
    now = now or timezone.now()
    agency = lock_open(agency)
    check_may_have_role(user, role, by=by)
    end_if_over(user, agency, role, now=now)
    current = Membership.objects.current().select_for_update(no_key=True)
    begun = {"confirmed_at": now, "begun_at": now, "ends_on": ends_on}
    begun["told_of_last_day"] = told_already(ends_on, now=now)
    membership, new = current.get_or_create(user=user, agency=agency, role=role, defaults=begun)
    if new:
        record("role given", user, by=by, agency=agency, note=role_and_day(role, ends_on), at=now)
    elif membership.ends_on != ends_on:
        change_last_day(membership, ends_on, by=by, now=now)
    elif membership.confirmed_at is None:
        confirm_workplaces(Membership.objects.filter(pk=membership.pk), by=by, now=now)
        membership.refresh_from_db()
    if new and role == Membership.Role.EARNER:
        workplaces_confirmed.send(sender=User, users=[user])
        mark_new_learners([user], now=now)
    return membership


@transaction.atomic
def invite_to_role(
    agency: Agency,
    *,
    email: str,
    name: str,
    role: str,
    language: str,
    by: User,
    ends_on: date | None = None,
    now: datetime | None = None,
) -> Membership:
    """Give a role to the person at this address, who is invited if nobody has it yet.

    They are told by email. Giving a role twice sends one email. Raises Closed or RoleRefused.
    """
    now = now or timezone.now()
    agency = lock_open(agency)
    [user] = find_or_invite([(email, name, language)], now=now).values()
    membership = give_role(user, agency, role, by=by, ends_on=ends_on, now=now)
    context = {"membership": membership.pk}
    letter = Letter("role_given", str(membership.pk), user.email, user.language, context, now)
    queue_emails([letter], now=now)
    return membership


@transaction.atomic
def take_role(membership: Membership, *, by: User, now: datetime | None = None) -> None:
    """End a role. Its row stays, because former colleagues do not review each other."""
    locked = Membership.objects.current().select_for_update(no_key=True, of=["self"])
    current = locked.select_related("user", "agency").filter(pk=membership.pk).first()
    if current:
        _end(current, act="role taken", note=current.role, by=by, now=now or timezone.now())


def _end(membership: Membership, *, act: str, by: User, now: datetime, note: str = "") -> None:
    record(act, membership.user, by=by, agency=membership.agency, note=note, at=now)
    membership.ended_at = now
    membership.save(update_fields=["ended_at"])


def _tell_about(memberships: Iterable[Membership], kind: str) -> None:
    """Queue an email to each person about what a coordinator decided."""
    now = timezone.now()
    letters = (
        Letter(kind, str(row.pk), row.user.email, row.user.language, {"membership": row.pk}, now)
        for row in memberships
    )
    queue_emails(letters, now=now)


def _lock_unconfirmed(memberships: QuerySet[Membership]) -> list[Membership]:
    return list(_locked(memberships).filter(confirmed_at=None).select_related("user", "agency"))


def _locked(memberships: QuerySet[Membership]) -> MembershipQuerySet:
    """Those that are still current, locked in the order of their keys."""
    chosen = Membership.objects.filter(pk__in=list(memberships.values_list("pk", flat=True)))
    current = chosen.current().workplaces().order_by("pk")
    return current.select_for_update(no_key=True, of=["self"])
