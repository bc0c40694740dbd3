"""Emails to people whom an agency marked as minors, and to those who came of age."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import MinorMark, User
from accounts.permissions import is_minor
from mail.composing import composes, render
from mail.models import OutgoingEmail


@composes("marked_as_minor")
@composes("minor_no_longer")
def minors(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Tells what is so when it is sent: the mark may have ended, or begun, meanwhile."""
    person = User.objects.get(pk=email.context["person"])
    minor = is_minor(person)
    marks = MinorMark.objects.of_person(person.person_key).order_by("-begun_at", "-pk")
    newest = marks.select_related("agency").first()
    subject = _("Your badges are private") if minor else _("You can show your badges now")
    context = {
        "person": person,
        "is_minor": minor,
        "agency": newest.agency if newest else "",
        "page": settings.PUBLIC_ORIGIN + reverse("catalog:home"),
    }
    return render("accounts/emails/minor", subject, context)
