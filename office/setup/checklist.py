"""“Ready for teachers”: what a new program still needs. Nobody ticks an item: it is true or not."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency, ClosedDay, Membership, SetUp, User
from accounts.permissions import holds_role
from catalog.models import BadgeClass
from issuing.models import IssuerKey
from mail.models import OutgoingEmail


class Item(NamedTuple):
    name: str
    label: str
    why: str
    is_done: bool
    url: str = ""
    action: str = ""
    is_button: bool = False


def checklist_of(user: User) -> SetUp | None:
    """The finished set-up whose checklist this person still sees."""
    row = SetUp.objects.select_related("agency").exclude(finished_at=None).first()
    if (
        row is None
        or row.hidden_at
        or not holds_role(user, row.agency, Membership.Role.COORDINATOR)
    ):
        return None
    return row


def items(row: SetUp) -> list[Item]:
    agencies = list(Agency.objects.within(row.agency).values_list("pk", flat=True))
    return [
        Item(
            "mail", _("Email works"),
            _("A test email has left this site. See whether it arrived, and not as spam."),
            OutgoingEmail.objects.filter(kind="test_letter", sent_at__isnull=False).exists(),
            reverse("office:manage_ready_act"), _("Send a test email to yourself"), is_button=True,
        ),
        Item(
            "key", _("The issuer has a key"),
            _("Every badge is signed with it."),
            IssuerKey.objects.filter(
                issuer__agency__in=agencies, retired_at=None, revoked_at=None
            ).exists(),
            reverse("issuing:manage_keys"), _("Issuers and their keys"),
        ),
        Item(
            "badge", _("A badge is published"),
            _("Teachers find something that they can earn."),
            BadgeClass.objects.published().filter(issuer__agency__in=agencies).exists(),
            reverse("catalog:manage_list"), _("Manage badges"),
        ),
        Item(
            "reviewer", _("There is a reviewer"),
            _("Somebody judges what teachers submit. A coordinator can be a reviewer, too."),
            Membership.objects.current().confirmed().filter(
                role=Membership.Role.REVIEWER, agency__in=agencies
            ).exists(),
            reverse("accounts:manage_agency", args=[row.agency.slug]), _("Assign a role"),
        ),
        Item(
            "days", _("Closed days are listed"),
            _("The turnaround that badges promise counts working days only."),
            ClosedDay.objects.filter(
                agency__in=agencies, date__gte=timezone.localdate()
            ).exists(),
            reverse("office:manage_closed_days"), _("List closed days"),
        ),
        Item(
            "texts", _("The home page is read"),
            _("It says what teachers need to know. Read it as they will, then say so here."),
            row.texts_read_at is not None,
            reverse("office:manage_ready_act"), _("I have read it"), is_button=True,
        ),
    ]  # fmt: skip
