from celery import shared_task
from django.utils import timezone

from accounts.last_days import operations as last_days
from accounts.providers.operations import saml as saml_operations


@shared_task
def keep_last_days() -> None:
    """End roles whose last day is over, and tell people of last days that are near."""
    now = timezone.now()
    while last_days.end_roles(now=now):
        pass
    while last_days.tell_of_last_days(now=now):
        pass


@shared_task
def forget_saml_answers() -> None:
    """Delete answers of SAML providers that would be refused as too old by now."""
    saml_operations.forget_answers(now=timezone.now())
