from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from mail.composing import NotWanted, composes, render
from mail.models import OutgoingEmail
from reviewing.automatic.due import late_submissions
from reviewing.automatic.words import sentence
from reviewing.deadlines import paired_with_deadlines
from reviewing.models import AnchorConsent, Assignment, Decision, Qualification
from reviewing.why_taken import why_taken
from submissions.models import Submission


@composes("review_reminder")
def review_reminder(email: OutgoingEmail) -> EmailMultiAlternatives:
    """Lists what is still due when the email is sent, not when it was queued."""
    reading = Assignment.objects.unfinished().filter(pk__in=email.context.get("assignments", []))
    assignments = list(reading.with_submission().order_by("submission__due_on", "pk"))
    looks = Decision.objects.unconfirmed().filter(pk__in=email.context.get("second_looks", []))
    decisions = list(looks.with_submission().order_by("attempt__submission__due_on", "pk"))
    today = timezone.localdate()
    count = len(assignments) + len(decisions)
    subject = (
        ngettext("%(count)s review is due", "%(count)s reviews are due", count) % {"count": count}
        if count
        else _("Your reviews are up to date")
    )
    return render(
        "reviewing/emails/reminder",
        subject,
        {
            "waiting": paired_with_deadlines(assignments, today=today),
            "second_looks": paired_with_deadlines(decisions, today=today),
        },
    )


@composes("review_assigned")
def review_assigned(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To the reviewer to whom a submission was given, by a coordinator or automatically."""
    assignment = Assignment.objects.with_submission().get(pk=email.context["assignment"])
    return render(
        "reviewing/emails/assigned",
        _("A submission for “%(badge)s” is with you")
        % {"badge": assignment.submission.version.name},
        {
            "assignment": assignment,
            "submission": assignment.submission,
            "why": sentence(assignment.why) if assignment.why else "",
        },
    )


@composes("review_to_begin")
def review_to_begin(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To a reviewer who has not begun. Not if they have, or it is not with them any more."""
    assignment = Assignment.objects.with_submission().get(pk=email.context["assignment"])
    if assignment.released_at or assignment.review:
        raise NotWanted
    return render(
        "reviewing/emails/to_begin",
        _("Please begin to read a submission for “%(badge)s”")
        % {"badge": assignment.submission.version.name},
        {"assignment": assignment, "submission": assignment.submission},
    )


@composes("review_returned")
def review_returned(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To the reviewer who had not begun in time."""
    return _no_longer_theirs(email, "reviewing/emails/returned")


@composes("late_reviews")
def late_reviews(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To a coordinator. Not if everything late has been answered meanwhile."""
    person = User.objects.get(pk=email.context["person"])
    late = late_submissions(today=timezone.localdate())
    count = late.filter(pk__in=Submission.objects.read_as_coordinator(person)).count()
    if not count:
        raise NotWanted
    subject = ngettext("%(count)s submission is late", "%(count)s submissions are late", count) % {
        "count": count
    }
    page = f"{reverse('office:manage_submissions')}?needs=late&sort=due"
    return render("reviewing/emails/late", subject, {"count": count, "page": page})


@composes("review_taken")
def review_taken(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To the reviewer from whom a submission was taken. It does not say by whom, or why.

    A coordinator's reason is on the page of the submission, and the email leads there.
    """
    return _no_longer_theirs(email, "reviewing/emails/taken")


@composes("open_reviews")
def open_reviews(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To a reviewer, because a coordinator asked. Not if they have finished all of them."""
    reading = Assignment.objects.unfinished().filter(pk__in=email.context["assignments"])
    rows = list(reading.with_submission().order_by("submission__due_on", "pk"))
    if not rows:
        raise NotWanted
    subject = ngettext("%(count)s review is open", "%(count)s reviews are open", len(rows))
    return render(
        "reviewing/emails/open",
        subject % {"count": len(rows)},
        {"waiting": paired_with_deadlines(rows, today=timezone.localdate())},
    )


@composes("decline_waits")
def decline_waits(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To coordinators, where no other reviewer could be the second person."""
    return _about_a_decision(
        email,
        _("A decline for “%(badge)s” waits for a second person"),
        _("A review for “%(badge)s” waits for a second person"),
        "reviewing/emails/decline_waits",
    )


@composes("decline_sent_back")
def decline_sent_back(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To the reviewer. The note is on the page, as an email carries no words of others."""
    return _about_a_decision(
        email,
        _("Your decline for “%(badge)s” was sent back"),
        _("Your review for “%(badge)s” was sent back"),
        "reviewing/emails/decline_sent_back",
    )


@composes("anchor_asked")
def anchor_asked(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To an earner: may reviewers practice with a copy of their work?"""
    asked = AnchorConsent.objects.select_related("submission__version")
    consent = asked.get(pk=email.context["consent"])
    return render(
        "reviewing/emails/anchor_asked",
        _("A question about your work for “%(badge)s”")
        % {"badge": consent.submission.version.name},
        {"badge": consent.submission.version.name, "page": consent.get_absolute_url()},
    )


@composes("qualification_ends")
def qualification_ends(email: OutgoingEmail) -> EmailMultiAlternatives:
    """To the reviewer, two weeks before. Not to somebody who has qualified again meanwhile."""
    reached = Qualification.objects.select_related("badge_class__current_version", "reviewer")
    found = reached.get(pk=email.context["qualification"])
    own = Qualification.objects.of(found.reviewer).filter(
        badge_class=found.badge_class_id, is_reached=True
    )
    if own.filter(pk__gt=found.pk).exists():
        raise NotWanted
    badge = found.badge_class.published_version.name
    return render(
        "reviewing/emails/qualification_ends",
        _("Your qualification for “%(badge)s” ends soon") % {"badge": badge},
        {
            "badge": badge,
            "day": found.recheck_on,
            "page": reverse("reviewing:calibration_badge", args=[found.badge_class.slug]),
        },
    )


def _about_a_decision(
    email: OutgoingEmail, of_a_decline: str, to_approve: str, template: str
) -> EmailMultiAlternatives:
    decision = Decision.objects.with_submission().get(pk=email.context["decision"])
    submission = decision.submission
    assignments = Assignment.objects.filter(submission=submission, reviewer=decision.decided_by_id)
    return render(
        template,
        (to_approve if decision.needs_approver else of_a_decline)
        % {"badge": submission.version.name},
        {
            "decision": decision,
            "submission": submission,
            "assignment": assignments.order_by("-pk").first(),
        },
    )


def _no_longer_theirs(email: OutgoingEmail, template: str) -> EmailMultiAlternatives:
    """About the submission that somebody had to review."""
    assignment = Assignment.objects.with_submission().get(pk=email.context["assignment"])
    return render(
        template,
        _("A submission for “%(badge)s” is no longer with you")
        % {"badge": assignment.submission.version.name},
        {
            "submission": assignment.submission,
            "queue": reverse("reviewing:queue"),
            "why": assignment.get_absolute_url() if why_taken(assignment) else "",
        },
    )
