from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing import addresses
from issuing.awards.share_links import share_links
from issuing.documents import baked_images
from issuing.models import Assertion, Endorsement, ReplacementRequest
from issuing.states import AwardStatus
from mail import unsubscribe
from mail.composing import composes, render
from mail.models import OutgoingEmail


@composes("award_waiting")
def award_waiting(email: OutgoingEmail) -> EmailMultiAlternatives:
    award = _award(email)
    if award.status == AwardStatus.CANCELLED:
        return award_canceled(email)
    subject = (
        _("“%(badge)s” is approved")
        if award.submission_id
        else _("You have been awarded a badge: %(badge)s")
    )
    # Only the earner can see a pending award, so the link goes through sign-in or sign-up.
    door = "account_signup" if unsubscribe.link_for(email) else "account_login"
    page = addresses.page(f"{reverse(door)}?next={award.get_absolute_url()}")
    return _award_email(email, award, subject, "issuing/emails/award_waiting", page=page)


@composes("award_canceled")
def award_canceled(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Without the reason, which only coordinators may read."""
    return _award_email(
        email, _award(email), _("“%(badge)s” was canceled"), "issuing/emails/award_canceled"
    )


@composes("badge_issued")
def badge_issued(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The baked badge is attached, unless it was revoked before the email was sent."""
    award = _award(email)
    links = [] if award.is_revoked or award.is_private else share_links(award)
    subject = (
        _("“%(badge)s” was issued and then revoked")
        if award.is_revoked
        else _("Your badge: %(badge)s")
    )
    message = _award_email(email, award, subject, "issuing/emails/badge_issued", share_links=links)
    if not award.is_revoked:
        message.attach(f"{award.badge_class}.png", baked_images.baked_png(award), "image/png")
    return message


@composes("badge_revoked")
def badge_revoked(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _award_email(
        email, _award(email), _("“%(badge)s” was revoked"), "issuing/emails/badge_revoked"
    )


@composes("badges_replaced")
def badges_replaced(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Badges that carry the person's name and address of today now. Those still valid, that is."""
    awards = list(
        Assertion.objects.issued().with_badge().filter(pk__in=email.context["assertions"])
    )
    pages = [(award.version.name, addresses.page(award.get_absolute_url())) for award in awards]
    award = awards[0] if awards else _award(email)
    subject = ngettext("Your new badge is here", "Your new badges are here", len(awards))
    return _award_email(email, award, subject, "issuing/emails/badges_replaced", pages=pages)


@composes("replacement_refused")
def replacement_refused(email: OutgoingEmail) -> EmailMultiAlternatives:
    request = ReplacementRequest.objects.get(pk=email.context["request"])
    subject = _("“%(badge)s” stays as it is")
    return _award_email(
        email,
        _award(email),
        subject,
        "issuing/emails/replacement_refused",
        refusal=request.refusal,
    )


@composes("endorsement_offered")
def endorsement_offered(email: OutgoingEmail) -> EmailMultiAlternatives:
    subject = _("Please review an endorsement of your badge: %(badge)s")
    return _endorsement_email(email, subject, "issuing/emails/endorsement_offered")


@composes("endorsement_accepted")
def endorsement_accepted(email: OutgoingEmail) -> EmailMultiAlternatives:
    subject = _("Your endorsement of “%(badge)s” is now public")
    return _endorsement_email(email, subject, "issuing/emails/endorsement_accepted")


def _endorsement_email(email: OutgoingEmail, subject: str, template: str) -> EmailMultiAlternatives:
    """Without what the endorser wrote: our emails carry no stranger's words to people."""
    found = Endorsement.objects.with_target().get(pk=email.context["endorsement"])
    target = found.issuer or found.version or found.assertion.version
    context = {
        "badge": target.name,
        "page": addresses.page(reverse("issuing:endorsements")),
    }
    return render(template, subject % {"badge": target.name}, context)


def _award(email: OutgoingEmail) -> Assertion:
    return Assertion.objects.with_badge().get(pk=email.context["assertion"])


def _award_email(
    email: OutgoingEmail, award: Assertion, subject: str, template: str, **context: object
) -> EmailMultiAlternatives:
    page = addresses.page(award.get_absolute_url())
    award_context = {
        "award": award,
        "version": award.version,
        "issuer": award.badge_class.issuer,
        "page": page,
        "share_page": f"{page}share/",
        "picture": addresses.baked_image(award.public_id),
        "json": addresses.assertion_id(award.public_id),
        # Only for people without an account: the link to stop emails.
        "no_more": unsubscribe.link_for(email),
    }
    return render(
        template,
        subject % {"badge": award.version.name},
        award_context | context,
        sender=award.badge_class.issuer,
    )
