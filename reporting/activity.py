"""The activity log: who did what, and when.

It merges two tables, the audit entries and the status changes of submissions, newest first. Pages
start from a cursor, so later pages are as fast as the first.
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
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import are_one_person
from audit import audiences
from audit.audiences import Reader
from audit.models import AuditEntry
from reporting import kept_from_readers
from reporting.account_acts import ACCOUNT_ACTS
from reporting.activity_of_due_process import ACTS_OF_DUE_PROCESS
from reporting.activity_of_groups import ACTS_OF_GROUPS
from reporting.activity_of_reviewing import ACTS_OF_REVIEWING
from reporting.activity_of_set_up import ACTS_OF_SET_UP
from reporting.activity_on_awards import ACTS_ON_AWARDS
from reporting.activity_search import search_for
from reporting.names_of_subjects import names_of_subjects
from reporting.periods import Period
from reporting.permissions import agencies_with_addresses
from rewards.note_translations import translate_note
from submissions.models import StatusChange, Submission
from submissions.states import EDITABLE, Status


class Act(models.TextChoices):
    SENT = "sent", _("Submitted")
    TAKEN = "taken", _("Taken by a reviewer")
    GIVEN_BACK = "given_back", _("Returned to the queue")
    RETURNED = "returned", _("Returned")
    TAKEN_BACK = "taken_back", _("Taken back")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    AWARDS = "awards", _("Awards: issued, on hold, revoked")
    BADGES = "badges", _("Badges: created, published, retired")
    PEOPLE = "people", _("People and roles")


_STATUS_CHANGES: dict[str, Q] = {
    Act.SENT: Q(to_status=Status.SUBMITTED, from_status__in=EDITABLE),
    Act.TAKEN: Q(to_status=Status.IN_REVIEW),
    Act.RETURNED: Q(to_status=Status.RETURNED),
    Act.TAKEN_BACK: Q(to_status=Status.TAKEN_BACK),
    Act.APPROVED: Q(to_status=Status.APPROVED),
    Act.DECLINED: Q(to_status=Status.DECLINED),
    Act.WITHDRAWN: Q(to_status=Status.WITHDRAWN),
}
# Shown as the entry that is recorded with it, which has the reviewer's reason.
_RECORDED_MOVE = Q(to_status=Status.SUBMITTED, from_status=Status.IN_REVIEW)
_AUDIT_SUBJECTS: dict[str, Q] = {
    Act.GIVEN_BACK: Q(act="review given back"),
    Act.AWARDS: Q(subject_key__startswith="issuing.") | Q(subject_key__startswith="awarding."),
    Act.BADGES: Q(subject_key__startswith="catalog."),
    Act.PEOPLE: Q(subject_key__startswith="accounts."),
}


# Translations of the acts of audit entries; other acts are shown as they were saved.
_ACTS = {
    **ACTS_OF_GROUPS,
    **ACTS_OF_SET_UP,
    **ACTS_OF_DUE_PROCESS,
    **ACTS_ON_AWARDS,
    "score rule made": _("Rule for test results created"),
    "score rule removed": _("Rule for test results removed"),
    "scores brought": _("Test results uploaded"),
    "scores checked again": _("Test results checked again"),
    "scores discarded": _("Test results deleted"),
    "person ids imported": _("IDs of people added"),
    "person id changed": _("ID of a person corrected"),
    "person id removed": _("ID of a person removed"),
    "token made": _("Token created"),
    "token revoked": _("Token revoked"),
    "pathway completed": _("Pathway completed"),
    "list uploaded": _("List uploaded"),
    "list read again": _("List read in another way"),
    "list columns assigned": _("Columns of a list assigned"),
    "list upload forgotten": _("Uploaded list deleted: nobody answered its questions in time"),
    "list upload discarded": _("Uploaded list deleted"),
    "award list made": _("Award list created"),
    "award list running": _("Award list started"),
    "award list stopped": _("Award list stopped"),
    "award list done": _("Award list finished"),
    "award list sent at once": _("Award list sent without the wait"),
    "award list undoing": _("Award list taken back: revoked or canceled"),
    "award list halted": _("Taking back an award list stopped"),
    "award list undoing continued": _("Taking back an award list continued"),
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
    "award endorsement offered": _("Endorsement offered"),
    "award endorsement accepted": _("Endorsement accepted"),
    "award endorsement declined": _("Endorsement declined"),
    "award endorsement withdrawn": _("Endorsement withdrawn"),
    "mailing list made": _("Mailing list created"),
    "subscribers looked at": _("File of subscribers looked at"),
    "subscribers not imported": _("File of subscribers deleted"),
    "subscribers being imported": _("Import of subscribers began"),
    "subscribers imported": _("Subscribers imported"),
    "import of subscribers undone": _("Import of subscribers undone"),
    "announcement drafted": _("Announcement drafted"),
    "announcement changed": _("Announcement changed"),
    "announcement deleted": _("Draft of an announcement deleted"),
    "announcement sending": _("Sending of an announcement began"),
    "announcement stopped": _("Sending of an announcement stopped"),
    "announcement continued": _("Sending of an announcement continued"),
    "announcement sent": _("Announcement sent to everybody it was for"),
    "mailing list changed": _("Mailing list changed"),
    "logo changed": _("Logo of the issuer changed"),
    "logo removed": _("Logo of the issuer removed"),
    "wait of many changed": _("Wait of many badges changed"),
    "wait of decisions changed": _("Wait of decisions changed"),
    "badge created": _("Badge created"),
    "badge published": _("Badge reactivated"),
    "badge retired": _("Badge retired"),
    "badge discarded": _("Draft deleted"),
    **ACTS_OF_REVIEWING,
    **ACCOUNT_ACTS,
    "role given": _("Role assigned"),
    "name changed": _("Name changed"),
    "domain declared": _("Domain of an agency declared"),
    "domain withdrawn": _("Domain of an agency removed"),
    "sign-in provider added": _("Sign-in provider added"),
    "sign-in provider changed": _("Sign-in provider changed"),
    "rule for roles added": _("Rule for roles added"),
    "rule for roles removed": _("Rule for roles removed"),
    "provider linked": _("Signed in with a provider for the first time"),
    "role given at sign-in": _("Role given by a rule at sign-in"),
    "second step required": _("Roles that need a second step changed"),
    "second step reset": _("Second step removed"),
    "signed out elsewhere": _("Signed out in other browsers"),
    "letter sent again": _("Email resent"),
    "rules changed": _("Rules changed"),
    "address change asked": _("Another address asked for"),
    "address change withdrawn": _("Request for another address withdrawn"),
    "address changed": _("Address changed"),
    "name corrected": _("Name corrected by a coordinator"),
    "account deactivated": _("Account deactivated"),
    "account reactivated": _("Account activated again"),
    "invitation sent again": _("Invitation sent again"),
    "role ended on its last day": _("Role ended on its last day"),
    "last day of a role changed": _("Last day of a role changed"),
    "role ended": _("Role ended with its agency"),
    "role moved": _("Role moved to another agency"),
    "agency added": _("Agency added"),
    "agency renamed": _("Agency renamed"),
    "kind of agency changed": _("Kind of agency changed"),
    "agency moved": _("Agency moved"),
    "agency merged": _("Agency merged into another"),
    "agency closed": _("Agency closed"),
    "agency opened again": _("Agency opened again"),
    "school chosen": _("School chosen"),
    "school left": _("School removed"),
    "school confirmed": _("School confirmed"),
    "school refused": _("School not confirmed"),
    "school brought back": _("School confirmed after all"),
}
_VERSION_ACTS = {
    "begun": _("Version %(number)s started"),
    "published": _("Version %(number)s published"),
    "discarded": _("Unpublished version %(number)s deleted"),
}


@dataclass(frozen=True)
class Line:
    """One act of the log.

    `hidden` if the reader may not know who reviewed their own evidence. Without an actor and a
    subject, the act is about people or drafts that are none of the reader's business.
    """

    at: datetime
    source: str
    pk: int
    actor: User | None
    hidden: bool
    act: str
    subject: str
    names_actor: bool = True
    note: str = ""
    url: str = ""

    @property
    def sort_key(self) -> tuple[datetime, str, int]:
        return self.at, self.source, self.pk

    @property
    def cursor(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.pk}"


def activity_lines(
    reader: User,
    agencies: Collection[int],
    *,
    limit: int,
    act: str = "",
    person: str = "",
    period: Period,
    older_than: str = "",
    coordinated: Collection[int] | None = None,
) -> list[Line]:
    """At most `limit` lines, newest first; `older_than` is the cursor of an earlier line.

    `coordinated` are the agencies of which the reader is a coordinator, if the page knows them.

    Readers see the notes and the names of which they are the audience (`audit.audiences`), and
    cannot find out more by searching for a person. Earners cannot find out who reviews them.
    """
    after = _parse_cursor(older_than)
    if coordinated is None:
        coordinated = set(agencies_with_addresses(reader).values_list("pk", flat=True))
    kept = kept_from_readers.submissions_of(reader, coordinated)
    search = (
        search_for(person, reader=reader, coordinated=coordinated, limit=limit) if person else None
    )
    asked = (reader, agencies, coordinated, kept, limit, act, search, period, after)
    entries, moves = _audit_lines(*asked), _status_change_lines(*asked)
    merged = merge(entries, moves, key=lambda line: line.sort_key, reverse=True)
    return list(islice(merged, limit))


def _audit_lines(reader, agencies, coordinated, kept, limit, act, search, period, after):
    if act in _STATUS_CHANGES:
        return []
    entries = AuditEntry.objects.filter(period.within("at"), agency__in=agencies)
    if act:
        entries = entries.filter(_AUDIT_SUBJECTS[act])
    own = kept_from_readers.subject_keys(kept.own)
    entries = kept_from_readers.without_early_hints(entries, reader, kept=kept)
    entries = _rows_after(entries, "at", "entry", after)
    if search:
        entries = search.among_entries(entries, own)
    entries = entries.select_related("actor").order_by("-at", "-pk")[:limit]
    names = names_of_subjects(entries)
    return [
        _audit_line(
            entry,
            subject=names.get(entry.subject_key, entry.subject),
            reader=Reader.COORDINATOR if entry.agency_id in coordinated else Reader.REPORTER,
            hidden=entry.subject_key in own and entry.actor_id != reader.pk,
        )
        for entry in entries
    ]


def _audit_line(entry: AuditEntry, *, subject: str, reader: Reader, hidden: bool) -> Line:
    audience = audiences.audience_of_act(entry.act)
    names_actor = reader in audience.actor
    # A reviewer's note can reveal who they are.
    shows_note = reader in audience.note and not hidden
    return Line(
        at=entry.at,
        source="entry",
        pk=entry.pk,
        actor=entry.actor if names_actor else None,
        hidden=hidden,
        act=_translate_act(entry.act),
        subject=subject if reader in audience.subject else "",
        note=entry.note if shows_note else "",
        names_actor=names_actor,
    )


def _status_change_lines(reader, agencies, coordinated, kept, limit, act, search, period, after):
    if act in _AUDIT_SUBJECTS:
        return []
    changes = StatusChange.objects.filter(
        ~_RECORDED_MOVE,
        period.within("changed_at"),
        submission__badge_class__issuer__agency__in=agencies,
    )
    if act:
        changes = changes.filter(_STATUS_CHANGES[act])
    changes = kept_from_readers.without_hidden_people(changes, reader, kept=kept)
    changes = _rows_after(changes, "changed_at", "move", after)
    if search:
        changes = search.among_moves(changes)
    changes = changes.select_related(
        "actor",
        "submission__earner",
        "submission__version",
        "submission__badge_class__issuer",
    )
    changes = changes.order_by("-changed_at", "-pk")[:limit]
    return [_status_change_line(change, reader, coordinated, kept.nameless) for change in changes]


def _status_change_line(
    change: StatusChange, reader: User, coordinated: Collection[int], nameless: set[int]
) -> Line:
    submission = change.submission
    earner = submission.pseudonym if submission.pk in nameless else submission.earner
    own = are_one_person(reader, submission.earner_id)
    return Line(
        at=change.changed_at,
        source="move",
        pk=change.pk,
        actor=change.actor,
        hidden=own and change.actor_id != reader.pk,
        act=_act_label(change),
        subject=f"{submission.version.name}: {earner}",
        url=_url_for(submission, own=own, coordinated=coordinated),
    )


def _url_for(submission: Submission, *, own: bool, coordinated: Collection[int]) -> str:
    """The page on which this reader can open the submission. Reporters have none."""
    if own:
        return submission.get_absolute_url()
    if submission.badge_class.issuer.agency_id in coordinated:
        return reverse("submissions:manage_submission", args=[submission.public_id])
    return ""


def _act_label(change: StatusChange) -> str:
    for act, condition in _STATUS_CHANGES.items():
        expected = dict(condition.children)
        froms = expected.get("from_status__in", [expected.get("from_status", change.from_status)])
        if change.to_status == expected["to_status"] and change.from_status in froms:
            return Act(act).label
    return f"{change.get_from_status_display()} → {change.get_to_status_display()}"


def _translate_act(act: str) -> str:
    if translation := _ACTS.get(act):
        return str(translation)
    if version := re.fullmatch(r"version (\d+) (begun|published|discarded)", act):
        return _VERSION_ACTS[version[2]] % {"number": version[1]}
    return translate_note(act)


def _rows_after(rows, field: str, source: str, after):
    """Rows of this source that come after the sort key `after`, newest first."""
    if after is None:
        return rows
    at, after_source, pk = after
    older = Q(**{f"{field}__lt": at})
    if source == after_source:
        return rows.filter(older | Q(**{field: at}, pk__lt=pk))
    if source < after_source:
        return rows.filter(older | Q(**{field: at}))
    return rows.filter(older)


def _parse_cursor(cursor: str) -> tuple[datetime, str, int] | None:
    """The sort key of a cursor; None if it is invalid, so that the log starts at the newest act."""
    at, _, rest = cursor.partition("~")
    source, _, pk = rest.partition("~")
    try:
        moment = parse_datetime(at)
        number = int(pk)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or source not in {"entry", "move"}:
        return None
    return moment, source, number
