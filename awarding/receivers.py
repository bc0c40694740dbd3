from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from accounts.signals import accounts_linked, address_changed
from awarding.models import AwardListRow
from awarding.pathways import operations as pathways
from awarding.reviewers import operations as reviewers
from background.enqueue import enqueue_on_commit
from catalog.signals import pathway_changed, pathway_resumed
from issuing.signals import assertions_issued
from mail.no_mailbox import has_no_mailbox
from reviewing.signals import reviewer_badge_chosen, reviewer_qualified
from verification import places


@receiver(assertions_issued)
def queue_steps_of_pathways(sender, assertions, **kwargs):
    pathways.queue_steps_to_count(assertions)


@receiver(accounts_linked)
def queue_steps_of_linked_accounts(sender, users, **kwargs):
    pathways.queue_steps_of(users)


@receiver(address_changed)
def let_lists_follow_whoever_gets_an_email(sender, user, was, **kwargs):
    """A list that waits names somebody without email by an address that ends now."""
    if has_no_mailbox(was):
        AwardListRow.objects.filter(email=was, assertion=None).update(email=user.email)


@receiver([pathway_changed, pathway_resumed])
def check_who_holds_every_step(sender, pathway, **kwargs):
    pathways.schedule_sweep(pathway)


@receiver(reviewer_qualified)
def award_the_badge_for_reviewers(sender, qualification, now, **kwargs):
    reviewers.award([qualification], now=now)


@receiver(reviewer_badge_chosen)
def award_those_who_have_qualified_before(sender, rules, **kwargs):
    enqueue_on_commit("awarding.tasks.award_reviewers")


for _name in ("claim", "claim_ask"):
    places.describe(
        f"awarding:{_name}",
        _("At this address people claim a badge with a code. It is not somebody’s award."),
    )
