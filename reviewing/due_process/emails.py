"""Emails about appeals, holds and reopenings. The words of people are read when signed in."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mail.composing import composes, render
from mail.models import OutgoingEmail
from reviewing.models import Appeal, IntegrityHold, Reopening
from reviewing.states import AppealStatus, HoldStatus
from submissions.models import Submission

TEMPLATE = "reviewing/emails/due_process"


@composes("submission_reopened")
def submission_reopened(email: OutgoingEmail) -> EmailMultiAlternatives:
    submission = Reopening.objects.get(pk=email.context["reopening"]).submission
    return _to_earner(
        submission,
        _("Your evidence for “%(badge)s” is read again"),
        [
            _("A coordinator has asked for your evidence for “%(badge)s” to be read again.")
            % _about(submission),
            _("You don’t have to do anything. The page of your submission says why, and by when."),
        ],
    )


@composes("appeal_received")
def appeal_received(email: OutgoingEmail) -> EmailMultiAlternatives:
    made = _appeal(email)
    return _to_earner(
        made.submission,
        _("We received your appeal about “%(badge)s”"),
        [
            _("Somebody who had no part in the decision reads everything again."),
            _("You get an answer by %(day)s.") % {"day": date_format(made.due_on, "DATE_FORMAT")},
        ],
    )


@composes("appeal_decided")
def appeal_decided(email: OutgoingEmail) -> EmailMultiAlternatives:
    made = _appeal(email)
    is_upheld = made.status == AppealStatus.UPHELD
    return _to_earner(
        made.submission,
        _("Your appeal about “%(badge)s” is decided"),
        [
            _("The decision stays as it was.") if is_upheld else _("The decision was changed."),
            _("The page of your submission has the reasons."),
        ],
    )


@composes("appeal_waits")
def appeal_waits(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To the coordinators, who choose the reader."""
    made = _appeal(email)
    if not made.is_open:
        return _over(made.submission)
    day = {"day": date_format(made.due_on, "DATE_FORMAT")}
    return _to_staff(
        made.submission,
        _("An appeal about “%(badge)s” needs a reader"),
        [
            _("The educator appeals a decision about “%(badge)s”.") % _about(made.submission),
            _("Please choose who reads it: somebody who had no part in it."),
            _("An answer was promised by %(day)s.") % day,
        ],
        action=_("Choose a reader"),
        path=reverse("reviewing:manage_appeal", args=[made.pk]),
    )


@composes("appeal_given")
def appeal_given(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To the reader."""
    made = _appeal(email)
    if not made.is_open:
        return _over(made.submission)
    return _to_staff(
        made.submission,
        _("An appeal about “%(badge)s” is with you"),
        [
            _("A coordinator asks you to read it, because you had no part in the decision."),
            _("An answer was promised by %(day)s.")
            % {"day": date_format(made.due_on, "DATE_FORMAT")},
        ],
        action=_("Read the appeal"),
        path=reverse("reviewing:appeals"),
    )


@composes("appeal_reminder")
def appeal_reminder(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To the reader, and to the coordinators if there is none or it is late."""
    made = _appeal(email)
    if not made.is_open:
        return _over(made.submission)
    is_readers = made.reader is not None and made.reader.email == email.to
    return _to_staff(
        made.submission,
        _("An appeal about “%(badge)s” waits for an answer"),
        [
            _("An answer was promised by %(day)s.")
            % {"day": date_format(made.due_on, "DATE_FORMAT")},
            _("It is with you.") if is_readers else _whose_turn(made),
        ],
        action=_("Open the appeals"),
        path=reverse("reviewing:appeals" if is_readers else "reviewing:manage_appeals"),
    )


def _whose_turn(made: Appeal) -> str:
    return _("It has a reader.") if made.reader_id else _("Nobody reads it yet.")


@composes("hold_placed")
def hold_placed(email: OutgoingEmail) -> EmailMultiAlternatives:
    hold = _hold(email)
    return _to_earner(
        hold.submission,
        _("A question about your submission for “%(badge)s”"),
        [
            _("A coordinator has a question, so your submission is on hold."),
            _("Nothing is decided yet. Please read the question and answer by %(day)s.")
            % {"day": date_format(hold.answer_until, "DATE_FORMAT")},
        ],
        action=_("Read it and answer"),
        path=reverse("reviewing:hold", args=[hold.submission.public_id]),
    )


@composes("hold_ended")
def hold_ended(email: OutgoingEmail) -> EmailMultiAlternatives:
    hold = _hold(email)
    if hold.status == HoldStatus.CONFIRMED:
        subject = _("Your submission for “%(badge)s” was not approved")
        paragraphs = [
            _("A second coordinator has confirmed the doubt about it."),
            _("The page has the reasons. You can appeal: somebody who had no part in it decides."),
        ]
    else:
        subject = _("Your submission for “%(badge)s” is no longer on hold")
        paragraphs = [_("The question is settled, and everything goes on where it was.")]
    return _to_earner(hold.submission, subject, paragraphs)


@composes("hold_answered")
def hold_answered(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To the coordinators."""
    return _hold_waits(email, _("An answer to a hold has arrived: “%(badge)s”"))


@composes("hold_reminder")
def hold_reminder(email: OutgoingEmail) -> EmailMultiAlternatives:
    return _hold_waits(email, _("A submission for “%(badge)s” is still on hold"))


def _hold_waits(email: OutgoingEmail, subject: str) -> EmailMultiAlternatives:
    hold = _hold(email)
    if not hold.is_open:
        return _over(hold.submission)
    has_answered = (
        _("The educator has answered.")
        if hold.answered_at
        else _("The educator has not answered, and the time to answer is over.")
    )
    return _to_staff(
        hold.submission,
        subject,
        [has_answered, _("Please lift the hold or confirm the doubt, with your reasons.")],
        action=_("Open the hold"),
        path=hold.get_absolute_url(),
    )


def _appeal(email: OutgoingEmail) -> Appeal:
    return Appeal.objects.with_submission().get(pk=email.context["appeal"])


def _hold(email: OutgoingEmail) -> IntegrityHold:
    return IntegrityHold.objects.with_submission().get(pk=email.context["hold"])


def _about(submission: Submission) -> dict[str, str]:
    return {"badge": submission.version.name}


def _over(submission: Submission) -> EmailMultiAlternatives:
    return _to_staff(
        submission,
        _("Nothing to do about “%(badge)s”"),
        [_("Something waited for you. Meanwhile there is nothing left to do.")],
        action=_("Open the appeals"),
        path=reverse("reviewing:appeals"),
    )


def _to_earner(
    submission: Submission,
    subject: str,
    paragraphs: Sequence[str],
    *,
    action: str = "",
    path: str = "",
) -> EmailMultiAlternatives:
    context = {
        "paragraphs": paragraphs,
        "action": action or _("See your submission"),
        "page": settings.PUBLIC_ORIGIN + (path or submission.get_absolute_url()),
        "to_earner": True,
    }
    issuer = submission.badge_class.issuer
    return render(TEMPLATE, subject % _about(submission), context, sender=issuer)


def _to_staff(
    submission: Submission, subject: str, paragraphs: Sequence[str], *, action: str, path: str
) -> EmailMultiAlternatives:
    context = {
        "paragraphs": paragraphs,
        "action": action,
        "page": settings.PUBLIC_ORIGIN + path,
        "to_earner": False,
    }
    return render(TEMPLATE, subject % _about(submission), context)
