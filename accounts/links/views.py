"""A person's own links: undo one, or join again what was awarded to a confirmed address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.links import operations
from accounts.models import AccountLink
from audit.moves import TransitionNotAllowed


@login_required
@require_POST
def undo(request, pk):
    mine = AccountLink.objects.of_person(request.user).select_related("account", "main")
    linked = get_object_or_404(mine, pk=pk)
    try:
        operations.unlink(linked, by=request.user)
    except TransitionNotAllowed:
        messages.info(request, _("This was undone already."))
    else:
        messages.success(request, _("Undone. What was awarded to that address is apart again."))
    return redirect("account_email")


@login_required
@require_POST
def join(request):
    """Join what was awarded to an address that this person has confirmed."""
    address = request.POST.get("email", "").strip().lower()
    if not request.user.emailaddress_set.filter(email=address, verified=True).exists():
        raise Http404
    if operations.join_confirmed_address(request.user, address):
        messages.success(request, _("What was awarded to that address is with your badges now."))
    else:
        messages.info(request, _("Nothing was awarded to that address alone."))
    return redirect("account_email")
