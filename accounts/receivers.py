from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    email_confirmed,
    password_reset,
    user_logged_in,
)
from django.dispatch import receiver

from accounts.addresses.operations import follow_own_change
from accounts.joining import operations
from accounts.links.operations import link_confirmed_addresses
from accounts.models import User
from accounts.sign_in.operations import distrust_typed_password
from mail import recipients
from mail.recipients import Recipient


@receiver(email_confirmed)
def take_over_what_was_sent_to_the_address(sender, email_address, **kwargs):
    operations.confirm_address(email_address.user, email_address.email)


@receiver(password_reset)
def accept_invitation_when_password_is_chosen(sender, user, **kwargs):
    operations.accept_invitation(user, keeping_password=True)


@receiver(authentication_step_completed)
def accept_invitation_when_a_mailed_code_is_typed(sender, user, method, **kwargs):
    """The code has shown whose mailbox it is. Called before allauth confirms the address."""
    if method != "code":
        return
    if user.is_invited:
        operations.accept_invitation(user, keeping_password=True)
    elif not user.emailaddress_set.filter(verified=True).exists():
        distrust_typed_password(user)


@receiver(user_logged_in)
def take_over_what_was_sent_to_other_addresses(sender, user, **kwargs):
    link_confirmed_addresses(user)


@receiver(email_changed)
def let_emails_follow(sender, user, from_email_address, to_email_address, **kwargs):
    """The person chose another of their confirmed addresses."""
    if from_email_address:
        follow_own_change(user, was=from_email_address.email.lower())


@recipients.register_lookup
def recipient_kind(address: str) -> Recipient:
    """For mail: people who signed up are members at each of their confirmed addresses."""
    if User.objects.members_with_address(address).exists():
        return Recipient.MEMBER
    return Recipient.INVITED if User.objects.filter(email=address).exists() else Recipient.STRANGER
