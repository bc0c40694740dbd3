"""Coordinators' pages of mailing lists."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import coordinators_only
from awarding.spreadsheet_io import csv_download
from editing.views import compares_again
from mailings.lists import operations as lists
from mailings.lists.forms import MailingListForm
from mailings.models import MailingList

PAGE_SIZE = 25
IMPORTS_SHOWN = 10


@coordinators_only
@require_safe
def list_index(request):
    coordinated = MailingList.objects.coordinated_by(request.user).with_counts()
    page = Paginator(coordinated, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "mailings/manage/lists.html", {"page": page})


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def edit_list(request, public_id=None):
    coordinated = MailingList.objects.coordinated_by(request.user)
    found = get_object_or_404(coordinated, public_id=public_id) if public_id else None
    form = MailingListForm(
        request.POST if request.method == "POST" else None, instance=found, user=request.user
    )
    if request.method == "POST" and form.is_valid():
        lists.save_list(form.instance, by=request.user, edit=form.edit)
        messages.success(request, _("The mailing list is saved."))
        return redirect("mailings:manage_lists")
    context = {"form": form, "mailing_list": found}
    if found:
        context["imports"] = found.imports.all()[:IMPORTS_SHOWN]
    status = 422 if request.method == "POST" else 200
    return render(request, "mailings/manage/list.html", context, status=status)


@coordinators_only
@require_safe
def download(request, public_id):
    """Everyone who is on the list now, since when, and how they agreed."""
    coordinated = MailingList.objects.coordinated_by(request.user)
    mailing_list = get_object_or_404(coordinated, public_id=public_id)
    confirmed = mailing_list.subscriptions.confirmed().order_by("subscriber__email")
    known = confirmed.select_related("subscriber", "imported_in").iterator()
    heading = [
        _("Email address"), _("Language"), _("Signed up"), _("Confirmed"), _("How they agreed"),
    ]  # fmt: skip
    own = _("By the button on our page")
    rows = (
        (
            one.subscriber.email, one.subscriber.language, one.asked_at.date().isoformat(),
            one.confirmed_at.date().isoformat(), str(one.imported_in or own),
        )
        for one in known
    )  # fmt: skip
    return csv_download((one for part in ([heading], rows) for one in part), "mailing-list")
