"""Short codes printed on certificates and cards: anyone can type one to verify the award."""

from __future__ import annotations

from urllib.parse import quote

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.rate_limits import exceeds_rate_limit, has_exceeded_rate_limit, minutes_to_wait
from issuing import addresses
from verification import own_addresses
from verification.forms import ShortCodeForm
from verification.report_page import MOST_WRONG_CODES


@require_GET
def enter_code(request):
    form = ShortCodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return _redirect_to_report(request, form.cleaned_data["code"])
    return _render_form(request, form, status=422 if form.errors else 200)


@require_GET
def open_code(request, typed):
    return _redirect_to_report(request, typed)


def _redirect_to_report(request, typed):
    """Redirect to the verify page of the award with this code."""
    form = ShortCodeForm({"code": typed})
    if has_exceeded_rate_limit(request, "code", times=MOST_WRONG_CODES):
        return _render_form(request, form, status=429)
    address = own_addresses.canonical(typed)
    found = own_addresses.look_up(address) if addresses.is_ours(address) else None
    if found is None or found.award is None:
        exceeds_rate_limit(request, "code", times=MOST_WRONG_CODES, seconds=600)
        form.is_valid()
        form.add_error(
            "code",
            _("We have no badge with this code. Compare it with the printed one, group by group."),
        )
        return _render_form(request, form, status=404)
    code = own_addresses.code_address((found.replaced or found.award).short_code)
    return redirect(f"{reverse('verification:verify')}?address={quote(code, safe='')}")


def _render_form(request, form, *, status):
    context = {"form": form}
    if status == 429:
        context["wait"] = minutes_to_wait(request, "code")
    response = render(request, "verification/short_code.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
