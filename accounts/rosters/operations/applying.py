"""Does what the rows of a roster say, in the transaction of their batch.

What is stored may have changed since the check, so each row is compared again. A row keeps the keys
of what it made, and a row that comes too late is refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.agencies import operations as agencies
from accounts.groups import operations as groups
from accounts.minors.operations import mark_new_learners
from accounts.minors.roles import known_minors, minors_locked
from accounts.models import (
    Agency,
    Group,
    GroupMember,
    Membership,
    RosterId,
    RosterImport,
    RosterRow,
    User,
)
from accounts.operations import find_or_invite, people_by_address
from accounts.signals import workplaces_confirmed
from audit.operations import record_all
from editing.forms import Edit
from mail.operations import Letter, queue_emails
from postgres.row_locks import lock_all

Kind, Outcome, Role = RosterRow.Kind, RosterRow.Outcome, Membership.Role


def apply_rows(roster: RosterImport, rows: list[RosterRow], *, now: datetime) -> None:
    for kind, some in groupby(rows, key=lambda row: row.kind):
        _Batch(roster, list(some), now).apply(kind)
    RosterRow.objects.filter(pk__in=[row.pk for row in rows]).update(done_at=now)
    RosterRow.objects.bulk_update([row for row in rows if row.made], ["made"])
    refused = [row for row in rows if row.outcome == Outcome.REFUSED]
    RosterRow.objects.bulk_update(refused, ["outcome", "problem"])


class _Batch:
    """Rows of one kind, with what they need read in few statements."""

    def __init__(self, roster: RosterImport, rows: list[RosterRow], now: datetime) -> None:
        self.roster, self.rows, self.now, self.by = roster, rows, now, roster.made_by
        reach = Agency.objects.within(roster.agency).filter(closed_at=None)
        self.reach = {agency.pk: agency for agency in reach.order_by("pk")}
        ids = RosterId.objects.filter(scope=roster.agency)
        self.agency_ids = dict(ids.exclude(agency=None).values_list("identifier", "agency"))
        self.made_users: set[int] = set()

    def apply(self, kind: str) -> None:
        if kind == Kind.AGENCY:
            self._each(self._agency)
        elif kind == Kind.GROUP:
            self._each(self._group)
        elif kind == Kind.ROLE:
            self._roles()
        else:
            self._places()

    def _each(self, act: Any) -> None:
        for row in self.rows:
            try:
                with transaction.atomic():
                    act(row)
            except (agencies.NameTaken, groups.NameTaken, groups.IdTaken):
                _refuse(row, "name_taken")
            except (agencies.Closed, groups.GroupClosed):
                _refuse(row, "closed")
            except agencies.InACircle:
                _refuse(row, "circle")

    def _place(self, named: int | str) -> Agency | None:
        """The agency of this key, or of this ID; only if it is open and in the importer's part."""
        key = named if isinstance(named, int) else self.agency_ids.get(named)
        return self.reach.get(key) if key else None

    # --- Agencies and groups ----------------------------------------------------------------------

    def _agency(self, row: RosterRow) -> None:
        data = row.data
        agency = self.reach.get(data.get("agency", 0))
        if data.get("agency") and agency is None:
            return _refuse(row, "changed_meanwhile")
        if agency is None:
            parent = self._place(data["parent"])
            if parent is None:
                return _refuse(row, "no_parent")
            agency = agencies.add(
                parent, name=data["name"], kind=data["kind"], by=self.by, now=self.now
            )
            row.made = {"agency": agency.pk}
            self.reach[agency.pk] = agency
        elif row.outcome == Outcome.CHANGED:
            self._change_agency(row, agency)
        if data["id"] not in self.agency_ids:
            RosterId.objects.create(scope=self.roster.agency, identifier=data["id"], agency=agency)
            self.agency_ids[data["id"]] = agency.pk
        return None

    def _change_agency(self, row: RosterRow, agency: Agency) -> None:
        made: dict[str, Any] = {"changed": agency.pk}
        if agency.name != row.data["name"]:
            made["names"] = [agency.name, row.data["name"]]
            agencies.change(agency, by=self.by, edit=Edit({"name": row.data["name"]}), now=self.now)
        parent = self._place(row.data["parent"])
        if parent and parent.pk != agency.parent_id:
            made["parents"] = [agency.parent_id, parent.pk]
            agencies.move(agency, parent, by=self.by, now=self.now)
        self.reach[agency.pk] = Agency.objects.get(pk=agency.pk)
        row.made = made

    def _group(self, row: RosterRow) -> None:
        data, place = row.data, self._place(row.data["place"])
        if place is None:
            return _refuse(row, "no_agency")
        group = Group.objects.filter(agency=place, external_id=data["id"]).first()
        if row.outcome == Outcome.ENDED:
            if group and not group.closed_at:
                groups.close(group, by=self.by, now=self.now)
                row.made = {"closed": group.pk}
        elif group is None:
            group = groups.add(
                place, name=self._free_name(place, data), school_year=data["year"],
                external_id=data["id"], by=self.by, now=self.now,
            )  # fmt: skip
            row.made = {"group": group.pk}
        elif row.outcome == Outcome.CHANGED:
            was = {"name": group.name, "school_year": group.school_year}
            new = {"name": data["name"], "school_year": data["year"]}
            groups.change(group, by=self.by, edit=Edit(new), now=self.now)
            row.made = {"group_changed": group.pk, "was": was, "new": new}
        return None

    def _free_name(self, place: Agency, data: dict[str, Any]) -> str:
        """Classes are often called the same: the ID from elsewhere tells the second one apart."""
        same = Group.objects.open().filter(agency=place, school_year=data["year"])
        if same.filter(name__iexact=data["name"]).exists():
            return f"{data['name'][:120]} ({data['id'][:26]})"
        return str(data["name"])

    # --- People -----------------------------------------------------------------------------------

    def _find_people(self) -> dict[int, User]:
        """By key of the row: the person, who is invited if nobody has the address yet."""
        ids = RosterId.objects.filter(scope=self.roster.agency).exclude(user=None)
        wanted = [row.data["id"] for row in self.rows if row.data.get("id")]
        by_id = {
            one.identifier: one.user
            for one in ids.filter(identifier__in=wanted).select_related("user")
        }
        needed = [
            row for row in self.rows
            if row.data.get("id") not in by_id and row.data["email"]
            and row.outcome != Outcome.ENDED
        ]  # fmt: skip
        before = people_by_address({row.data["email"] for row in needed})
        language = self.by.language
        people = find_or_invite(
            [(row.data["email"], row.data["name"], language) for row in needed], now=self.now
        )
        self.made_users = {user.pk for email, user in people.items() if email not in before}
        found: dict[int, User] = {}
        new_ids: dict[str, User] = {}
        for row in self.rows:
            user = by_id.get(row.data.get("id", "")) or people.get(row.data["email"])
            if user is None and row.data.get("user"):
                user = User.objects.filter(pk=row.data["user"]).first()
            if user:
                found[row.pk] = user
                if row.data.get("id") and row.data["id"] not in by_id:
                    new_ids[row.data["id"]] = user
        RosterId.objects.bulk_create(
            [
                RosterId(scope=self.roster.agency, identifier=identifier, user=user)
                for identifier, user in new_ids.items()
            ],
            ignore_conflicts=True,
        )
        return found

    def _roles(self) -> None:
        wanted = {row.pk: self._place(row.data["place"]) for row in self.rows}
        keys = {agency.pk for agency in wanted.values() if agency}
        still = {one.pk for one in lock_all(Agency.objects.filter(pk__in=keys, closed_at=None))}
        people = self._find_people()
        learns = {row.pk for row in self.rows if row.data["role"] == Role.EARNER}
        refused = self._without_role(user for key, user in people.items() if key not in learns)
        held = self._held(people.values(), keys)
        new: list[tuple[RosterRow, Membership]] = []
        acts: list[tuple[str, User, Agency]] = []
        for row in self.rows:
            user, agency = people.get(row.pk), wanted[row.pk]
            if agency is None or agency.pk not in still:
                _refuse(row, "no_agency")
                continue
            if user is None:
                continue
            there = held.get((user.pk, agency.pk, row.data["role"]))
            if there is None and row.outcome in (Outcome.NEW, Outcome.CHANGED):
                if row.pk not in learns and user.pk in refused:
                    _refuse(row, refused[user.pk])
                    continue
                membership = Membership(
                    user=user, agency=agency, role=row.data["role"], begun_at=self.now,
                    confirmed_at=self.now, ends_on=_day(row.data["ends_on"]),
                )  # fmt: skip
                new.append((row, membership))
                held[user.pk, agency.pk, row.data["role"]] = membership
                acts.append(("role given by a file", user, agency))
            elif there is not None and there.pk:
                acts += self._change_role(row, there)
        Membership.objects.bulk_create([membership for _row, membership in new])
        for row, membership in new:
            row.made["membership"] = membership.pk
            self._note_new_account(row, membership.user)
        record_all(acts, by=self.by, at=self.now)
        works = [one.user for _row, one in new if one.role == Role.EARNER]
        if works:
            workplaces_confirmed.send(sender=User, users=works)
        learners = [one.user for row, one in new if row.data.get("is_learner")]
        mark_new_learners(learners, now=self.now)
        if self.roster.invites:
            self._invite(new)

    def _without_role(self, people: Iterable[User]) -> dict[int, str]:
        """Who may only learn, and what those who see this roster may know of the reason."""
        people = list(people)
        minors = minors_locked(people)
        inactive = User.objects.filter(pk__in=[user.pk for user in people], is_active=False)
        refused = dict.fromkeys([*minors, *inactive.values_list("pk", flat=True)], "no_role")
        known = known_minors(minors, Agency.objects.within(self.roster.agency))
        return refused | dict.fromkeys(known, "minor")

    def _held(
        self, users: Iterable[User], keys: Iterable[int]
    ) -> dict[tuple[int, int, str], Membership]:
        """Current roles, locked. Those whose last day is over get their end first."""
        current = Membership.objects.current().filter(user__in={user.pk for user in users})
        rows = lock_all(current.filter(agency__in=keys).select_related("user", "agency"))
        today = timezone.localdate(self.now)
        over = [row for row in rows if row.ends_on and row.ends_on < today]
        Membership.objects.filter(pk__in=[row.pk for row in over]).update(ended_at=self.now)
        return {(row.user_id, row.agency_id, row.role): row for row in rows if row not in over}

    def _change_role(self, row: RosterRow, there: Membership) -> list[tuple[str, User, Agency]]:
        if row.outcome == Outcome.ENDED:
            there.ended_at = self.now
            there.save(update_fields=["ended_at"])
            row.made = {"ended": there.pk}
            return [("role ended by a file", there.user, there.agency)]
        if there.confirmed_at is None:
            there.confirmed_at = self.now
            there.save(update_fields=["confirmed_at"])
            row.made = {"membership": there.pk}
            return [("school confirmed", there.user, there.agency)]
        ends_on = _day(row.data["ends_on"])
        if row.outcome == Outcome.CHANGED and there.ends_on != ends_on:
            was = there.ends_on and there.ends_on.isoformat()
            row.made = {"day": there.pk, "was": was, "new": row.data["ends_on"]}
            there.ends_on = ends_on
            there.save(update_fields=["ends_on"])
            return [("last day of a role changed", there.user, there.agency)]
        return []

    def _note_new_account(self, row: RosterRow, user: User) -> None:
        if user.pk in self.made_users:
            row.made["user"] = user.pk
            self.made_users.discard(user.pk)

    def _invite(self, new: list[tuple[RosterRow, Membership]]) -> None:
        """One email to each person whose account this row made."""
        letters = [
            Letter(
                "role_given", str(one.pk), one.user.email, one.user.language,
                {"membership": one.pk}, self.now,
            )
            for row, one in new if "user" in row.made
        ]  # fmt: skip
        if letters:
            queue_emails(letters, now=self.now)

    # --- Places in groups -------------------------------------------------------------------------

    def _places(self) -> None:
        names = {row.data["group"] for row in self.rows}
        wanted = Group.objects.open().filter(agency__in=self.reach, external_id__in=names)
        lock_all(Agency.objects.filter(groups__in=wanted))
        known = {group.external_id: group for group in lock_all(wanted.select_related("agency"))}
        people = self._find_people()
        teach = {row.pk for row in self.rows if row.data["part"] == GroupMember.Part.INSTRUCTOR}
        refused = self._without_role(user for key, user in people.items() if key in teach)
        current = GroupMember.objects.current().filter(group__in=known.values())
        there = {(one.group_id, one.user_id): one for one in lock_all(current)}
        new: list[tuple[RosterRow, GroupMember]] = []
        acts: list[tuple[str, User, Agency]] = []
        for row in self.rows:
            group, user = known.get(row.data["group"]), people.get(row.pk)
            if group is None and row.outcome != Outcome.ENDED:
                _refuse(row, "no_group")
            if group is None or user is None:
                continue
            place = there.get((group.pk, user.pk))
            is_other = place is not None and place.part != row.data["part"]
            is_new = (place is None or is_other) and row.outcome != Outcome.ENDED
            if is_new and row.pk in teach and user.pk in refused:
                _refuse(row, refused[user.pk])
                continue
            if place and place.pk and (row.outcome == Outcome.ENDED or is_other):
                place.ended_at = self.now
                place.save(update_fields=["ended_at"])
                row.made["place_ended"] = place.pk
                acts.append(("group left", user, group.agency))
                place = None
            if place is None and row.outcome != Outcome.ENDED:
                place = GroupMember(
                    group=group, user=user, part=row.data["part"], begun_at=self.now
                )
                new.append((row, place))
                there[group.pk, user.pk] = place
                acts.append(("group joined", user, group.agency))
        GroupMember.objects.bulk_create([place for _row, place in new])
        for row, place in new:
            row.made["place"] = place.pk
            self._note_new_account(row, place.user)
        record_all(acts, by=self.by, at=self.now)
        self._make_instructors(new)
        self._mark_learners(new)

    def _make_instructors(self, new: list[tuple[RosterRow, GroupMember]]) -> None:
        """The role at the agency of the group, which an instructor needs to see it."""
        teaching = [(row, one) for row, one in new if one.part == GroupMember.Part.INSTRUCTOR]
        keys = {one.group.agency_id for _row, one in teaching}
        held = self._held([one.user for _row, one in teaching], keys)
        given: list[tuple[RosterRow, Membership]] = []
        for row, one in teaching:
            key = (one.user_id, one.group.agency_id, Role.INSTRUCTOR.value)
            if key not in held:
                held[key] = Membership(
                    user=one.user, agency=one.group.agency, role=Role.INSTRUCTOR,
                    begun_at=self.now, confirmed_at=self.now,
                )  # fmt: skip
                given.append((row, held[key]))
        Membership.objects.bulk_create([membership for _row, membership in given])
        for row, membership in given:
            row.made["membership"] = membership.pk
        acts = [("role given by a file", one.user, one.agency) for _row, one in given]
        record_all(acts, by=self.by, at=self.now)

    def _mark_learners(self, new: list[tuple[RosterRow, GroupMember]]) -> None:
        """People whom the file puts into a group without giving them any role."""
        members = [place for _row, place in new if place.part == GroupMember.Part.MEMBER]
        keys = [place.pk for place in members]
        earlier = GroupMember.objects.filter(user__in=[one.user_id for one in members])
        known = set(earlier.exclude(pk__in=keys).values_list("user", flat=True))
        by_agency: dict[Agency, list[User]] = {}
        for place in members:
            if place.user_id not in known:
                by_agency.setdefault(place.group.agency, []).append(place.user)
        for agency, users in by_agency.items():
            mark_new_learners(users, agency=agency, now=self.now)


def _refuse(row: RosterRow, problem: str) -> None:
    row.outcome, row.problem, row.made = Outcome.REFUSED, problem, {}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
