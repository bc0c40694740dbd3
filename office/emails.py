"""The email that shows that emails arrive."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from mail.composing import composes, render
from mail.models import OutgoingEmail
from program.current import current


@composes("test_letter")
def test_letter(email: OutgoingEmail) -> EmailMultiAlternatives:
    context = {"page": settings.PUBLIC_ORIGIN + reverse("office:manage_ready")}
    subject = _("Emails of %(program)s arrive")
    return render("office/emails/test_letter", subject % {"program": current()}, context)
