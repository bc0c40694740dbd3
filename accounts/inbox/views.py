"""Messages: what emails would have said to somebody without email."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.inbox.theirs import messages_of
from mail.operations import read_message

PAGE_SIZE = 25


@login_required
@require_safe
@never_cache
def messages(request):
    page = Paginator(messages_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/messages.html", {"page": page})


@login_required
@require_safe
@never_cache
def message(request, pk):
    """Opening it is reading it."""
    found = get_object_or_404(messages_of(request.user), pk=pk)
    if found.read_at is None:
        read_message(found)
    return render(request, "accounts/message.html", {"message": found})
