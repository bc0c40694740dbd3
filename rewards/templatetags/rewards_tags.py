from datetime import date, datetime

from django import template
from django.db.models import Prefetch

from rewards.chances.operations import chances_of, counts
from rewards.models import Drawing, Entry, Prize, Sponsor
from rewards.note_translations import in_words

register = template.Library()
register.filter(in_words)

SHOWN = 3


@register.filter
def as_day(written):
    """The day of a source, kept as 2026-06-09, as a date that templates can format."""
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError):
        return None


@register.filter
def as_moment(written):
    """The moment of a drand round, kept as text in ISO 8601."""
    try:
        return datetime.fromisoformat(written)
    except (TypeError, ValueError):
        return None


@register.inclusion_tag("rewards/_sponsors.html")
def sponsors():
    """Those who give to the program now, in the order the coordinators chose."""
    return {"sponsors": Sponsor.objects.current()}


@register.inclusion_tag("rewards/_open_drawings.html", takes_context=True)
def open_drawings(context):
    """The drawings that collect chances now; for a signed-in person with how many they have."""
    prizes = Prize.objects.select_related("sponsor")
    found = list(
        Drawing.objects.collecting()
        .select_related("rules", "agency")
        .prefetch_related(Prefetch("prizes", prizes))
        .order_by("rules__closes_at")[:SHOWN]
    )
    user = context.get("user")
    signed_in = user is not None and user.is_authenticated
    return {
        "drawings": [
            (drawing, chances_of(user, drawing) if signed_in else None) for drawing in found
        ]
    }


@register.inclusion_tag("rewards/_chances.html")
def chances(assertion):
    """Where this badge is a chance, with its receipts. Only for the badge's own earner."""
    standing = Entry.objects.standing().filter(assertion=assertion).select_related("drawing")
    return {"entries": [entry for entry in standing if counts(entry)]}
