from datetime import date, datetime

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.links import operations as links
from awarding.models import AwardList
from rewards.chances import past_days
from rewards.chances.standing import count_chances_before_close, listed_entries
from rewards.models import Drawing, Entry, Prize, Sponsor
from rewards.note_translations import translate_note

register = template.Library()
register.filter("in_words", translate_note)

SHOWN = 3


@register.filter
def spoken_on(number, frozen):
    """The words for the receipt with this number on the list."""
    return frozen.spoken(number)


# Parts of sentences with two numbers; a sentence with one has its own plural.
@register.filter
def entries(number):
    return _counted(ngettext("%(number)s entry", "%(number)s entries", number), number)


@register.filter
def people(number):
    return _counted(ngettext("%(number)s person", "%(number)s people", number), number)


@register.filter
def prizes(number):
    return _counted(ngettext("%(number)s prize", "%(number)s prizes", number), number)


def _counted(words, number):
    return words % {"number": intcomma(number)}


@register.filter
def as_day(iso_date):
    """The day of a source, saved as 2026-06-09, as a date that templates can format."""
    try:
        return date.fromisoformat(iso_date)
    except (TypeError, ValueError):
        return None


@register.filter
def as_moment(iso_datetime):
    """The moment of a drand round, saved as ISO 8601, as a datetime."""
    try:
        return datetime.fromisoformat(iso_datetime)
    except (TypeError, ValueError):
        return None


@register.filter
def shape(source):
    """What the rules say about the numbers of a source: "6 different numbers from 1 to 47"."""
    words = {"count": source["count"], "lowest": source["lowest"], "highest": source["highest"]}
    count = source["count"]
    if source["lowest"] is None:
        return ngettext("%(count)s number", "%(count)s numbers", count) % words
    if source["distinct"] and count > 1:
        return _("%(count)s different numbers from %(lowest)s to %(highest)s") % words
    return (
        ngettext(
            "%(count)s number from %(lowest)s to %(highest)s",
            "%(count)s numbers from %(lowest)s to %(highest)s",
            count,
        )
        % words
    )


@register.inclusion_tag("rewards/_sponsors.html")
def sponsors():
    """The current sponsors, in the order the coordinators chose."""
    return {"sponsors": Sponsor.objects.current()}


@register.inclusion_tag("rewards/_open_drawings.html", takes_context=True)
def open_drawings(context):
    """The open drawings, with the number of chances of a signed-in person."""
    prizes = Prize.objects.select_related("sponsor")
    found = list(
        Drawing.objects.collecting()
        .select_related("rules", "agency")
        .prefetch_related(Prefetch("prizes", prizes))
        .order_by("rules__closes_at")[:SHOWN]
    )
    user = context.get("user")
    signed_in = user is not None and user.is_authenticated
    chances = count_chances_before_close(user, found) if signed_in else {}
    return {"drawings": [(drawing, chances.get(drawing.pk)) for drawing in found]}


@register.inclusion_tag("rewards/_chances_if_linked.html")
def chances_if_linked(account, main, by):
    """The chances of two accounts in open drawings, apart and linked by this coordinator."""
    drawings = list(Drawing.objects.collecting().select_related("rules", "agency").order_by("pk"))
    first, second = (count_chances_before_close(one, drawings) for one in (account, main))
    linked = links.rehearse(
        account, main, by=by, look=lambda person: count_chances_before_close(person, drawings)
    )
    rows = [(one, first[one.pk], second[one.pk], linked[one.pk]) for one in drawings]
    return {"drawings": [row for row in rows if any(row[1:])]}


@register.inclusion_tag("rewards/_entries_of_past_days.html")
def entries_of_past_days(award_lists, many_minutes=None):
    """Warn before a list, or all lists of an import, adds entries for days in the past."""
    lists = [award_lists] if isinstance(award_lists, AwardList) else award_lists
    return {"additions": past_days.additions(lists, many_minutes=many_minutes)}


@register.inclusion_tag("rewards/_chances.html")
def chances(assertion):
    """The entries of this award in drawings. Only for its own earner."""
    valid = Entry.objects.valid().filter(assertion=assertion).select_related("drawing")
    return {"entries": listed_entries(valid)}
