"""The program's own pages: their texts, whether they are shown, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import program_managers_only
from accounts.permissions import root_of
from editing.shown import NotAsShown
from editing.views import compares_again
from office.settings.forms import PageForm
from program import operations, pages
from program.current import current
from program.models import Page


@program_managers_only
@require_GET
def page_list(request):
    own = set(Page.objects.values_list("slug", flat=True))
    hidden = current().hidden_pages
    rows = [
        {
            "slug": slug.value,
            "label": slug.label,
            "is_own": slug.value in own,
            "is_shown": slug.value not in hidden,
        }
        for slug in Page.Slug
    ]
    return render(request, "office/manage/pages.html", {"pages": rows})


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def page(request, slug):
    """The button “Preview” shows what was typed and saves nothing."""
    label = _label(slug)
    data = request.POST if request.method == "POST" else None
    form = PageForm(data, initial=pages.stored_texts(slug, current()))
    previews = []
    if form.is_bound and form.is_valid():
        if "preview" not in request.POST:
            operations.write_page(
                slug, by=request.user, agency=root_of(request.user), edit=form.edit
            )
            messages.success(request, _("Saved. The page shows it from now on."))
            return redirect("office:manage_page", slug)
        previews = pages.in_each_language(slug, form.cleaned_data)
    context = {
        "form": form,
        "slug": slug,
        "label": label,
        "is_own": Page.objects.filter(slug=slug).exists(),
        "is_shown": slug not in current().hidden_pages,
        "previews": previews,
    }
    status = 422 if form.errors else 200
    return render(request, "office/manage/page.html", context, status=status)


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def page_default(request, slug):
    """Shows the text that comes with the software, with a button to use it."""
    label, program, not_as_shown = _label(slug), current(), False
    if request.method == "POST":
        try:
            operations.use_default_page(
                slug,
                by=request.user,
                agency=root_of(request.user),
                shown=request.POST.get("shown", ""),
            )
        except NotAsShown:
            not_as_shown = True
        else:
            messages.success(request, _("The page has the default text again."))
            return redirect("office:manage_page", slug)
    context = {
        "label": label,
        "page_url": reverse("office:manage_page", args=[slug]),
        "mark": operations.page_mark(slug, program),
        "not_as_shown": not_as_shown,
        "previews": pages.in_each_language(slug, pages.default_texts(slug, program)),
    }
    status = 422 if not_as_shown else 200
    return render(request, "office/manage/page_default.html", context, status=status)


@program_managers_only
@require_POST
def page_visibility(request, slug):
    label, is_shown = _label(slug), request.POST.get("show") == "1"
    operations.show_page(slug, is_shown=is_shown, by=request.user, agency=root_of(request.user))
    said = _("“%(page)s” is shown.") if is_shown else _("“%(page)s” is hidden.")
    messages.success(request, said % {"page": label})
    return redirect("office:manage_pages")


def _label(slug):
    if slug not in Page.Slug.values:
        raise Http404
    return Page.Slug(slug).label
