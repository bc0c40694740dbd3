"""How one row of each kind is described, and where it can be dealt with."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Agency, Membership, User
from awarding.models import AwardList, ListUpload
from issuing.models import Assertion
from mail.composing import ALREADY_WRITTEN
from mail.models import OutgoingEmail
from reviewing.models import Appeal, Decision, IntegrityHold
from rewards.models import Dispute, Drawing, Win
from submissions.models import Submission


class Line(NamedTuple):
    title: str
    about: str
    url: str


def decline(row: Decision) -> Line:
    about = _("Decided by %(name)s") % {"name": row.decided_by}
    return Line(row.submission.version.name, about, row.get_absolute_url())


def appeal(row: Appeal) -> Line:
    url = reverse("reviewing:manage_appeal", args=[row.pk])
    return Line(row.submission.version.name, str(row.submission.earner), url)


def hold(row: IntegrityHold) -> Line:
    return Line(row.submission.version.name, str(row.submission.earner), row.get_absolute_url())


def award(row: Assertion) -> Line:
    return Line(row.version.name, row.recipient_name or row.recipient_email, "")


def held_award(row: Assertion) -> Line:
    url = reverse("issuing:manage_award_cancel", args=[row.public_id])
    return award(row)._replace(url=url)


def upload(row: ListUpload) -> Line:
    return Line(row.name, _of_list(row), row.get_absolute_url())


def award_list(row: AwardList) -> Line:
    return Line(row.name, _of_list(row), row.get_absolute_url())


def _of_list(row: ListUpload | AwardList) -> str:
    badge = row.badge_class.current_version.name
    return _("%(badge)s, uploaded by %(name)s") % {"badge": badge, "name": row.made_by}


def dispute(row: Dispute) -> Line:
    url = reverse("rewards:manage_disputes", args=[row.drawing.slug])
    return Line(row.drawing.title, "", f"{url}#dispute-{row.pk}")


def drawing(row: Drawing) -> Line:
    return Line(row.title, "", reverse("rewards:manage_drawing", args=[row.slug]))


def drawing_to_draw(row: Drawing) -> Line:
    return Line(row.title, "", reverse("rewards:manage_draw", args=[row.slug]))


def win(row: Win) -> Line:
    url = reverse("rewards:manage_winners", args=[row.draw.drawing.slug])
    return Line(f"{row.prize}, {row.draw.drawing.title}", str(row.line.entry.user), url)


def email(row: OutgoingEmail) -> Line:
    return Line(row.to, "", "")


def refused_emails(user: User) -> QuerySet[OutgoingEmail]:
    """Refused emails to people of the coordinator's part.

    These work there, sent something in there or have a badge from there. Emails of the sign-in are
    left out: who asked for a new password is nobody's business.
    """
    agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
    members = Membership.objects.filter(agency__in=agencies, user__email=OuterRef("to"))
    sent_in = Submission.objects.coordinated_by(user).filter(earner__email=OuterRef("to"))
    awards = Assertion.objects.coordinated_by(user).filter(recipient__email=OuterRef("to"))
    refused = OutgoingEmail.objects.refused().exclude(kind=ALREADY_WRITTEN)
    return refused.filter(Exists(members) | Exists(sent_in) | Exists(awards))
