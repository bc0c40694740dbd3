"""The test results of a group's people that an instructor sees: of the files of its agency and of
those above it, never of another part of the program (ADR 78)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from allauth.account.models import EmailAddress
from django.db.models import F, QuerySet

from accounts.models import Agency, Group, GroupMember, User
from awarding.models import ScoreResult
from awarding.states import RowProblem


@dataclass(frozen=True)
class ResultsOfPeople:
    """Newest first, for any confirmed address of these people. What is in a file twice is once."""

    group: Group
    places: Collection[GroupMember]

    @cached_property
    def found(self) -> QuerySet[ScoreResult]:
        found = ScoreResult.objects.filter(
            email__in=list(self._person_by_address),
            score_import__agency__in=Agency.objects.above(self.group.agency),
        )
        return found.exclude(problem=RowProblem.TWICE).order_by(
            F("earned_on").desc(nulls_last=True), "-pk"
        )

    def with_places(
        self, results: Collection[ScoreResult]
    ) -> list[tuple[GroupMember, ScoreResult]]:
        """Each result with its person's place in the group."""
        by_person = {place.user.person_key: place for place in self.places}
        person = self._person_by_address
        return [(by_person[person[result.email]], result) for result in results]

    @cached_property
    def _person_by_address(self) -> dict[str, object]:
        keys = {place.user.person_key for place in self.places}
        accounts = User.objects.filter(person_key__in=keys)
        people: dict[str, object] = dict(accounts.values_list("email", "person_key"))
        confirmed = EmailAddress.objects.filter(user__person_key__in=keys, verified=True)
        return people | dict(confirmed.values_list("email", "user__person_key"))
