"""Who did what, when: the book of the program, read from everywhere it is written.

Acts are kept in two places: the audit entries of accounts, and the moves of submissions. They are
read newest first, a page at a time, from where the last page ended: no page is slower than the
first, however long the book.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice

from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.models import AuditEntry
from reporting.periods import Period
from rewards.note_translations import in_words
from submissions.models import StatusChange, Submission
from submissions.states import Status


class Act(models.TextChoices):
    SENT = "sent", _("Submitted")
    TAKEN = "taken", _("Taken by a reviewer")
    GIVEN_BACK = "given_back", _("Returned to the queue")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    AWARDS = "awards", _("Awards: issued, on hold, revoked")
    BADGES = "badges", _("Badges: created, published, retired")
    PEOPLE = "people", _("People and roles")


_MOVES: dict[str, Q] = {
    Act.SENT: Q(to_status=Status.SUBMITTED, from_status__in=[Status.DRAFT, Status.RETURNED]),
    Act.TAKEN: Q(to_status=Status.IN_REVIEW),
    Act.GIVEN_BACK: Q(to_status=Status.SUBMITTED, from_status=Status.IN_REVIEW),
    Act.RETURNED: Q(to_status=Status.RETURNED),
    Act.APPROVED: Q(to_status=Status.APPROVED),
    Act.DECLINED: Q(to_status=Status.DECLINED),
    Act.WITHDRAWN: Q(to_status=Status.WITHDRAWN),
}
_SUBJECTS: dict[str, Q] = {
    Act.AWARDS: Q(subject_key__startswith="issuing.") | Q(subject_key__startswith="awarding."),
    Act.BADGES: Q(subject_key__startswith="catalog."),
    Act.PEOPLE: Q(subject_key__startswith="accounts."),
}


# What audit entries say, for people; a kind of act that is new here is shown as it was written.
_WORDS = {
    "award issued": _("Badge issued"),
    "award held": _("Award put on hold"),
    "award pending": _("Award released"),
    "award cancelled": _("Award canceled"),
    "award revoked": _("Badge revoked"),
    "award granted": _("Badge awarded"),
    "score rule made": _("Rule for test results created"),
    "score rule removed": _("Rule for test results removed"),
    "scores brought": _("Test results uploaded"),
    "scores discarded": _("Test results deleted"),
    "token made": _("Token created"),
    "token revoked": _("Token revoked"),
    "pathway completed": _("Pathway completed"),
    "award list made": _("Award list created"),
    "award list running": _("Award list started"),
    "award list stopped": _("Award list stopped"),
    "award list done": _("Award list finished"),
    "award list undoing": _("Award list undo started"),
    "award list undone": _("Award list undone"),
    "award list discarded": _("Award list deleted"),
    "claim code made": _("Claim code created"),
    "claim code ended": _("Claim code ended"),
    "key made": _("Key created"),
    "key retired": _("Key retired"),
    "key revoked": _("Key revoked"),
    "pathway created": _("Pathway created"),
    "pathway changed": _("Pathway changed"),
    "pathway renamed": _("Pathway renamed"),
    "pathway suspended": _("Pathway suspended"),
    "pathway resumed": _("Pathway resumed"),
    "pathway removed": _("Pathway removed"),
    "endorsement offered": _("Endorsement offered"),
    "endorsement accepted": _("Endorsement accepted"),
    "endorsement declined": _("Endorsement declined"),
    "endorsement withdrawn": _("Endorsement withdrawn"),
    "badge created": _("Badge created"),
    "badge published": _("Badge reactivated"),
    "badge retired": _("Badge retired"),
    "review given back": _("Review returned to the queue"),
    "role given": _("Role assigned"),
    "role taken": _("Role removed"),
    "name changed": _("Name changed"),
    "letter sent again": _("Email resent"),
    "rules changed": _("Rules changed"),
    "school chosen": _("School chosen"),
    "school left": _("School removed"),
}
_VERSION_WORDS = {
    "begun": _("Version %(number)s started"),
    "published": _("Version %(number)s published"),
}


@dataclass(frozen=True)
class Line:
    """One act as it is shown. `hidden` where the reader may not know who acted."""

    at: datetime
    source: str
    pk: int
    actor: User | None
    hidden: bool
    act: str
    subject: str
    note: str = ""
    url: str = ""

    @property
    def place(self) -> tuple[datetime, str, int]:
        return self.at, self.source, self.pk

    @property
    def cursor(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.pk}"


def lines(
    reader: User,
    agencies: Collection[int],
    *,
    limit: int,
    act: str = "",
    person: str = "",
    period: Period,
    older_than: str = "",
) -> list[Line]:
    """At most `limit` lines, the newest first.

    Earners do not learn who reviews them, not by searching for a reviewer's name either.
    """
    place = _read_cursor(older_than)
    return list(
        islice(
            merge(
                _entries(reader, agencies, limit, act, person, period, place),
                _moves(reader, agencies, limit, act, person, period, place),
                key=lambda line: line.place,
                reverse=True,
            ),
            limit,
        )
    )


def _entries(reader, agencies, limit, act, person, period, place):
    if act in _MOVES:
        return []
    entries = AuditEntry.objects.filter(period.within("at"), agency__in=agencies)
    if act:
        entries = entries.filter(_SUBJECTS[act])
    own = [
        f"{Submission._meta.label_lower}:{pk}"
        for pk in Submission.objects.of(reader).values_list("pk", flat=True)
    ]
    if person:
        not_own = ~Q(subject_key__in=own) | Q(actor=reader)
        entries = entries.filter(not_own, actor__name__icontains=person)
    entries = _after(entries, "at", "entry", place).select_related("actor")
    return [
        _line_of_entry(entry, hidden=entry.subject_key in own and entry.actor_id != reader.pk)
        for entry in entries.order_by("-at", "-pk")[:limit]
    ]


def _line_of_entry(entry: AuditEntry, *, hidden: bool) -> Line:
    return Line(
        at=entry.at,
        source="entry",
        pk=entry.pk,
        actor=entry.actor,
        hidden=hidden,
        act=_words_of(entry.act),
        subject=entry.subject,
        # A reviewer's words on why can tell who they are as well as a name.
        note="" if hidden else entry.note,
    )


def _moves(reader, agencies, limit, act, person, period, place):
    if act in _SUBJECTS:
        return []
    moves = StatusChange.objects.filter(
        period.within("changed_at"), submission__badge_class__issuer__agency__in=agencies
    )
    if act:
        moves = moves.filter(_MOVES[act])
    if person:
        not_own = ~Q(submission__earner=reader) | Q(actor=reader)
        moves = moves.filter(not_own, actor__name__icontains=person)
    moves = _after(moves, "changed_at", "move", place).select_related(
        "actor", "submission__earner", "submission__version"
    )
    return [_line_of(move, reader) for move in moves.order_by("-changed_at", "-pk")[:limit]]


def _line_of(move: StatusChange, reader: User) -> Line:
    submission = move.submission
    own = submission.earner_id == reader.pk
    return Line(
        at=move.changed_at,
        source="move",
        pk=move.pk,
        actor=move.actor,
        hidden=own and move.actor_id != reader.pk,
        act=_name_of(move),
        subject=f"{submission.version.name}: {submission.earner}",
        url=submission.get_absolute_url(),
    )


def _name_of(move: StatusChange) -> str:
    for act, condition in _MOVES.items():
        expected = dict(condition.children)
        froms = expected.get("from_status__in", [expected.get("from_status", move.from_status)])
        if move.to_status == expected["to_status"] and move.from_status in froms:
            return Act(act).label
    return f"{move.get_from_status_display()} → {move.get_to_status_display()}"


def _words_of(act: str) -> str:
    if words := _WORDS.get(act):
        return str(words)
    if version := re.fullmatch(r"version (\d+) (begun|published)", act):
        return _VERSION_WORDS[version[2]] % {"number": version[1]}
    return in_words(act)


def _after(rows, field: str, source: str, place):
    """Rows that come after the place: older, or of the same moment and further down."""
    if place is None:
        return rows
    at, its_source, pk = place
    older = Q(**{f"{field}__lt": at})
    if source == its_source:
        return rows.filter(older | Q(**{field: at}, pk__lt=pk))
    if source < its_source:
        return rows.filter(older | Q(**{field: at}))
    return rows.filter(older)


def _read_cursor(words: str) -> tuple[datetime, str, int] | None:
    """Where the last page ended. An address that somebody has bent starts from the newest."""
    at, _, rest = words.partition("~")
    source, _, pk = rest.partition("~")
    try:
        moment = parse_datetime(at)
        number = int(pk)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or source not in {"entry", "move"}:
        return None
    return moment, source, number
