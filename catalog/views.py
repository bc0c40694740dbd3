"""Public pages: the home page, the catalog and a badge."""

from __future__ import annotations

from collections import Counter

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import ClassCode
from catalog.forms import CatalogForm
from catalog.models import Alignment, BadgeClass, Category, Criterion, Pathway
from catalog.page_version import page_version
from catalog.permissions import can_manage
from program.two_languages import in_language
from serving.kept_pages import kept_page

BADGES_PER_PAGE = 24
PINS_ON_HOME_PAGE = 9
NEW_BADGES = 4
CANDIDATES_FOR_PINS = 60

HOURS = {
    "0-5": Q(current_version__hours__lte=5),
    "5-15": Q(current_version__hours__gte=5, current_version__hours__lte=15),
    "15-30": Q(current_version__hours__gte=15, current_version__hours__lte=30),
    "30-": Q(current_version__hours__gt=30),
}
FILTERS = {
    "category": "category__slug",
    "level": "current_version__level",
    "language": "current_version__language",
    "issuer": "issuer__public_id",
}
SORTS = {
    "name": ["current_version__name", "pk"],
    "new": ["-current_version__published_at", "pk"],
    "short": ["current_version__hours", "current_version__name", "pk"],
}


@require_safe
@kept_page
def home(request):
    newest = BadgeClass.objects.published().for_cards().order_by(*SORTS["new"])
    badges = list(newest[:CANDIDATES_FOR_PINS])
    context = {
        "pins": _across_categories(badges)[:PINS_ON_HOME_PAGE],
        "new_badges": _across_categories(badges[: 3 * NEW_BADGES])[:NEW_BADGES],
        "categories": Category.objects.annotate(
            number_of_badges=Count(
                "badge_classes", filter=Q(badge_classes__status=BadgeClass.Status.PUBLISHED)
            )
        ).filter(number_of_badges__gt=0),
        "has_classes": ClassCode.objects.current().exists(),
    }
    return render(request, "catalog/home.html", context)


def _across_categories(badges):
    """The badges in rounds: the first of each category, then the second of each, and so on."""
    rounds = Counter()
    order = []
    for badge_class in badges:
        order.append((rounds[badge_class.category_id], len(order), badge_class))
        rounds[badge_class.category_id] += 1
    return [badge_class for turn, place, badge_class in sorted(order, key=lambda item: item[:2])]


@require_safe
@kept_page
def badge_list(request):
    published = BadgeClass.objects.published()
    facets = list(published.with_facets())
    form = CatalogForm(
        request.GET,
        categories=_categories_in(facets),
        issuers=sorted(
            {(str(row["issuer__public_id"]), row["issuer__name"]) for row in facets},
            key=lambda choice: choice[1],
        ),
        frameworks=[
            (name, name)
            for name in Alignment.objects.filter(version__in=published.values("current_version"))
            .exclude(target_framework="")
            .order_by("target_framework")
            .values_list("target_framework", flat=True)
            .distinct()
        ],
    )
    found = _filtered(published, form.chosen)
    # Run the search once: its keys give both the total and the page.
    page = Paginator(list(found.values_list("pk", flat=True)), BADGES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    cards = BadgeClass.objects.for_cards().in_bulk(list(page.object_list))
    page.object_list = [cards[pk] for pk in page.object_list if pk in cards]
    context = {
        "form": form,
        "page": page,
        "total": page.paginator.count,
        "categories": _categories_in(facets),
        "hints": [] if page.paginator.count else _without_one_filter(published, form),
    }
    return render(request, "catalog/badge_list.html", context)


def _categories_in(facets):
    rows = sorted(
        {
            (
                row["category__position"],
                in_language(row["category__name"], row["category__name_es"]),
                row["category__slug"],
            )
            for row in facets
        }
    )
    return [(slug, name) for position, name, slug in rows]


def _filtered(badges, chosen):
    badges = badges.matching(chosen.get("q", "")).filter(*_conditions(chosen).values())
    sort = chosen.get("sort") or ("" if chosen.get("q") else "name")
    return badges.order_by(*SORTS[sort]) if sort else badges


def _conditions(chosen):
    """What each chosen filter asks of a badge."""
    conditions = {
        name: Q(**{lookup: chosen[name]}) for name, lookup in FILTERS.items() if name in chosen
    }
    if hours := chosen.get("hours"):
        conditions["hours"] = HOURS[hours]
    if framework := chosen.get("framework"):
        aligned = Alignment.objects.filter(target_framework=framework)
        conditions["framework"] = Q(current_version__in=aligned.values("version"))
    return conditions


def _without_one_filter(badges, form):
    """The chosen filters, each with the number of badges that would be found without it."""
    conditions = _conditions(form.chosen)
    if not conditions:
        return []
    counts = {
        f"without_{name}": Count(
            "pk", filter=Q(*(other for key, other in conditions.items() if key != name))
        )
        for name in conditions
    }
    found = badges.matching(form.chosen.get("q", "")).aggregate(**counts)
    return [
        {**chosen, "total": total}
        for chosen in form.chosen_filters
        if (total := found[f"without_{chosen['name']}"])
    ]


@require_safe
@kept_page
def category(request, slug):
    category = get_object_or_404(Category.objects.select_related("merged_into"), slug=slug)
    if category.merged_into:
        return redirect(category.merged_into)
    badges = BadgeClass.objects.published().filter(category=category).for_cards()
    page = Paginator(badges.order_by(*SORTS["name"]), BADGES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"category": category, "page": page, "total": page.paginator.count}
    return render(request, "catalog/category.html", context)


@require_safe
@kept_page(version=page_version, has_times=False)
def badge(request, slug):
    """A badge's page. Retired badges keep theirs; drafts are only for their coordinators."""
    badge_class = get_object_or_404(
        BadgeClass.objects.select_related(
            "category", "issuer__agency", "pathway", "current_version"
        ),
        slug=slug,
    )
    if badge_class.current_version is None and not can_manage(request.user, badge_class):
        raise Http404
    version = badge_class.current_version or badge_class.versions.get()
    version.badge_class = badge_class
    context = {
        **badge_context(badge_class, version),
        "can_manage": can_manage(request.user, badge_class),
    }
    return render(request, "catalog/badge.html", context)


@require_safe
def worksheet(request, slug):
    """A badge to print: its criteria, what they ask for, their levels, and room to write."""
    badge_class = get_object_or_404(
        BadgeClass.objects.readable().select_related("issuer", "current_version"), slug=slug
    )
    version = badge_class.current_version
    criteria = version.criteria.prefetch_related("levels", "questions")
    context = {"badge_class": badge_class, "version": version, "criteria": criteria}
    return render(request, "catalog/worksheet.html", context)


def badge_context(badge_class, version):
    pathways = Pathway.objects.readable().with_step(badge_class)
    return {
        "badge_class": badge_class,
        "version": version,
        # Not asked for until they are needed: what is drawn of a published version is kept.
        "criteria": Criterion.objects.filter(version=version).prefetch_related(
            "levels", "questions"
        ),
        "alignments": version.alignments.all(),
        "resources": list(badge_class.resources.all()),
        "pathways": list(pathways.with_badge().with_step_keys()),
    }
