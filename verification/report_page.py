"""Renders the verify page, and limits how often anybody asks whose badge an award is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.rate_limits import exceeds_rate_limit, key_exceeds_rate_limit
from issuing.models import Assertion
from verification.answer import Answer
from verification.forms import RecipientForm, VerifyForm
from verification.report import Report

# Only unknown codes count, so that many people behind one IP address can check real ones.
MOST_WRONG_CODES = 20
# An office checks a pile of papers; nobody needs many tries for one of them.
MOST_QUESTIONS = 40
MOST_QUESTIONS_ABOUT_ONE = 20


def show_report(
    request: HttpRequest,
    report: Report | None,
    *,
    form: VerifyForm,
    recipient_form: RecipientForm | None = None,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    answer = Answer(report) if report else None
    if answer and answer.asks_recipient and recipient_form is None:
        recipient_form = RecipientForm(initial={"address": answer.address}, auto_id="recipient_%s")
    context |= {
        "form": form,
        "report": report,
        "answer": answer,
        "recipient_form": recipient_form,
        "now": timezone.now(),
    }
    response = render(request, "verification/verify.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def asks_too_often(request: HttpRequest, award: Assertion) -> bool:
    """Count a question about whose badge this is, for the client and for the award."""
    by_client = exceeds_rate_limit(request, "recipient", times=MOST_QUESTIONS, seconds=600)
    by_award = key_exceeds_rate_limit(
        f"rate:recipient-of:{award.pk}", times=MOST_QUESTIONS_ABOUT_ONE, seconds=3600
    )
    return by_client or by_award
