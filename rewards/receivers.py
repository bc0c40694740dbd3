from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.minors.effects import register_effects
from accounts.signals import minors_ended, workplaces_confirmed
from catalog.categories.uses import register_lookup
from issuing.signals import (
    assertions_issued,
    assertions_revoked,
    linked_awards_closed,
    minors_closed,
)
from rewards.chances import operations as chances
from rewards.models import Drawing, Entry
from verification import places


@receiver(assertions_issued)
def add_entries(sender, assertions, **kwargs):
    chances.add_entries(assertions)


@receiver(assertions_revoked)
def void_entries(sender, assertions, **kwargs):
    chances.void_entries(assertions)


@receiver(workplaces_confirmed)
def add_entries_of_confirmed_people(sender, users, **kwargs):
    chances.add_entries_of(users)


@receiver(linked_awards_closed)
def match_entries_of_linked_accounts(sender, users, minors, now, **kwargs):
    # First, because it asks for the lock that nobody else may have meanwhile.
    if minors:
        chances.leave_drawings(minors, now=now)
    chances.match_entries_of(users, now=now)


@receiver(minors_closed)
def end_chances_of_minors(sender, users, now, **kwargs):
    chances.leave_drawings(users, now=now)


@receiver(minors_ended)
def add_entries_of_people_of_age(sender, users, now, **kwargs):
    chances.match_entries_of(users, now=now)


@register_effects
def chances_that_end(people):
    count = (
        Entry.objects.valid()
        .filter(user__in=people, drawing__status=Drawing.Status.ANNOUNCED)
        .count()
    )
    words = ngettext(
        "%(count)s entry in an open drawing ends. Lists that are frozen stay as they are.",
        "%(count)s entries in open drawings end. Lists that are frozen stay as they are.",
        count,
    )
    return [words % {"count": count}] if count else []


@register_lookup
def drawings_that_count(categories):
    """Which badges count for an announced drawing doesn't change with a merge of categories."""
    counting = Drawing.objects.filter(
        status=Drawing.Status.ANNOUNCED, rules__categories__in=categories
    )
    return list(counting.order_by("title").values_list("title", flat=True).distinct())


for _name in (
    *("result", "draw", "inputs_json", "sealed_inputs", "check_zip", "entries_csv"),
    *("entry_list", "present", "stage", "now_shown"),
):
    places.describe(
        f"rewards:{_name}",
        _("At this address are the entries or the result of a drawing, not somebody’s award."),
    )
for _name in ("drawing", "drawing_list", "free_entry", "prize_picture"):
    places.describe(
        f"rewards:{_name}",
        _("At this address is a drawing among people who earned badges, not somebody’s award."),
    )
for _name in ("sponsor", "sponsor_logo"):
    places.describe(f"rewards:{_name}", _("At this address is a sponsor, not somebody’s award."))
