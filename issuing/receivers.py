from django.dispatch import receiver

from accounts.permissions import known_account_lookups
from accounts.signals import people_named
from catalog.signals import badge_published
from issuing import permissions
from issuing.awards.operations import changes
from issuing.awards.operations.granting import schedule_award
from issuing.keys.operations import signing_keys
from submissions.permissions import award_state_lookups, evidence_access_checks
from submissions.signals import submission_approved


@receiver(badge_published)
def make_issuer_keys(sender, badge_class, now, **kwargs):
    signing_keys(badge_class.issuer, now=now)


@receiver(submission_approved)
def make_the_award_due(sender, submission, now, **kwargs):
    schedule_award(submission, now=now)


@receiver(people_named)
def fill_in_names_on_awards(sender, users, **kwargs):
    changes.fill_in_names(users)


known_account_lookups.append(permissions.invited_by_awards_of)
evidence_access_checks.append(permissions.is_shared)
award_state_lookups.append(permissions.award_state)
