"""The verify page, and the same report as JSON."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.rate_limits import exceeds_rate_limit
from issuing import addresses, short_codes
from issuing.models import Assertion
from openbadges.baking import LARGEST_IMAGE
from verification import verifier
from verification.forms import VerifyForm


@csrf_exempt  # it changes nothing, and is also an API
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def verify(request, as_json=False):
    wants_json = as_json or (
        request.accepts("application/json") and not request.accepts("text/html")
    )
    address = request.GET.get("address", "")
    report, status, context = None, 200, {}
    if request.method == "OPTIONS":
        return _allow_any_origin(HttpResponse(status=204))
    if request.method == "POST":
        form = _bound_form(request)
        if exceeds_rate_limit(request, "verify", times=40, seconds=600):
            status, context = 429, {"too_often": True}
        elif form.is_valid():
            file = form.cleaned_data["file"]
            report = verifier.verify(
                file=file.read() if file else b"",
                text=_resolve_short_code(form.cleaned_data["text"]),
                email=form.cleaned_data["email"],
            )
        else:
            status = 422
    elif address and addresses.is_ours(address):
        form = VerifyForm(initial={"text": address})
        report = verifier.verify(text=address)
    else:
        # A link may fill in a URL of another site, but only submitting the form fetches it.
        form = VerifyForm(initial={"text": address})
    if wants_json:
        return _allow_any_origin(JsonResponse(_as_json(report, form, context), status=status))
    context |= {"form": form, "report": report, "public_award": report and report.award}
    response = render(request, "verification/verify.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _bound_form(request):
    """The posted form; API clients may send the badge itself as the request body instead."""
    if request.content_type in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return VerifyForm(request.POST, request.FILES)
    # Not `request.body`: its limit is smaller than the largest badge.
    file = SimpleUploadedFile("badge", request.read(LARGEST_IMAGE + 1))
    return VerifyForm({"email": request.GET.get("email", "")}, {"file": file})


def _as_json(report, form, context):
    if report is None:
        problems = form.errors.get_json_data() if form.is_bound else {}
        if context.get("too_often"):
            problems = {
                "__all__": [{"message": _("Too many requests. Please wait a few minutes.")}]
            }
        return {"verdict": None, "problems": problems}
    return {
        "verdict": report.verdict.value,
        "headline": report.headline,
        "version": report.version,
        "steps": _steps_as_json(report),
        "forms": [
            {
                "version": form_report.version,
                "verdict": form_report.verdict.value,
                "headline": form_report.headline,
                "steps": _steps_as_json(form_report),
                "document": form_report.document,
            }
            for form_report in report.forms
        ],
        "badge": report.badge_name,
        "issuer": report.issuer_name,
        "issuedOn": report.issued_on and report.issued_on.isoformat(),
        "expires": report.expires and report.expires.isoformat(),
        "document": report.document,
    }


def _steps_as_json(report):
    return [
        {"finding": step.finding.value, "title": step.title, "detail": step.detail}
        for step in report.steps
    ]


def _resolve_short_code(text):
    """The URL of the award if the text is a short code, else the text itself."""
    code = short_codes.read(text) if len(text) < 60 else ""
    found = code and Assertion.objects.published().filter(short_code=code).first()
    return addresses.assertion_id(found.public_id) if found else text


def _allow_any_origin(response):
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response["Cache-Control"] = "no-store"
    return response
