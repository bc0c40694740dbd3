"""The coordinators' page that asks before an unpublished version or a draft badge is deleted."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import coordinators_only
from catalog.discards import operations
from catalog.editor_values import publishing_mark
from catalog.manage_views import editor_context, get_managed_badge_or_404
from catalog.models import BadgeClass
from editing.shown import NotAsShown


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    shown = badge_class.version_to_edit()
    not_as_shown, used_by = False, []
    if request.method == "POST":
        try:
            operations.discard(badge_class, by=request.user, shown=request.POST.get("shown", ""))
        except NotAsShown:
            not_as_shown = True
        except operations.StillUsed as refusal:
            used_by = refusal.kinds
        except operations.NothingToDiscard:
            messages.info(request, _("Nothing is deleted: every version is published."))
            return redirect("catalog:manage_edit", badge_class.slug)
        except BadgeClass.DoesNotExist:
            messages.info(request, _("The draft was already deleted."))
            return redirect("catalog:manage_list")
        else:
            return _discarded(request, badge_class, shown)
    elif shown.published_at is not None:
        return redirect("catalog:manage_edit", badge_class.slug)
    context = {
        **editor_context(badge_class, shown, "status"),
        "mark": publishing_mark(shown),
        "not_as_shown": not_as_shown,
        "used_by": used_by,
    }
    status = 422 if not_as_shown or used_by else 200
    return render(request, "catalog/manage/discard.html", context, status=status)


def _discarded(request, badge_class, shown):
    if badge_class.current_version_id is None:
        messages.success(request, _("The draft “%(name)s” is deleted.") % {"name": shown.name})
        return redirect("catalog:manage_list")
    messages.success(
        request, _("The unpublished version %(number)s is deleted.") % {"number": shown.number}
    )
    return redirect("catalog:manage_edit", badge_class.slug)
