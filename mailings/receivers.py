from django.dispatch import receiver

from accounts.links.operations import locks_before_people
from accounts.signals import address_changed, minors_marked
from mailings.announcements import operations as announcements
from mailings.lists import operations as lists
from mailings.signals import subscription_ended


@receiver(subscription_ended)
def send_nothing_more(sender, subscription, **kwargs):
    announcements.leave_out(subscription)


@receiver(minors_marked)
def take_minors_off_all_lists(sender, users, now, **kwargs):
    lists.end_all_of(users, now=now)


@receiver(address_changed)
def subscriptions_follow(sender, user, was, now, **kwargs):
    lists.follow_address(was, user.email, now=now)


locks_before_people.append(lists.lock_subscribers_among)
