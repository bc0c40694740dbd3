from django.dispatch import receiver

from issuing.signals import assertion_revoked, assertions_issued
from rewards.chances import operations as chances


@receiver(assertions_issued)
def add_entries(sender, assertions, **kwargs):
    chances.add_entries(assertions)


@receiver(assertion_revoked)
def void_entries(sender, assertion, **kwargs):
    chances.void_entries(assertion)
