"""Public pages of pathways: the list, and one with its steps."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import BadgeClass, Pathway
from catalog.permissions import can_manage
from serving.kept_pages import kept_page

PATHWAYS_PER_PAGE = 24


@require_safe
@kept_page
def pathway_list(request):
    pathways = (
        Pathway.objects.active()
        .readable()
        .with_badge()
        .annotate(number_of_steps=Count("steps"))
        .order_by("badge_class__current_version__name", "pk")
    )
    page = Paginator(pathways, PATHWAYS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalog/pathway_list.html", {"page": page})


@require_safe
@kept_page
def pathway(request, slug):
    """One pathway, found by the slug of its badge. A suspended pathway keeps its page."""
    readable = Pathway.objects.readable().with_badge().with_step_keys()
    pathway = get_object_or_404(readable, badge_class__slug=slug)
    cards = BadgeClass.objects.for_cards().in_bulk(pathway.step_keys)
    steps = [cards[key] for key in pathway.step_keys]
    context = {
        "pathway": pathway,
        "pathways": [pathway],
        "badge_class": pathway.badge_class,
        "version": pathway.badge_class.current_version,
        "steps": steps,
        "hours": sum(step.current_version.hours for step in steps),
        "can_manage": can_manage(request.user, pathway.badge_class),
    }
    return render(request, "catalog/pathway.html", context)
