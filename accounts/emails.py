"""Emails about what a coordinator decided about a person, composed when they are sent."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import AccountLink, Membership, User
from mail.composing import NotWanted, composes, render
from mail.models import OutgoingEmail


@composes("workplace_confirmed")
@composes("workplace_refused")
@composes("workplace_removed")
def workplace_decided(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Tells what holds when it is sent: a coordinator may have corrected a mistake meanwhile."""
    about = _membership(email)
    same_place = Membership.objects.filter(user=about.user, agency=about.agency, role=about.role)
    latest = same_place.select_related("user", "agency").order_by("-pk")[0]
    return _told(latest if _is_decided(latest) else about)


def _membership(email: OutgoingEmail) -> Membership:
    """Raises NotWanted if it was taken back with the file that gave it, before the email left."""
    of_anybody = Membership.objects.select_related("user", "agency")
    if about := of_anybody.filter(pk=email.context["membership"]).first():
        return about
    raise NotWanted


def _is_decided(membership: Membership) -> bool:
    """False if the person left themselves, or waits for an answer again."""
    if membership.ended_at:
        return membership.is_refused or membership.is_removed
    return membership.confirmed_at is not None


def _told(membership: Membership) -> EmailMultiAlternatives:
    if membership.is_refused:
        subject, page = _("We could not confirm where you work: %(agency)s"), "accounts:school"
    elif membership.is_removed:
        subject, page = _("You are no longer listed at %(agency)s"), "accounts:school"
    else:
        subject, page = _("Your workplace is confirmed: %(agency)s"), "accounts:profile"
    context = {
        "earner": membership.user,
        "agency": membership.agency,
        "is_refused": membership.is_refused,
        "is_removed": membership.is_removed,
        "page": settings.PUBLIC_ORIGIN + reverse(page),
    }
    return render("accounts/emails/workplace", subject % {"agency": membership.agency}, context)


@composes("role_given")
def role_given(email: OutgoingEmail) -> EmailMultiAlternatives:
    given = _membership(email)
    door = "account_signup" if given.user.is_invited else "catalog:home"
    context = {
        "person": given.user,
        "agency": given.agency,
        "role": given.role,
        "has_ended": given.ended_at is not None,
        "ends_on": given.ends_on,
        "page": settings.PUBLIC_ORIGIN + reverse(door),
    }
    subject = _("Your role at %(agency)s: %(role)s")
    words = {"agency": given.agency, "role": given.get_role_display()}
    return render("accounts/emails/role_given", subject % words, context)


@composes("role_ends_soon")
@composes("role_of_other_ends_soon")
def role_ends_soon(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Tells what holds when it is sent: the last day may have changed meanwhile."""
    about = _membership(email)
    is_theirs = email.kind == "role_ends_soon"
    page = (
        reverse("accounts:profile")
        if is_theirs
        else reverse("accounts:manage_agency", args=[about.agency.slug])
    )
    context = {
        "person": about.user,
        "agency": about.agency,
        "role": about.get_role_display(),
        "ends_on": about.ends_on,
        "is_theirs": is_theirs,
        "has_ended": about.ended_at is not None,
        "page": settings.PUBLIC_ORIGIN + page,
    }
    if is_theirs:
        subject = _("Your role at %(agency)s ends soon: %(role)s")
    else:
        subject = _("A role at %(agency)s ends soon: %(role)s")
    words = {"agency": about.agency, "role": about.get_role_display()}
    return render("accounts/emails/role_ends_soon", subject % words, context)


@composes("second_step_reset")
def second_step_reset(email: OutgoingEmail) -> EmailMultiAlternatives:
    person = User.objects.get(pk=email.context["user"])
    context = {"person": person, "page": settings.PUBLIC_ORIGIN + reverse("account_login")}
    return render("accounts/emails/second_step_reset", _("Your second step was removed"), context)


@composes("accounts_linked")
@composes("accounts_unlinked")
def accounts_linked(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Tells what is so when it is sent: the link may have been undone meanwhile."""
    linked = AccountLink.objects.select_related("account", "main").get(pk=email.context["link"])
    person = User.objects.get(pk=email.context["user"])
    context = {
        "person": person,
        "other": linked.main if person == linked.account else linked.account,
        "has_ended": linked.ended_at is not None,
        "is_invited": person.is_invited,
        "page": settings.PUBLIC_ORIGIN
        + reverse("account_signup" if person.is_invited else "account_email"),
    }
    subject = _("Two accounts are apart again") if linked.ended_at else _("Two accounts are linked")
    return render("accounts/emails/link", subject, context)
