from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from accounts.emails import composes, render
from accounts.models import OutgoingEmail
from issuing.models import Assertion


@composes("award_waiting")
def award_waiting(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _about(email, _("“%(badge)s” is approved"), "issuing/emails/award_waiting")


@composes("badge_issued")
def badge_issued(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _about(email, _("Your badge: %(badge)s"), "issuing/emails/badge_issued")


@composes("badge_revoked")
def badge_revoked(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _about(email, _("“%(badge)s” was revoked"), "issuing/emails/badge_revoked")


def _about(email: OutgoingEmail, subject: str, template: str) -> EmailMultiAlternatives:
    assertion = Assertion.objects.with_badge().get(pk=email.context["assertion"])
    return render(
        template,
        subject % {"badge": assertion.version.name},
        {"assertion": assertion, "issuer": assertion.badge_class.issuer},
    )
