"""The coordinator's first page, and the rows behind each of its numbers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from office.setup.checklist import checklist_of
from office.today.counting import counts, sealed_keys
from office.today.kinds import BY_NAME

PAGE_SIZE = 25


@coordinators_only
@require_safe
@never_cache
def today(request):
    counted = counts(request.user, now=timezone.now())
    context = {
        "waiting": [one for one in counted if one.number],
        "clear": [one.kind for one in counted if not one.number],
        "sealed_keys": sealed_keys(request.user),
        "shows_checklist": checklist_of(request.user) is not None,
    }
    return render(request, "office/manage/today.html", context)


@coordinators_only
@require_safe
@never_cache
def rows(request, name):
    kind = _kind(name)
    found = kind.rows(request.user, timezone.now()).select_related(*kind.related)
    found = found.annotate(waits_since=kind.since).order_by("waits_since", "pk")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "kind": kind,
        "page": page,
        "lines": [(row, kind.line(row)) for row in page],
    }
    return render(request, "office/manage/today_rows.html", context)


@coordinators_only
@require_POST
def act(request, name):
    """Do it with each of the chosen rows, in a transaction of its own."""
    kind = _kind(name)
    keys = {int(key) for key in request.POST.getlist("rows")[:PAGE_SIZE] if _is_key(key)}
    if not keys:
        messages.error(request, _("Choose at least one row."))
        return redirect(kind)
    chosen_act = next((one for one in kind.acts if one.name == request.POST.get("act")), None)
    if chosen_act is None:
        raise Http404
    done = 0
    chosen = list(kind.rows(request.user, timezone.now()).filter(pk__in=keys))
    for row in chosen:
        try:
            chosen_act.do(row, by=request.user)
        except TransitionNotAllowed:
            continue
        done += 1
    if done:
        words = ngettext("Done for %(count)s row.", "Done for %(count)s rows.", done)
        messages.success(request, words % {"count": done})
    if done < len(keys):
        messages.info(request, _("Somebody else dealt with the others in the meantime."))
    return redirect(kind)


def _kind(name):
    kind = BY_NAME.get(name)
    if kind is None or kind.line is None:
        raise Http404
    return kind


def _is_key(text):
    return text.isdecimal() and len(text) < 19
