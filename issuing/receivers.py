from django.dispatch import receiver

from accounts.links.operations import locks_before_people
from accounts.minors.effects import register_effects
from accounts.models import User
from accounts.permissions import known_account_lookups
from accounts.signals import accounts_linked, minors_marked, people_named
from catalog.page_version import page_version_lookups
from catalog.signals import badge_published
from issuing import permissions
from issuing.awards.operations import changes, following, minors
from issuing.awards.operations.granting import schedule_award
from issuing.endorsements import operations as endorsements
from issuing.holders import holders_version
from issuing.keys.operations import signing_keys
from issuing.signals import linked_awards_closed, minors_closed
from reviewing.signals import hold_changed
from submissions.permissions import award_state_lookups, evidence_access_checks
from submissions.signals import submission_approved, submission_moved


@receiver(badge_published)
def make_issuer_keys(sender, badge_class, now, **kwargs):
    signing_keys(badge_class.issuer, now=now)


@receiver(submission_approved)
def make_the_award_due(sender, submission, now, **kwargs):
    schedule_award(submission, now=now)


@receiver(submission_moved)
@receiver(hold_changed)
def let_the_award_follow(sender, submission, by, now, **kwargs):
    following.follow(submission, by=by, now=now)


@receiver(people_named)
def fill_in_names_on_awards(sender, users, **kwargs):
    changes.fill_in_names(users)


@receiver(minors_marked)
def close_what_is_public(sender, users, by, now, **kwargs):
    _close(users, by=by, now=now)
    minors_closed.send(sender=sender, users=users, now=now)


@receiver(accounts_linked)
def close_what_linked_minors_show(sender, users, now, **kwargs):
    young = list(User.objects.minors().filter(pk__in=[user.pk for user in users]))
    if young:
        _close(young, by=None, now=now)
    linked_awards_closed.send(sender=sender, users=users, minors=young, now=now)


def _close(users, *, by, now):
    showed = endorsements.withdraw_of_minors(users, by=by, now=now)
    minors.close_pages(users, no_longer_endorsed=showed, now=now)


@register_effects
def pages_that_close(people):
    return minors.pages_that_close(people)


locks_before_people.append(endorsements.lock_said_by)
known_account_lookups.append(permissions.invited_by_awards_of)
page_version_lookups.append(holders_version)
evidence_access_checks.append(permissions.is_shared)
award_state_lookups.append(permissions.award_states)
