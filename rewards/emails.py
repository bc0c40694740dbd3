"""Letters about drawings, composed when they are sent, so that they are up to date."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import unsubscribe
from mail.composing import composes, render
from mail.models import OutgoingEmail
from mail.moments import with_zone
from program.current import current
from rewards.models import Dispute, Drawing, EntryList, Follower, Win
from rewards.states import WinStatus

LETTER = "rewards/emails/letter"


@composes("prize_won")
def prize_won(email: OutgoingEmail) -> EmailMultiAlternatives:
    win = _win(email)
    if win.status != WinStatus.TOLD:
        return _no_longer_waiting(win)
    return _letter(
        _("You won a prize: %(prize)s") % {"prize": win.prize},
        [
            _("Congratulations! You won %(prize)s in “%(drawing)s”.") % _words(win),
            _in_place_of(win),
            _given_by(win),
            _("Please confirm by %(day)s. After that time the prize goes to the next person.")
            % {"day": with_zone(win.confirm_by)},
            _("The prize is free. We will never ask you for bank or card numbers."),
            _("Your entry: %(token)s")
            % {"token": f"{win.draw.entry_list.spoken(win.line.number)}, {win.line.entry.token}"},
        ],
        action=_("Confirm or decline"),
        path=reverse("rewards:prize", args=[win.pk]),
        picture=_absolute(win.prize.get_picture_url()) if win.prize.picture else "",
        picture_alt=win.prize.picture_alt,
    )


@composes("prize_reminder")
def prize_reminder(email: OutgoingEmail) -> EmailMultiAlternatives:
    win = _win(email)
    if win.status != WinStatus.TOLD:
        return _no_longer_waiting(win)
    return _letter(
        _("Reminder: confirm your prize (%(prize)s)") % {"prize": win.prize},
        [
            _("You won it in “%(drawing)s” and have not confirmed it yet.") % _words(win),
            _("If we don’t hear from you by %(day)s, it goes to the next person.")
            % {"day": with_zone(win.confirm_by)},
        ],
        action=_("Confirm or decline"),
        path=reverse("rewards:prize", args=[win.pk]),
    )


@composes("prize_superseded")
def prize_superseded(email: OutgoingEmail) -> EmailMultiAlternatives:
    win = _win(email)
    again = win.draw.drawing.draws.order_by("-number")[0]
    return _letter(
        _("The draw was repeated: %(drawing)s") % _words(win),
        [
            _(
                "We are sorry. The draw in which you won “%(prize)s” had to be repeated and is "
                "not valid."
            )
            % _words(win),
            _("Reason: %(reason)s") % {"reason": again.reason},
            _("Both draws stay published side by side, with every number."),
        ],
        action=_("See both draws"),
        path=reverse("rewards:result", args=[win.draw.drawing.slug]),
    )


@composes("drawing_rules_changed")
def drawing_rules_changed(email: OutgoingEmail) -> EmailMultiAlternatives:
    drawing = _drawing(email)
    return _drawing_letter(
        email,
        drawing,
        _("The rules have changed: %(drawing)s") % {"drawing": drawing},
        [
            _("The rules of “%(drawing)s” have changed:") % {"drawing": drawing},
            drawing.rules.change_note,
            _("The list closes on %(day)s.") % {"day": with_zone(drawing.rules.closes_at)},
        ],
        action=_("Read the rules"),
        path=drawing.get_absolute_url(),
    )


@composes("drawing_closed")
def drawing_closed(email: OutgoingEmail) -> EmailMultiAlternatives:
    drawing = _drawing(email)
    frozen: EntryList = drawing.lists.order_by("-number")[0]
    return _drawing_letter(
        email,
        drawing,
        _("The list is published: %(drawing)s") % {"drawing": drawing},
        [
            _("Corrected because: %(reason)s") % {"reason": frozen.reason} if frozen.reason else "",
            ngettext(
                "The list of entries for “%(drawing)s” is final. It has %(count)s entry.",
                "The list of entries for “%(drawing)s” is final. It has %(count)s entries.",
                frozen.count,
            )
            % {"count": frozen.count, "drawing": drawing},
            _(
                "Please check that your entries are on it. If something is wrong, tell us by "
                "%(day)s."
            )
            % {"day": with_zone(drawing.rules.disputes_until)},
            _("The file’s fingerprint (SHA-256), in case you want to keep it: %(sha)s")
            % {"sha": frozen.sha256},
        ],
        action=_("See the list"),
        path=reverse("rewards:entry_list", args=[drawing.slug]),
    )


@composes("drawing_drawn")
def drawing_drawn(email: OutgoingEmail) -> EmailMultiAlternatives:
    drawing = _drawing(email)
    return _drawing_letter(
        email,
        drawing,
        _("The winners have been drawn: %(drawing)s") % {"drawing": drawing},
        [
            _("We have emailed the winners. The results page shows every step."),
            _("You can check the result yourself there, in your browser or with a short script."),
        ],
        action=_("See the results"),
        path=reverse("rewards:result", args=[drawing.slug]),
    )


@composes("drawing_cancelled")
def drawing_cancelled(email: OutgoingEmail) -> EmailMultiAlternatives:
    drawing = _drawing(email)
    return _drawing_letter(
        email,
        drawing,
        _("Canceled: %(drawing)s") % {"drawing": drawing},
        [
            _("This drawing will not take place. We are sorry."),
            _("Reason: %(reason)s") % {"reason": drawing.cancelled_because},
            _("Your badges are not affected."),
        ],
        action=_("See the drawing"),
        path=drawing.get_absolute_url(),
    )


@composes("dispute_answered")
def dispute_answered(email: OutgoingEmail) -> EmailMultiAlternatives:
    dispute = Dispute.objects.select_related("drawing").get(pk=email.context["dispute"])
    return _letter(
        _("About the list of “%(drawing)s”") % {"drawing": dispute.drawing},
        [
            _("You wrote: %(text)s") % {"text": dispute.text},
            _("The answer: %(text)s") % {"text": dispute.answer},
            _("The list has been corrected and published again.")
            if dispute.upheld
            else _("The list has not been changed."),
        ],
        action=_("See the list"),
        path=reverse("rewards:entry_list", args=[dispute.drawing.slug]),
    )


@composes("sponsor_thanks")
def sponsor_thanks(email: OutgoingEmail) -> EmailMultiAlternatives:
    drawing = _drawing(email)
    prizes = list(
        drawing.prizes.filter(sponsor=email.context["sponsor"]).select_related("drawing", "sponsor")
    )
    return _letter(
        _("Thank you, %(sponsor)s") % {"sponsor": prizes[0].donor},
        [
            _("The prizes you gave to “%(drawing)s” have been awarded:") % {"drawing": drawing},
            *(f"{prize.quantity} × {prize}" for prize in prizes),
            _("Anyone can see and check how the winners were chosen."),
            _("Your gift encouraged educators to learn something new. Thank you."),
        ],
        action=_("See the results"),
        path=reverse("rewards:result", args=[drawing.slug])
        if drawing.draws.exists()
        else drawing.get_absolute_url(),
        why=_("You are receiving this email because you gave a prize to a drawing of %(program)s.")
        % {"program": current()},
    )


def _no_longer_waiting(win: Win) -> EmailMultiAlternatives:
    """Replaces a letter that is out of date by the time it is sent."""
    return _letter(
        _("About your prize: %(prize)s") % {"prize": win.prize},
        [
            _("Your entry %(token)s was drawn in “%(drawing)s”.") % _words(win),
            _("Current status: %(status)s.") % {"status": win.get_status_display()},
        ],
        action=_("See your prize"),
        path=reverse("rewards:prize", args=[win.pk]),
    )


def _letter(
    subject: str,
    paragraphs: list[str],
    *,
    action: str,
    path: str,
    why: str = "",
    stop: str = "",
    picture: str = "",
    picture_alt: str = "",
) -> EmailMultiAlternatives:
    context = {
        "paragraphs": [words for words in paragraphs if words],
        "action": action,
        "page": _absolute(path),
        "why": why,
        "stop": stop,
        "picture": picture,
        "picture_alt": picture_alt,
    }
    return render(LETTER, subject, context)


def _drawing_letter(
    email: OutgoingEmail, drawing: Drawing, subject: str, paragraphs: list[str], **action: str
) -> EmailMultiAlternatives:
    """A letter about a drawing, with a way to stop for those who follow it."""
    follower = Follower.objects.filter(drawing=drawing, user=email.context["user"])
    if not follower.exists():
        why = _("You are receiving this email because you have an entry in this drawing.")
        return _letter(subject, paragraphs, why=why, **action)
    path = reverse("rewards:stop_following", args=[drawing.slug, unsubscribe.token_for(email)])
    stop = _absolute(path)
    why = _("You are receiving this email because you follow this drawing.")
    message = _letter(subject, paragraphs, why=why, stop=stop, **action)
    unsubscribe.add_headers(message, stop)
    return message


def _given_by(win: Win) -> str:
    donor = win.prize.donor
    return _("The prize was donated by %(sponsor)s.") % {"sponsor": donor} if donor else ""


def _in_place_of(win: Win) -> str:
    """For a winner who had another prize in a draw that was repeated."""
    kept = Win.objects.filter(draw=win.draw_id).exclude(continues=None)
    earlier = Win.objects.filter(
        draw__drawing=win.draw.drawing_id,
        draw__number__lt=win.draw.number,
        draw__seal=None,
        status=WinStatus.SUPERSEDED,
        line__entry__user__person_key=win.line.entry.user.person_key,
    ).exclude(pk__in=kept.values("continues"))
    if not (names := [str(each.prize) for each in earlier.select_related("prize")]):
        return ""
    return _(
        "The draw was repeated, and this takes the place of %(prizes)s. Reason: %(reason)s"
    ) % {"reason": win.draw.reason, "prizes": ", ".join(dict.fromkeys(names))}


def _words(win: Win) -> dict[str, object]:
    return {"prize": win.prize, "drawing": win.draw.drawing, "token": win.line.entry.token}


def _win(email: OutgoingEmail) -> Win:
    related = (
        "prize__sponsor",
        "prize__drawing",
        "draw__drawing",
        "draw__entry_list",
        "line__entry__user",
    )
    win = Win.objects.get(pk=email.context["win"]).goes_on_as
    return Win.objects.select_related(*related).get(pk=win.pk)


def _drawing(email: OutgoingEmail) -> Drawing:
    return Drawing.objects.select_related("rules").get(pk=email.context["drawing"])


def _absolute(path: str) -> str:
    return settings.PUBLIC_ORIGIN + path
