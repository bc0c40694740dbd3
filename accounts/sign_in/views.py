from functools import wraps

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.browsers import in_words
from accounts.models import SignedInBrowser
from accounts.sign_in import operations


@login_required
@require_GET
def browsers(request):
    """Where this person is signed in."""
    rows = [
        (row, in_words(row.browser, row.system), row.session_key == request.session.session_key)
        for row in operations.current_browsers(request.user, now=timezone.now())
    ]
    context = {"rows": rows, "has_others": any(not is_here for *_row, is_here in rows)}
    return render(request, "accounts/browsers.html", context)


@login_required
@require_POST
def end_browsers(request):
    """Sign out in one other browser, or in all others."""
    others = SignedInBrowser.objects.filter(user=request.user)
    others = others.exclude(session_key=request.session.session_key or "")
    chosen = request.POST.get("browser", "")
    if chosen != "all":
        others = others.filter(pk=int(chosen)) if _is_key(chosen) else others.none()
    count = operations.end_browsers(others, by=request.user, now=timezone.now())
    if count:
        said = ngettext(
            "Signed out in %(count)s browser.", "Signed out in %(count)s browsers.", count
        )
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("You are no longer signed in there."))
    return redirect("accounts:browsers")


def tells_at_once(view):
    """allauth's view of a second step, so that the change and its email are one transaction."""

    @wraps(view)
    def telling(request, *args, **kwargs):
        if request.method != "POST" or request.user.is_anonymous:
            return view(request, *args, **kwargs)
        adapter = get_adapter(request)
        return operations.change_second_step(
            request.user,
            lambda: view(request, *args, **kwargs),
            tell=lambda kind: adapter.tell_of_second_step(kind, request.user),
        )

    return telling


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
