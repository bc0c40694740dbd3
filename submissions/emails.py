from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from mail.composing import composes, render
from mail.models import OutgoingEmail
from submissions.models import Submission


@composes("submission_received")
def submission_received(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _about(
        email, _("We received your evidence for “%(badge)s”"), "submissions/emails/received"
    )


@composes("submission_returned")
def submission_returned(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _about(
        email,
        _("One more step for “%(badge)s”: read your reviewer’s comments"),
        "submissions/emails/returned",
    )


@composes("submission_declined")
def submission_declined(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _about(
        email, _("Your submission for “%(badge)s” was not approved"), "submissions/emails/declined"
    )


def _about(email: OutgoingEmail, subject: str, template: str) -> EmailMultiAlternatives:
    submission = Submission.objects.with_badge().get(pk=email.context["submission"])
    return render(
        template,
        subject % {"badge": submission.version.name},
        {"submission": submission, "earner": submission.earner},
        sender=submission.badge_class.issuer,
    )
