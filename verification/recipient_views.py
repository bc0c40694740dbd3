"""Whose badge is it? A name or an email address is compared with the award: yes or no."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from issuing import addresses
from verification import own_addresses, verifier
from verification.answer import Answer
from verification.forms import RecipientForm, VerifyForm
from verification.names import is_for
from verification.report import Finding, Report, Verdict
from verification.report_page import minutes_until_next_question, show_report


@csrf_exempt  # it changes nothing
@require_POST  # what is typed is in no address, and so in no log
@sensitive_post_parameters("who")
def compare(request):
    form = RecipientForm(request.POST, auto_id="recipient_%s")
    address = own_addresses.canonical(request.POST.get("address", ""))
    award = own_addresses.look_up(address).award if addresses.is_ours(address) else None
    if award is None:
        raise Http404
    report, page = verifier.verify(text=address), {"form": VerifyForm(), "recipient_form": form}
    if not form.is_valid():
        return show_report(request, report, status=422, **page)
    if minutes := minutes_until_next_question(request, award):
        return show_report(request, report, status=429, next_question_in=minutes, **page)
    is_match = is_for(award, form.cleaned_data["who"])
    if not Answer(report).asks_recipient:  # the page names the person, or nobody any more
        return show_report(request, report, form=VerifyForm())
    _add_answer(report, is_match)
    return show_report(
        request, report, compared=form.cleaned_data["who"], is_match=is_match, **page
    )


def _add_answer(report: Report, is_match: bool) -> None:
    title = _("Recipient")
    report.steps = [
        step for step in report.steps if (step.title, step.finding) != (title, Finding.OPEN)
    ]
    if is_match:
        report.add_passed(title, _("What was typed is the name or email address on the award."))
        return
    report.add_failed(
        title,
        _(
            "What was typed is neither the name nor the email address on the award. The award "
            "keeps the name under which it was earned: ask the person which name or address that "
            "was."
        ),
        means=Verdict.OTHER_PERSON,
    )
    report.conclude(_("The badge is real, but for another name or email address."))
