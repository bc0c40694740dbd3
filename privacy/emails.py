from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from issuing.models import Assertion
from issuing.states import AwardStatus
from mail.composing import composes, render
from mail.models import OutgoingEmail
from privacy.models import AccountClosing, EvidenceDeadline, PersonalCopy, PrivacyRequest


@composes("copy_ready")
def copy_ready(email: OutgoingEmail) -> EmailMultiAlternatives:
    copy = PersonalCopy.objects.select_related("person").get(pk=email.context["copy"])
    page = settings.PUBLIC_ORIGIN + reverse("privacy:own")
    context = {"person": copy.person, "until": copy.gone_at, "page": page}
    return render("privacy/emails/copy", _("Your copy is ready"), context)


@composes("evidence_due")
def evidence_due(email: OutgoingEmail) -> EmailMultiAlternatives:
    deadlines = EvidenceDeadline.objects.select_related(
        "submission__version", "submission__badge_class__issuer", "submission__earner"
    )
    deadline = deadlines.get(pk=email.context["deadline"])
    submission = deadline.submission
    award = Assertion.objects.filter(submission=submission, status=AwardStatus.ISSUED).first()
    context = {
        "person": submission.earner,
        "submission": submission,
        "due": deadline.due_at,
        "page": settings.PUBLIC_ORIGIN + reverse("privacy:own"),
        "share": award
        and settings.PUBLIC_ORIGIN + reverse("issuing:share", args=[award.public_id]),
    }
    subject = _("Your evidence for “%(badge)s” will be deleted") % {
        "badge": submission.version.name
    }
    sender = submission.badge_class.issuer
    return render("privacy/emails/evidence", subject, context, sender=sender)


@composes("privacy_answer")
def privacy_answer(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Without the reason, which a coordinator wrote: it is read when signed in."""
    asked = PrivacyRequest.objects.select_related("person").get(pk=email.context["request"])
    is_refused = email.context["status"] == PrivacyRequest.Status.REFUSED
    subject = (
        _("You asked to be erased: refused") if is_refused
        else _("You asked to be erased: on hold")
    )  # fmt: skip
    page = settings.PUBLIC_ORIGIN + reverse("privacy:own")
    context = {"person": asked.person, "is_refused": is_refused, "page": page}
    return render("privacy/emails/answer", subject, context)


@composes("closing_asked")
def closing_asked(email: OutgoingEmail) -> EmailMultiAlternatives:
    closing = AccountClosing.objects.select_related("person").get(pk=email.context["closing"])
    page = settings.PUBLIC_ORIGIN + reverse("privacy:closing")
    context = {"person": closing.person, "due": closing.due_at, "page": page}
    return render("privacy/emails/closing", _("Your account closes in 14 days"), context)


@composes("account_closed")
def account_closed(email: OutgoingEmail) -> EmailMultiAlternatives:
    return render("privacy/emails/closed", _("Your account is closed"), {})
