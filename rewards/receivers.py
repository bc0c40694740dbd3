from django.dispatch import receiver

from accounts.signals import workplaces_confirmed
from issuing.signals import assertion_revoked, assertions_issued
from rewards.chances import operations as chances


@receiver(assertions_issued)
def add_entries(sender, assertions, **kwargs):
    chances.add_entries(assertions)


@receiver(assertion_revoked)
def void_entries(sender, assertion, **kwargs):
    chances.void_entries(assertion)


@receiver(workplaces_confirmed)
def add_entries_of_confirmed_people(sender, users, **kwargs):
    chances.add_entries_of(users)
