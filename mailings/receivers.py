from django.dispatch import receiver

from mailings.announcements import operations as announcements
from mailings.signals import subscription_ended


@receiver(subscription_ended)
def send_nothing_more(sender, subscription, **kwargs):
    announcements.leave_out(subscription)
