"""The verify page, and the same report as JSON."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.rate_limits import exceeds_rate_limit, has_exceeded_rate_limit, minutes_to_wait
from issuing import addresses
from openbadges.baking import LARGEST_IMAGE
from verification import own_addresses, verifier
from verification.forms import VerifyForm
from verification.report_page import (
    MOST_WRONG_CODES,
    minutes_until_next_question,
    show_report,
)


@csrf_exempt  # it changes nothing, and is also an API
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def verify(request, as_json=False):
    wants_json = as_json or (
        request.accepts("application/json") and not request.accepts("text/html")
    )
    address = own_addresses.canonical(request.GET.get("address", ""))
    report, status, context = None, 200, {}
    if request.method == "OPTIONS":
        return _allow_any_origin(HttpResponse(status=204))
    if request.method == "POST":
        form = _bound_form(request)
        if exceeds_rate_limit(request, "verify", times=40, seconds=600):
            status, context = 429, {"wait": minutes_to_wait(request, "verify")}
        elif form.is_valid():
            report = _verify(form)
            # Asking for an email address is asking whose badge it is.
            asks_whose = report.award and form.cleaned_data["email"]
            if asks_whose and (wait := minutes_until_next_question(request, report.award)):
                report, status, context = None, 429, {"wait": wait}
        else:
            status = 413 if form.is_too_large else 422
    elif address and addresses.is_ours(address):
        form = VerifyForm(initial={"text": address})
        if has_exceeded_rate_limit(request, "code", times=MOST_WRONG_CODES):
            status, context = 429, {"wait": minutes_to_wait(request, "code")}
        else:
            report = verifier.verify(text=address)
            if report.verdict is verifier.Verdict.NOT_FOUND:
                exceeds_rate_limit(request, "code", times=MOST_WRONG_CODES, seconds=600)
    else:
        # A link may fill in a URL of another site, but only submitting the form fetches it.
        form = VerifyForm(initial={"text": address})
    if wants_json:
        return _allow_any_origin(JsonResponse(_as_json(report, form, context), status=status))
    return show_report(request, report, form=form, status=status, **context)


def _verify(form):
    file = form.cleaned_data["file"]
    return verifier.verify(
        file=file.read() if file else b"",
        text=form.cleaned_data["text"],
        email=form.cleaned_data["email"],
    )


def _bound_form(request):
    """The posted form; API clients may send the badge itself as the request body instead."""
    if request.content_type in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        try:
            return VerifyForm(request.POST, request.FILES)
        except RequestDataTooBig:
            form = VerifyForm({"text": "-"})
            form.full_clean()
            form.data = {}
            form.is_too_large = True
            form.add_error(
                "text",
                _(
                    "That was too large for a badge, so it was not read. Go back to have it "
                    "again. Paste one badge alone, or upload its file."
                ),
            )
            return form
    # Not `request.body`: its limit is smaller than the largest badge.
    file = SimpleUploadedFile("badge", request.read(LARGEST_IMAGE + 1))
    return VerifyForm({"email": request.GET.get("email", "")}, {"file": file})


def _as_json(report, form, context):
    if report is None:
        problems = form.errors.get_json_data() if form.is_bound else {}
        if minutes := context.get("wait"):
            message = ngettext(
                "Too many requests. Please wait %(minutes)s minute.",
                "Too many requests. Please wait %(minutes)s minutes.",
                minutes,
            )
            problems = {"__all__": [{"message": message % {"minutes": minutes}}]}
        return {"verdict": None, "problems": problems}
    return {
        "verdict": report.verdict.value,
        "kind": report.kind.value,
        "headline": report.headline,
        "version": report.version,
        "steps": _steps_as_json(report),
        "forms": [
            {
                "version": form_report.version,
                "verdict": form_report.verdict.value,
                "kind": form_report.kind.value,
                "headline": form_report.headline,
                "steps": _steps_as_json(form_report),
                "document": form_report.document,
            }
            for form_report in report.forms
        ],
        "choices": [
            {"badge": choice.name, "issuer": choice.issuer_name, "text": choice.text}
            for choice in report.choices
        ],
        "badge": report.badge_name,
        "issuer": report.issuer_name,
        "issuedOn": report.issued_on and report.issued_on.isoformat(),
        "expires": report.expires and report.expires.isoformat(),
        "document": report.document,
        "replacedBy": addresses.assertion_id(report.award.public_id) if report.replaced else None,
    }


def _steps_as_json(report):
    return [
        {"finding": step.finding.value, "title": step.title, "detail": step.detail}
        for step in report.steps
    ]


def _allow_any_origin(response):
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response["Cache-Control"] = "no-store"
    return response
