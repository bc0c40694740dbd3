import hashlib

from django import template
from django.utils.translation import ngettext

from catalog.art import ring

register = template.Library()


@register.inclusion_tag("components/criteria_ring.html")
def criteria_ring(total=0, met=0, not_yet=0, states=None, image=""):
    """The progress ring; with `image`, also that image, revealed segment by segment."""
    return {"image": image, **_ring(total, met, not_yet, states, image)}


@register.simple_tag
def medal_ring(total=None, met=None, not_yet=None, states=None, image=""):
    """The ring's context for components/badge_medal.html, which may pass empty values."""
    return _ring(total or 0, met or 0, not_yet or 0, states, image)


@register.simple_tag
def medal_label(alt, total=None, met=None, not_yet=None, states=None):
    """The medal's alt text: the description of the art, then the progress."""
    parts = _ring(total or 0, met or 0, not_yet or 0, states, "")
    if not parts["segments"] or not parts["started"]:
        return alt
    progress = ngettext(
        "%(met)s of %(total)s criterion met", "%(met)s of %(total)s criteria met", parts["total"]
    ) % {"met": parts["met"], "total": parts["total"]}
    return f"{alt}. {progress}." if alt else f"{progress}."


def _ring(total, met, not_yet, states, image):
    if states is None or states == "":
        states = ring.states_from_counts(int(total), int(met), int(not_yet))
    states = list(states)
    key = hashlib.sha256(f"{image}|{'|'.join(states)}".encode()).hexdigest()[:10]
    return {
        "segments": ring.segments(states),
        "total": len(states),
        "met": states.count(ring.MET),
        "started": any(state in {ring.MET, ring.NOT_YET} for state in states),
        "clip_id": f"enamel-{key}",
    }
