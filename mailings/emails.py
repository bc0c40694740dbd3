from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from accounts.models import User
from mail import unsubscribe
from mail.composing import NotWanted, composes, render
from mail.models import OutgoingEmail
from mailings.announcements.recipients import is_wanted
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
    """With one press to leave, in the mail program or on a page (RFC 8058).

    Raises NotWanted if its reader has left, or has no active account any more.
    """
    letter = Announcement.objects.get(pk=email.context["announcement"])
    recipient = _recipient(email.context)
    if not is_wanted(letter, recipient):
        raise NotWanted
    leave = links.stop_url(recipient)
    message = _announcement(letter, _foot(recipient, leave))
    unsubscribe.add_headers(message, leave)
    return message


@composes("announcement_test")
def announcement_test(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _announcement(Announcement.objects.get(pk=email.context["announcement"]), {"test": True})


def as_read_by(letter: Announcement, recipient: Subscription | User) -> EmailMultiAlternatives:
    """For a coordinator to look at: the links to leave are the reader's, and are left out.

    Call it in the language of the recipient.
    """
    context = _foot(recipient, leave=f"({_('link')})")
    return _announcement(letter, {**context, "yours": context["leave"]})


def _recipient(context: dict) -> Subscription | User:
    if "user" in context:
        return User.objects.get(pk=context["user"]).main_account
    subscriptions = Subscription.objects.select_related("mailing_list", "subscriber")
    return subscriptions.get(pk=context["subscription"])


def _foot(recipient: Subscription | User, leave: str) -> dict:
    if isinstance(recipient, User):
        return {"leave": leave}
    return {
        "list": str(recipient.mailing_list),
        "leave": leave,
        "yours": links.yours_url(recipient.subscriber),
    }


def _announcement(letter: Announcement, context: dict) -> EmailMultiAlternatives:
    context["body"] = letter.body_text
    return render("mailings/emails/announcement", str(letter), context)
