from allauth.account.signals import email_confirmed, password_reset
from django.dispatch import receiver

from accounts import operations
from accounts.models import User
from mail import recipients
from mail.recipients import Recipient


@receiver(email_confirmed)
def the_mailbox_has_answered(sender, email_address, **kwargs):
    operations.join(email_address.user)


@receiver(password_reset)
def somebody_chose_a_password_with_a_link_from_the_mailbox(sender, user, **kwargs):
    operations.join(user, keeping_password=True)


@recipients.answer_with
def who_is_at(address: str) -> Recipient:
    """For mail: somebody who signed up has an account, whichever of their addresses it is."""
    if User.objects.joined_at_address(address).exists():
        return Recipient.MEMBER
    return Recipient.INVITED if User.objects.filter(email=address).exists() else Recipient.STRANGER
