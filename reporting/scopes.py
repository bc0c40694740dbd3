"""Whose numbers a report shows: what agencies issued, or what the people have who work there.

A school issues nothing, yet its teachers have badges.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from catalog.models import BadgeClass
from issuing.models import Assertion
from issuing.querysets import AssertionQuerySet
from issuing.states import AwardStatus
from reporting.periods import Period
from submissions.models import Submission


class Basis(models.TextChoices):
    ISSUER = "issuer", _("Who issued them")
    WORKPLACE = "workplace", _("Where people work")


# A confirmed workplace counts from the day on which the person named it until they leave, so moving
# to another school takes nothing from the first. What somebody had before they named any workplace
# counts for those that they named later. `moment` and `person` are columns of the table outside.
_WORKED_THERE = """
    place.user_id = {person} AND place.role = 'earner' AND place.confirmed_at IS NOT NULL
    AND (place.ended_at IS NULL OR place.ended_at > {moment})
    AND (place.begun_at <= {moment} OR NOT EXISTS (
        SELECT 1 FROM accounts_membership known
        WHERE known.user_id = {person} AND known.role = 'earner'
          AND known.confirmed_at IS NOT NULL AND known.begun_at <= {moment}
          AND (known.ended_at IS NULL OR known.ended_at > {moment})))
"""
# An agency counts what is counted for it and for all below it, and each person and badge once.
_BY_AGENCY = f"""
    WITH RECURSIVE below AS (
        SELECT id AS top, id FROM accounts_agency WHERE id = ANY(%(agencies)s)
        UNION
        SELECT below.top, agency.id FROM below JOIN accounts_agency agency
            ON agency.parent_id = below.id
    ),
    held AS (
    SELECT place.agency_id AS agency, award.id AS award, recipient.person_key AS person
    FROM issuing_assertion award
    JOIN accounts_user recipient ON recipient.id = award.recipient_id
    JOIN accounts_membership place
        ON {_WORKED_THERE.format(person="award.recipient_id", moment="award.issued_on")}
    WHERE award.status = %(issued)s
      AND award.issued_on >= %(first)s AND award.issued_on < %(last)s
    )
    SELECT below.top, count(DISTINCT held.award), count(DISTINCT held.person)
    FROM below JOIN held ON held.agency = below.id GROUP BY below.top
"""  # noqa: S608  names of our own


@dataclass(frozen=True)
class Scope:
    """Agencies, by their keys and with all below them, and what counts for them."""

    agencies: Collection[int]
    basis: Basis = Basis.ISSUER

    def awards(self) -> AssertionQuerySet:
        if self.basis == Basis.ISSUER:
            return Assertion.objects.filter(badge_class__issuer__agency__in=self.agencies)
        held = self._of_people_there("issuing_assertion", "recipient_id", "issued_on")
        return Assertion.objects.filter(pk__in=held)

    def submissions(self) -> QuerySet[Submission]:
        if self.basis == Basis.ISSUER:
            return Submission.objects.filter(badge_class__issuer__agency__in=self.agencies)
        begun = self._of_people_there("submissions_submission", "earner_id", "started_at")
        return Submission.objects.filter(pk__in=begun)

    def badges(self) -> QuerySet[BadgeClass]:
        """Those to list: all that the agencies issue, or those that their people have or try."""
        readable = BadgeClass.objects.readable()
        if self.basis == Basis.ISSUER:
            return readable.filter(issuer__agency__in=self.agencies)
        touched = (
            self.awards().issued().order_by().values("badge_class"),
            self.submissions().order_by().values("badge_class"),
        )
        return readable.filter(models.Q(pk__in=touched[0]) | models.Q(pk__in=touched[1]))

    def held_by_agency(self, period: Period) -> dict[int, tuple[int, int]]:
        """(badges, people) by where people work: of each agency and all below it, if any."""
        first, last = period.bounds
        with connection.cursor() as cursor:
            cursor.execute(
                _BY_AGENCY,
                {
                    "agencies": list(self.agencies),
                    "issued": AwardStatus.ISSUED,
                    "first": first,
                    "last": last,
                },
            )
            return {agency: (badges, people) for agency, badges, people in cursor.fetchall()}

    def _of_people_there(self, table: str, person: str, moment: str) -> RawSQL:
        """The keys of the rows of a table whose person worked there at their moment."""
        rule = _WORKED_THERE.format(person=f"own.{person}", moment=f"own.{moment}")
        keys = (
            f"SELECT own.id FROM {table} own"  # noqa: S608  names of our own
            f" JOIN accounts_membership place ON {rule} WHERE place.agency_id = ANY(%s)"
        )
        return RawSQL(keys, [list(self.agencies)])  # noqa: S611
