"""What each record of a roster would do, compared with what is stored. Nothing is written here."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils import timezone

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
from accounts.one_line import one_line
from accounts.operations import people_by_address
from accounts.rosters.words import GONE, KINDS, RANKS, ROLES, STAFF, is_address, text_problem

Outcome, Kind = RosterRow.Outcome, RosterRow.Kind
Data = dict[str, Any]


class Planner:
    """Compares records with what is stored, in a few statements for all of them together."""

    def __init__(self, roster: RosterImport, records: list[Data]) -> None:
        self.roster, self.records, self.top = roster, records, roster.agency
        self.today = timezone.localdate()
        reach = Agency.objects.within(roster.agency).order_by("pk")
        self.agencies = {agency.pk: agency for agency in reach}
        ids = RosterId.objects.filter(scope=roster.agency).select_related("user")
        self.agency_ids = {row.identifier: row.agency_id for row in ids if row.agency_id}
        self.people_ids = {row.identifier: row.user for row in ids if row.user_id}
        self.by_name: dict[str, list[int]] = {}
        for agency in self.agencies.values():
            self.by_name.setdefault(agency.name.casefold(), []).append(agency.pk)
        # What the file says: which agencies are new, and which of its rows are refused.
        self.new_agencies: dict[str, Data] = {}
        self.new_by_name: dict[str, list[str]] = {}
        self.elsewhere: dict[str, bool] = {}
        self.above: set[str] = set()
        self.group_rows: dict[str, RosterRow] = {}
        addresses = {one.get("email", "").strip().lower() for one in records} - {""}
        self.people = people_by_address(addresses)
        verified = EmailAddress.objects.filter(email__in=addresses, verified=True)
        self.confirmed = set(verified.values_list("email", flat=True))
        held = Membership.objects.confirmed().filter(agency__in=self.agencies)
        held = held.select_related("user")
        self.named_roles: set[tuple] = set()
        self.named_places: set[tuple] = set()
        self.held = {(row.user_id, row.agency_id, row.role): row for row in held}
        groups = Group.objects.filter(agency__in=self.agencies).exclude(external_id="")
        self.groups = {group.external_id: group for group in groups}
        places = GroupMember.objects.current().filter(group__in=groups)
        places = places.select_related("user", "group")
        self.places = {(row.group_id, row.user_id): row for row in places}

    def rows(self) -> Iterable[RosterRow]:
        agencies = [one for one in self.records if one["what"] == "agency"]
        yield from self._agencies(agencies)
        seen: set[tuple] = set()
        plans = {"role": self._role, "group": self._group, "place": self._place}
        for what in ("role", "group", "place"):
            for record in self.records:
                if record["what"] != what:
                    continue
                row = plans[what](record)
                key = (what, *(row.data.get(name) for name in
                               ("id", "email", "place", "role", "group")))  # fmt: skip
                if key in seen and row.outcome != Outcome.REFUSED:
                    # The very same again, as when somebody teaches two subjects at one school.
                    row.outcome, row.problem = Outcome.REFUSED, "twice"
                seen.add(key)
                yield row
        if self.roster.ends_missing:
            yield from self._missing()

    def _missing(self) -> Iterable[RosterRow]:
        """Roles and places that earlier files gave, of kinds that this file has, without these."""
        kinds = {one["what"] for one in self.records}
        earlier = RosterRow.objects.filter(roster__agency=self.top, undone_at=None)
        for what, made, current, named in (
            ("role", "membership", self.held, self.named_roles),
            ("place", "place", self.places, self.named_places),
        ):
            given = earlier.filter(kind=what, made__has_key=made)
            keys = set(given.values_list(f"made__{made}", flat=True))
            for key, row in current.items():
                if what in kinds and row.pk in keys and key not in named:
                    yield self._end_of(what, row)

    def _end_of(self, what: str, row: Any) -> RosterRow:
        user = row.user
        data = {"id": "", "email": user.email, "name": user.name, "user": user.pk}
        if what == "role":
            data |= {"role": row.role, "place": row.agency_id, "ends_on": None}
        else:
            data |= {"group": row.group.external_id, "part": row.part}
        words = {"where": "–", "name": user.name, "email": user.email, "role": data.get("role")}
        return self._row(what, words, Outcome.ENDED, data)

    # --- Agencies ---------------------------------------------------------------------------------

    def _agencies(self, records: list[Data]) -> Iterable[RosterRow]:
        """Each after the one that it is part of, so that it can be made in this order."""
        by_id: dict[str, Data] = {}
        twice: list[Data] = []
        for record in records:
            record["id"] = record.get("id") or record.get("name", "")
            if record["id"] in by_id:
                twice.append(record)
            by_id.setdefault(record["id"], record)
        parts: dict[str, list[Data]] = {}
        for record in by_id.values():
            parent = record.get("parent", "")
            parts.setdefault(parent if parent in by_id else "", []).append(record)
        ready = deque(parts.pop("", ()))
        while ready:
            record = ready.popleft()
            yield self._agency(record)
            ready.extend(parts.pop(record["id"], ()))
        # Nothing leads to these: they are part of each other.
        for record in chain.from_iterable(parts.values()):
            yield self._refused(Kind.AGENCY, record, "circle")
        for one in twice:
            yield self._refused(Kind.AGENCY, one, "twice")

    def _agency(self, record: Data) -> RosterRow:
        problem = text_problem(record, "name", 200) or text_problem(record, "id", 255)
        if problem:
            return self._refused(Kind.AGENCY, record, problem)
        kind = KINDS.get(record.get("kind", "").strip().lower().replace("_", " "))
        known = self.agencies.get(self.agency_ids.get(record["id"], 0))
        if known is None and record["name"].casefold() == self.top.name.casefold():
            known = self.top
        if known is None and kind is None:
            return self._refused(Kind.AGENCY, record, "unknown_kind")
        if known is None and RANKS.get(kind, 3) <= RANKS.get(self.top.kind, 3):
            self.above.add(record["id"])
            return self._refused(Kind.AGENCY, record, "above")
        if record.get("status", "").lower() in GONE:
            return self._refused(Kind.AGENCY, record, "close_by_hand")
        if known == self.top:
            self.agency_ids[record["id"]] = self.top.pk
            data = {"id": record["id"], "agency": self.top.pk}
            return self._row(Kind.AGENCY, record, Outcome.SAME, data)
        parent, problem = self._parent(record)
        if problem:
            return self._refused(Kind.AGENCY, record, problem)
        known = known or self._same_name(record["name"], parent)
        data = {"id": record["id"], "name": record["name"], "kind": kind, "parent": parent}
        if known is None:
            self.new_agencies[record["id"]] = data
            self.new_by_name.setdefault(data["name"], []).append(data["id"])
            return self._row(Kind.AGENCY, record, Outcome.NEW, data)
        if known.closed_at:
            return self._refused(Kind.AGENCY, record, "closed")
        self.agency_ids[record["id"]] = known.pk
        data["agency"] = known.pk
        is_moved = bool(record.get("parent")) and parent != known.parent_id
        is_same = known.name == record["name"] and not is_moved
        return self._row(Kind.AGENCY, record, Outcome.SAME if is_same else Outcome.CHANGED, data)

    def _parent(self, record: Data) -> tuple[int | str | None, str]:
        """The key of a stored agency, or the ID of a new one in the file."""
        named = record.get("parent", "")
        if not named or named in self.above:
            return self.top.pk, ""
        if named in self.new_agencies:
            return named, ""
        found = self._find(named)
        return (found.pk, "") if found else (None, "no_parent")

    def _same_name(self, name: str, parent: int | str | None) -> Agency | None:
        found = [self.agencies[key] for key in self.by_name.get(name.casefold(), ())]
        return next((one for one in found if one.parent_id == parent and not one.closed_at), None)

    def _find(self, named: str) -> Agency | None:
        """By ID, or by a name that only one open agency has."""
        if known := self.agencies.get(self.agency_ids.get(named, 0)):
            return known
        open_ones = [
            self.agencies[key] for key in self.by_name.get(named.casefold(), ())
            if not self.agencies[key].closed_at
        ]  # fmt: skip
        return open_ones[0] if len(open_ones) == 1 else None

    def _place_of(self, record: Data) -> tuple[int | str | None, str]:
        named = record.get("place", "").strip()
        if named in self.new_agencies:
            return named, ""
        by_name = self.new_by_name.get(named, [])
        if len(by_name) == 1:
            return by_name[0], ""
        agency = self._find(named)
        if agency is None:
            is_outside = named in self.above or self._is_elsewhere(named)
            return None, "outside" if is_outside else "no_agency"
        return (agency.pk, "closed") if agency.closed_at else (agency.pk, "")

    def _is_elsewhere(self, named: str) -> bool:
        if named not in self.elsewhere:
            same = Agency.objects.filter(name__iexact=named)
            self.elsewhere[named] = bool(named) and same.exists()
        return self.elsewhere[named]

    # --- People -----------------------------------------------------------------------------------

    def _person(self, record: Data) -> tuple[User | None, str]:
        """The account, if there is one; and what is wrong with how the row names a person."""
        record["email"] = record.get("email", "").strip().lower()
        if record.get("problem"):
            return None, record["problem"]
        if len(record.get("id", "")) > 255:
            return None, "too_long"
        if known := self.people_ids.get(record.get("id", "")):
            return known, ""
        email = record["email"]
        if not email:
            return None, "no_email"
        if not is_address(email):
            return None, "bad_email"
        try:
            record["name"] = one_line(record.get("name", ""))
        except ValidationError:
            return None, "bad_name"
        if len(record["name"]) > 150:
            return None, "bad_name"
        user = self.people.get(email)
        if user and not user.is_invited and email not in self.confirmed:
            return None, "unconfirmed"
        return user, ""

    def _role(self, record: Data) -> RosterRow:
        user, problem = self._person(record)
        role = ROLES.get(record.get("role", "").strip().lower())
        place, no_place = self._place_of(record)
        ends_on, bad_day = self._day(record)
        problem = problem or ("" if role else "unknown_role") or no_place or bad_day
        if not problem and place == self.top.pk and self.top.parent_id is None:
            problem = "at_root"
        if not problem and user and user.person_key == self.roster.made_by.person_key:
            problem = "own_role"
        if problem:
            return self._refused(Kind.ROLE, record, problem)
        data = {
            "id": record.get("id", ""), "email": record["email"], "name": record.get("name", ""),
            "user": user and user.pk, "role": role, "place": place,
            "ends_on": ends_on and ends_on.isoformat(),
            "is_learner": record.get("role", "").strip().lower() not in STAFF,
        }  # fmt: skip
        held = self.held.get((user.pk, place, role)) if user else None
        if user:
            self.named_roles.add((user.pk, place, role))
        if record.get("status", "").lower() in GONE:
            outcome = Outcome.ENDED if held else Outcome.SAME
        elif held is None:
            outcome = Outcome.NEW
        else:
            is_same = held.ends_on == ends_on or not record.get("ends")
            outcome = Outcome.SAME if is_same else Outcome.CHANGED
        return self._row(Kind.ROLE, record, outcome, data)

    def _day(self, record: Data) -> tuple[date | None, str]:
        text = record.get("ends", "").strip()
        if not text:
            return None, ""
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            return None, "bad_day"
        if day < self.today and record.get("status", "").lower() not in GONE:
            return None, "past_day"
        return day, ""

    # --- Groups -----------------------------------------------------------------------------------

    def _group(self, record: Data) -> RosterRow:
        place, problem = self._place_of(record)
        problem = text_problem(record, "name", 150) or text_problem(record, "id", 255) or problem
        if not problem and len(record.get("year", "")) > 40:
            problem = "too_long"
        known = self.groups.get(record.get("id", ""))
        if problem:
            return self._refused(Kind.GROUP, record, problem)
        if known and known.agency_id != place:
            return self._refused(Kind.GROUP, record, "twice")
        data = {
            "id": record["id"], "name": record["name"], "year": record.get("year", ""),
            "place": place, "group": known and known.pk,
        }  # fmt: skip
        if record.get("status", "").lower() in GONE:
            outcome = Outcome.ENDED if known and not known.closed_at else Outcome.SAME
        elif known is None:
            outcome = Outcome.NEW
        elif known.closed_at:
            return self._refused(Kind.GROUP, record, "closed")
        else:
            is_same = (known.name, known.school_year) == (data["name"], data["year"])
            outcome = Outcome.SAME if is_same else Outcome.CHANGED
        row = self._row(Kind.GROUP, record, outcome, data)
        self.group_rows[record["id"]] = row
        return row

    def _place(self, record: Data) -> RosterRow:
        user, problem = self._person(record)
        group_row = self.group_rows.get(record.get("group", ""))
        group = self.groups.get(record.get("group", ""))
        if not problem and group is None and group_row is None:
            problem = "no_group"
        if problem:
            return self._refused(Kind.PLACE, record, problem)
        if record["part"] == "instructor" and group and self._is_at_root(group.agency_id):
            return self._refused(Kind.PLACE, record, "at_root")
        data = {
            "id": record.get("id", ""), "email": record["email"], "name": record.get("name", ""),
            "user": user and user.pk, "group": record["group"], "part": record["part"],
        }  # fmt: skip
        there = self.places.get((group.pk, user.pk)) if group and user else None
        if group and user:
            self.named_places.add((group.pk, user.pk))
        is_gone = record.get("status", "").lower() in GONE or (
            group_row is not None and group_row.outcome == Outcome.ENDED
        )
        if is_gone:
            outcome = Outcome.ENDED if there else Outcome.SAME
        elif there is None:
            outcome = Outcome.NEW
        else:
            outcome = Outcome.SAME if there.part == record["part"] else Outcome.CHANGED
        return self._row(Kind.PLACE, record, outcome, data)

    def _is_at_root(self, agency: int) -> bool:
        return agency == self.top.pk and self.top.parent_id is None

    # --- Rows -------------------------------------------------------------------------------------

    def _refused(self, kind: str, record: Data, problem: str) -> RosterRow:
        row = self._row(kind, record, Outcome.REFUSED, {})
        row.problem = problem
        return row

    def _row(self, kind: str, record: Data, outcome: str, data: Data) -> RosterRow:
        words = (record.get("name"), record.get("email"), record.get("role"), record.get("place"))
        label = ", ".join(dict.fromkeys(word for word in words if word))
        return RosterRow(
            roster=self.roster, kind=kind, where=record["where"][:60],
            label=(label or record.get("id", ""))[:500], data=data, outcome=outcome,
        )  # fmt: skip
