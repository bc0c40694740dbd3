from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.composing import composes, render
from mail.models import OutgoingEmail
from reviewing.deadlines import with_deadlines
from reviewing.models import Assignment


@composes("review_reminder")
def review_reminder(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Lists what is still due when the email is sent, not when it was queued."""
    active = Assignment.objects.active().filter(pk__in=email.context["assignments"])
    assignments = list(active.with_submission().order_by("submission__due_on", "pk"))
    today = timezone.localdate()
    deadlines = with_deadlines([a.submission for a in assignments], today=today)
    count = len(assignments)
    subject = (
        ngettext("%(count)s review is due", "%(count)s reviews are due", count) % {"count": count}
        if count
        else _("Your reviews are up to date")
    )
    return render(
        "reviewing/emails/reminder",
        subject,
        {"waiting": list(zip(assignments, deadlines, strict=True))},
    )
