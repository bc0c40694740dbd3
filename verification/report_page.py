"""Renders the verify page, and limits how often anybody asks whose badge an award is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.rate_limits import (
    exceeds_rate_limit,
    key_exceeds_rate_limit,
    minutes_to_wait,
    minutes_to_wait_for,
    origin_of,
)
from issuing.models import Assertion
from verification.answer import Answer
from verification.forms import RecipientForm, VerifyForm
from verification.report import Report

# Only unknown codes count, so that many people behind one IP address can check real ones.
MOST_WRONG_CODES = 20
# An office checks a pile of papers; nobody needs many tries for one of them.
MOST_QUESTIONS = 40
MOST_QUESTIONS_ABOUT_ONE = 10
# From everybody together, so that many networks can't try all names. One network uses up only its
# own tries, and an employer elsewhere can still ask.
MOST_QUESTIONS_OF_ALL = 100


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


def minutes_until_next_question(request: HttpRequest, award: Assertion) -> int:
    """Count a question about whose badge this is. 0 if it may be answered now.

    A question that is refused is not counted for the limits after the one that refused it.
    """
    if exceeds_rate_limit(request, "recipient", times=MOST_QUESTIONS, seconds=600):
        return minutes_to_wait(request, "recipient")
    about_it = f"rate:recipient-of:{award.pk}"
    limits = {
        f"{about_it}:{origin_of(request)}": MOST_QUESTIONS_ABOUT_ONE,
        about_it: MOST_QUESTIONS_OF_ALL,
    }
    for key, times in limits.items():
        if key_exceeds_rate_limit(key, times=times, seconds=3600):
            return minutes_to_wait_for(key)
    return 0
