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
def medal_ring(total=None, met=None, not_yet=None, states=None, image="", progress=None):
    """The ring's context for components/badge_medal.html, which may pass empty values.

    A ring says how far somebody has come. A badge in the catalog is nobody's, so it has none.
    """
    if not (progress or states or met or not_yet):
        total = 0
    return _ring(total or 0, met or 0, not_yet or 0, states, image)


@register.simple_tag
def medal_label(alt, ring):
    """The medal's alt text: the description of the art, then the progress."""
    if not ring["started"]:
        return alt
    progress = ngettext(
        "%(met)s of %(total)s criterion met", "%(met)s of %(total)s criteria met", ring["total"]
    ) % {"met": ring["met"], "total": ring["total"]}
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
