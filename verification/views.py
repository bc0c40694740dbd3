"""The verify page, and the same answer for programs."""

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


@csrf_exempt  # it changes nothing, and programs may ask too
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def verify(request, as_json=False):
    wants_json = as_json or (
        request.accepts("application/json") and not request.accepts("text/html")
    )
    address = request.GET.get("address", "")
    report, status, context = None, 200, {}
    if request.method == "OPTIONS":
        return _to_programs(HttpResponse(status=204))
    if request.method == "POST":
        form = _what_was_brought(request)
        if exceeds_rate_limit(request, "verify", times=40, seconds=600):
            status, context = 429, {"too_often": True}
        elif form.is_valid():
            file = form.cleaned_data["file"]
            report = verifier.verify(
                file=file.read() if file else b"",
                text=_meant(form.cleaned_data["text"]),
                email=form.cleaned_data["email"],
            )
        else:
            status = 422
    elif address and addresses.is_ours(address):
        form = VerifyForm(initial={"text": address})
        report = verifier.verify(text=address)
    else:
        # A link may fill in another site's address; only a person's own press opens it.
        form = VerifyForm(initial={"text": address})
    if wants_json:
        return _to_programs(JsonResponse(_in_json(report, form, context), status=status))
    context |= {"form": form, "report": report, "public_award": report and report.award}
    response = render(request, "verification/verify.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _what_was_brought(request):
    """A form, or, from programs, the badge itself as the body: a picture, JSON or a signed text."""
    if request.content_type in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return VerifyForm(request.POST, request.FILES)
    # Read here, and no further than a badge can be: `request.body` ends sooner.
    file = SimpleUploadedFile("badge", request.read(LARGEST_IMAGE + 1))
    return VerifyForm({"email": request.GET.get("email", "")}, {"file": file})


def _in_json(report, form, context):
    if report is None:
        problems = form.errors.get_json_data() if form.is_bound else {}
        if context.get("too_often"):
            problems = {"__all__": [{"message": _("Too many questions. Wait some minutes.")}]}
        return {"verdict": None, "problems": problems}
    return {
        "verdict": report.verdict.value,
        "headline": report.headline,
        "version": report.version,
        "steps": _steps_in_json(report),
        "forms": [
            {
                "version": each.version,
                "verdict": each.verdict.value,
                "headline": each.headline,
                "steps": _steps_in_json(each),
                "document": each.document,
            }
            for each in report.forms
        ],
        "badge": report.badge_name,
        "issuer": report.issuer_name,
        "issuedOn": report.issued_on and report.issued_on.isoformat(),
        "expires": report.expires and report.expires.isoformat(),
        "document": report.document,
    }


def _steps_in_json(report):
    return [
        {"finding": step.finding.value, "title": step.title, "detail": step.detail}
        for step in report.steps
    ]


def _meant(text):
    """A code from a paper, typed here, means the address of its award."""
    code = short_codes.read(text) if len(text) < 60 else ""
    found = code and Assertion.objects.published().filter(short_code=code).first()
    return addresses.assertion_id(found.public_id) if found else text


def _to_programs(response):
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response["Cache-Control"] = "no-store"
    return response
