from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from mail.composing import composes, render
from mail.models import OutgoingEmail
from privacy.models import PersonalCopy


@composes("copy_ready")
def copy_ready(email: OutgoingEmail) -> EmailMultiAlternatives:
    copy = PersonalCopy.objects.select_related("person").get(pk=email.context["copy"])
    page = settings.PUBLIC_ORIGIN + reverse("privacy:own")
    context = {"person": copy.person, "until": copy.gone_at, "page": page}
    return render("privacy/emails/copy", _("Your copy is ready"), context)
