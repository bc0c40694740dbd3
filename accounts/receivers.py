from allauth.account.signals import email_confirmed, password_reset
from django.dispatch import receiver

from accounts import operations


@receiver(email_confirmed)
def the_mailbox_has_answered(sender, email_address, **kwargs):
    operations.join(email_address.user)


@receiver(password_reset)
def somebody_chose_a_password_with_a_link_from_the_mailbox(sender, user, **kwargs):
    operations.join(user, keeping_password=True)
