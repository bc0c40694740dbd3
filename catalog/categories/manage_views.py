"""The categories of the program, for coordinators of the agency at the root."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import program_managers_only
from accounts.permissions import root_of
from audit.moves import TransitionNotAllowed
from catalog.categories import operations as categories
from catalog.categories.forms import CategoryForm, MergeForm
from catalog.models import Category
from editing.shown import NotAsShown
from editing.views import compares_again


@program_managers_only
@require_GET
def category_list(request):
    listed = list(Category.objects.with_number_of_badges().select_related("merged_into"))
    context = {
        "offered": [category for category in listed if category.retired_at is None],
        "retired": [category for category in listed if category.retired_at is not None],
    }
    return render(request, "catalog/manage/categories.html", context)


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    form = CategoryForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            category = categories.add(
                by=request.user, agency=root_of(request.user), **form.cleaned_data
            )
        except categories.NameTaken:
            form.add_error("name", _name_taken())
        else:
            said = _("The category “%(name)s” is added.")
            messages.success(request, said % {"name": category.display_name})
            return redirect("catalog:manage_categories")
    status = 422 if form.errors else 200
    return render(request, "catalog/manage/category_new.html", {"form": form}, status=status)


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def category(request, slug):
    category = get_object_or_404(Category.objects.with_number_of_badges(), slug=slug)
    form = CategoryForm(
        request.POST if request.method == "POST" else None, initial=categories.stored(category)
    )
    if form.is_bound and form.is_valid():
        try:
            categories.change(
                category, by=request.user, agency=root_of(request.user), edit=form.edit
            )
        except categories.NameTaken:
            form.add_error("name", _name_taken())
        else:
            messages.success(request, _("Saved."))
            return redirect("catalog:manage_categories")
    status = 422 if form.errors else 200
    context = {"category": category, "form": form}
    return render(request, "catalog/manage/category.html", context, status=status)


@program_managers_only
@require_POST
def act(request, slug):
    """The buttons of one category: up, down, retire, bring back."""
    category = get_object_or_404(Category, slug=slug)
    by = {"by": request.user, "agency": root_of(request.user)}
    pressed = request.POST.get("act", "")
    try:
        if pressed in {"up", "down"}:
            categories.move(category, up=pressed == "up", **by)
        elif pressed == "retire":
            categories.retire(category, **by)
            messages.success(request, _("Its badges keep it. New badges are not offered it."))
        elif pressed == "bring-back":
            categories.bring_back(category, **by)
            messages.success(request, _("Badges can be put into it again."))
    except categories.NameTaken:
        messages.error(request, _name_taken())
    except TransitionNotAllowed:
        messages.error(request, _("This category was retired meanwhile. Bring it back first."))
    return redirect("catalog:manage_categories")


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request, slug):
    """Choose the other category (GET), see what would move, then confirm (POST)."""
    category = get_object_or_404(Category.objects.with_number_of_badges(), slug=slug)
    if category.merged_into_id is not None:
        messages.info(request, _("This category is merged already."))
        return redirect("catalog:manage_categories")
    posted = request.method == "POST"
    data = request.POST if posted else request.GET if "into" in request.GET else None
    form = MergeForm(data, category=category)
    into = form.cleaned_data["into"] if form.is_valid() else None
    not_as_shown, drawings = False, []
    if posted and into:
        try:
            moved = categories.merge(
                category, into=into, by=request.user, agency=root_of(request.user),
                shown=request.POST.get("shown", ""),
            )  # fmt: skip
        except NotAsShown:
            not_as_shown = True
        except categories.CountsInDrawings as refusal:
            drawings = refusal.names
        except TransitionNotAllowed:
            messages.error(request, _("One of them was retired meanwhile. Nothing is merged."))
            return redirect("catalog:manage_categories")
        else:
            messages.success(request, _merged(moved, into))
            return redirect("catalog:manage_categories")
    context = {
        "category": category,
        "form": form,
        "into": into,
        "mark": categories.merge_mark(category, into) if into else "",
        "not_as_shown": not_as_shown,
        "drawings": drawings,
    }
    status = 422 if form.errors or not_as_shown or drawings else 200
    return render(request, "catalog/manage/category_merge.html", context, status=status)


def _merged(moved: int, into: Category) -> str:
    said = ngettext(
        "Merged. %(count)s badge is now in “%(name)s”.",
        "Merged. %(count)s badges are now in “%(name)s”.",
        moved,
    )
    return said % {"count": moved, "name": into.display_name}


def _name_taken() -> str:
    return _("Another category has this name. Choose a different one, or merge the two.")
