"""What one person has in drawings: whether they can win, and which of their entries count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import Agency, Membership, User
from issuing.states import AwardStatus
from rewards.chances import frozen_lists
from rewards.models import Drawing, DrawingRules, Entry, EntryList, ExcludedPerson
from rewards.permissions import related_agencies, staff_since
from rewards.querysets import EntryQuerySet
from rewards.states import DrawingStatus

# Published as the reason for a skip, so it must name nobody.
STAFF_REASON = "staff of the program"


def members_under(
    rules: DrawingRules, agencies: Collection[int] | None = None
) -> QuerySet[Membership]:
    """Confirmed memberships of the agencies whose people may take part, at the close at the latest.

    Anyone may say that they work somewhere, so an unconfirmed membership gives no chance.
    `agencies` are the keys of the agencies that the rules name, if they are known already.
    """
    confirmed = Membership.objects.confirmed_by(rules.closes_at)
    if agencies is None:
        agencies = list(rules.agencies.values_list("pk", flat=True))
    return confirmed.filter(agency__in=Agency.objects.within_any(agencies))


def admits(rules: DrawingRules, user: User, agencies: Collection[int] | None = None) -> bool:
    """Whether the rules let this person take part, with badges or a free entry."""
    if agencies is None:
        agencies = list(rules.agencies.values_list("pk", flat=True))
    return (
        not agencies
        or members_under(rules, agencies).filter(user__in=User.objects.same_person(user)).exists()
    )


def exclusion_reason(user: User, drawing: Drawing) -> str:
    """Why this person, with any of their accounts, cannot win; empty if they can."""
    return exclusion_reasons(user, [drawing])[drawing.pk]


def exclusion_reasons(user: User, drawings: Sequence[Drawing]) -> dict[int, str]:
    """The same for several drawings, by primary key, in one statement."""
    excluded = ExcludedPerson.objects.filter(user=OuterRef("pk"), drawing__in=drawings)
    staff = {
        f"is_staff_of_{drawing.pk}": ExpressionWrapper(is_staff_of(drawing), BooleanField())
        for drawing in drawings
        if drawing.rules and drawing.rules.excludes_staff
    }
    accounts = list(
        User.objects.same_person(user).annotate(
            excluded=ArraySubquery(
                excluded.values(known=JSONObject(pk="pk", drawing="drawing", reason="reason"))
            ),
            **staff,
        )
    )
    reasons = {
        drawing.pk: STAFF_REASON
        if any(getattr(account, f"is_staff_of_{drawing.pk}", False) for account in accounts)
        else ""
        for drawing in drawings
    }
    found = (exclusion for account in accounts for exclusion in account.excluded)
    # The first exclusion gives the reason.
    for exclusion in sorted(found, key=lambda exclusion: exclusion["pk"], reverse=True):
        reasons[exclusion["drawing"]] = exclusion["reason"]
    return reasons


def is_staff_of(drawing: Drawing) -> Q:
    """For users: operators, and coordinators of the agency, its ancestors and its descendants.

    Also those who stopped being one since the period of the drawing began.
    """
    coordinates = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=staff_since(drawing)),
        user=OuterRef("pk"),
        role=Membership.Role.COORDINATOR,
        agency__in=related_agencies(drawing.agency),
    )
    return Q(is_staff=True) | Q(Exists(coordinates))


def count_chances(user: User, drawing: Drawing) -> int:
    """How many of the person's entries are or will be on the list, at most the cap."""
    if exclusion_reason(user, drawing):
        return 0
    return at_most(entries_of(user, drawing).count(), drawing)


def count_chances_before_close(user: User, collecting: Sequence[Drawing]) -> dict[int, int]:
    """The same for several drawings whose list is not frozen, by primary key."""
    if not collecting:
        return {}
    reasons = exclusion_reasons(user, collecting)
    valid = Entry.objects.valid().of(user).filter(drawing__in=collecting).order_by()
    counts = dict(valid.counted_once().values_list("drawing").annotate(Count("pk")))
    return {
        drawing.pk: 0 if reasons[drawing.pk] else at_most(counts.get(drawing.pk, 0), drawing)
        for drawing in collecting
    }


def at_most(count: int, drawing: Drawing) -> int:
    most = drawing.rules.most_chances if drawing.rules else None
    return count if most is None else min(count, most)


def entries_of(user: User, drawing: Drawing) -> EntryQuerySet:
    """The entries of this person that count; once closed, only those on the list."""
    return entries_on(last_list_of(drawing), user, drawing)


def entries_on(frozen: EntryList | None, user: User, drawing: Drawing) -> EntryQuerySet:
    """The same, for a page that has read the list in force."""
    valid = drawing.entries.valid().of(user)
    if frozen is None:
        return valid.counted_once()
    listed = frozen_lists.lines_by_token(frozen, valid.values_list("token", flat=True))
    if drawing.status == DrawingStatus.CLOSED:
        # Of accounts that were linked after the list was frozen, the draw keeps the first code.
        listed = [line for line in listed if line.person == listed[0].person]
    revoked = Q(assertion__status=AwardStatus.REVOKED)
    return valid.filter(token__in=[line.token for line in listed]).exclude(revoked)


def listed_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Those of these entries, loaded with their drawings, that are on the list, or will be."""
    entries = list(entries)
    frozen = last_lists({entry.drawing for entry in entries})
    tokens: dict[EntryList, set[str]] = {}
    for entry in entries:
        if entry.drawing_id in frozen:
            tokens.setdefault(frozen[entry.drawing_id], set()).add(entry.token)
    listed = {line.token for line in frozen_lists.lines_by_tokens(tokens)}
    return [entry for entry in entries if entry.drawing_id not in frozen or entry.token in listed]


def last_list_of(drawing: Drawing) -> EntryList | None:
    """The list in force, None before the close."""
    return last_lists([drawing]).get(drawing.pk)


def last_lists(drawings: Collection[Drawing]) -> dict[int, EntryList]:
    """The list in force of each drawing that has one, by the drawing's primary key."""
    with_list = [drawing.pk for drawing in drawings if drawing.status not in WITHOUT_LIST]
    if not with_list:
        return {}
    lists = EntryList.objects.filter(drawing__in=with_list).order_by("drawing_id", "-number")
    return {frozen.drawing_id: frozen for frozen in lists.distinct("drawing_id")}


# The list is frozen in the transaction that closes the drawing.
WITHOUT_LIST = {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED}
