from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from mail import unsubscribe
from mail.composing import composes, render
from mail.models import OutgoingEmail
from mailings.lists import links
from mailings.models import Announcement, Subscriber, Subscription


@composes("list_sign_up")
def list_sign_up(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Asks to confirm; if there is nothing to confirm, says what the address is on."""
    subscriber = Subscriber.objects.get(pk=email.context["subscriber"])
    subscriptions = subscriber.subscriptions.select_related("mailing_list")
    if pending := list(subscriptions.pending()):
        context = {"pending": pending, "url": links.confirm_url(subscriber)}
        subject = _("Please confirm that you want our emails")
        return render("mailings/emails/confirm", subject, context)
    context = {"confirmed": list(subscriptions.confirmed()), "url": links.yours_url(subscriber)}
    return render("mailings/emails/yours", _("Your mailing lists"), context)


@composes("announcement")
def announcement(email: OutgoingEmail) -> EmailMultiAlternatives:
    """With one press to leave the list, in the mail program or on a page (RFC 8058)."""
    letter = Announcement.objects.get(pk=email.context["announcement"])
    subscriptions = Subscription.objects.select_related("mailing_list", "subscriber")
    subscription = subscriptions.get(pk=email.context["subscription"])
    leave = links.leave_url(subscription)
    context = {
        "list": str(subscription.mailing_list),
        "leave": leave,
        "yours": links.yours_url(subscription.subscriber),
    }
    message = _announcement(letter, context)
    unsubscribe.add_headers(message, leave)
    return message


@composes("announcement_test")
def announcement_test(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _announcement(Announcement.objects.get(pk=email.context["announcement"]), {"test": True})


def _announcement(letter: Announcement, context: dict) -> EmailMultiAlternatives:
    context["body"] = letter.body_text
    return render("mailings/emails/announcement", str(letter), context)
