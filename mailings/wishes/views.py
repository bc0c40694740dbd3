"""Getting no announcements: in the account, and with the link of an email (RFC 8058)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailings.lists import links
from mailings.wishes import operations as wishes


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request):
    if request.method == "POST":
        if "none" in request.POST:
            wishes.want_none(request.user)
            messages.success(request, _("Saved. You get no more announcements."))
        elif "all" in request.POST:
            wishes.want_them(request.user)
            messages.success(request, _("Saved. You get announcements again."))
        return redirect("mailings:own_wish")
    context = {"wants_none": wishes.wants_none(request.user)}
    return render(request, "mailings/own_wish.html", context)


@csrf_exempt  # mail programs post without a page or a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    """Opening the link changes nothing: mail scanners open every link."""
    user = links.user_to_stop(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        wishes.want_none(user)
    response = render(request, "mailings/stop.html", {"done": request.method == "POST"})
    response["Cache-Control"] = "no-store"
    return response
