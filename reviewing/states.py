from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from submissions.states import Status


class Outcome(models.TextChoices):
    """What a reviewer decides about an attempt."""

    APPROVE = "approve", _("approve")
    RETURN = "return", _("return")
    DECLINE = "decline", _("decline")


class ReaderRole(models.TextChoices):
    """As what somebody wrote a review."""

    READER = "reader", _("reader")
    THIRD = "third", _("third reader")
    APPROVER = "approver", _("approver")


class PlaceReason(models.TextChoices):
    """Why an attempt has a place for this reader."""

    FIRST = "first", _("every submission is read")
    SCHEME = "scheme", _("two readers read every submission for this badge")
    SHARE = "share", _("drawn at random to be read twice")
    FIRST_OF_BADGE = "first_ones", _("one of the first submissions for this badge")
    NEW_REVIEWER = "new_reviewer", _("one of the first reviews of its reviewer")
    DECLINE = "decline", _("the first reader wants to decline it")
    DIFFER = "differ", _("the two readers differ")


class AnchorUse(models.TextChoices):
    """For what an anchor is read. Each anchor has one use: who practiced with it knows it."""

    PRACTICE = "practice", _("practice")
    QUALIFICATION = "qualification", _("qualification")


class DecisionStatus(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("waits for a second person")
    DUE = "due", _("takes effect soon")
    IN_EFFECT = "in_effect", _("in effect")
    RECALLED = "recalled", _("taken back")
    SENT_BACK = "sent_back", _("sent back to the reviewer")
    DROPPED = "dropped", _("dropped")


DECISION_TRANSITIONS: dict[DecisionStatus, set[DecisionStatus]] = {
    # Only a decline begins here. All other decisions are due from the start.
    DecisionStatus.UNCONFIRMED: {
        DecisionStatus.DUE,
        DecisionStatus.RECALLED,
        DecisionStatus.SENT_BACK,
        DecisionStatus.DROPPED,  # the earner withdrew, or an operator returned it to the queue
    },
    DecisionStatus.DUE: {
        DecisionStatus.UNCONFIRMED,  # the second person took their confirmation back
        DecisionStatus.IN_EFFECT,
        DecisionStatus.RECALLED,
        DecisionStatus.DROPPED,
    },
    DecisionStatus.IN_EFFECT: set(),
    DecisionStatus.RECALLED: set(),
    DecisionStatus.SENT_BACK: set(),
    DecisionStatus.DROPPED: set(),
}

# Nothing has followed from the decision yet, and its earner does not know of it.
OPEN_DECISIONS = frozenset({DecisionStatus.UNCONFIRMED, DecisionStatus.DUE})
# An attempt has at most one decision in these statuses.
COUNTING_DECISIONS = OPEN_DECISIONS | {DecisionStatus.IN_EFFECT}

# Acts that tell who reads a submission, or did. Hidden readers do not read those about each other.
ACTS_ON_READERS = (
    "review given back",
    "review taken away",
    "review assigned",
    "review not begun in time",
    "review of somebody who left returned",
    "appeal given",
)


class HoldStatus(models.TextChoices):
    """Of a doubt about the integrity of a submission."""

    OPEN = "open", pgettext_lazy("hold", "open")
    LIFTED = "lifted", pgettext_lazy("hold", "lifted")
    CONFIRMED = "confirmed", pgettext_lazy("hold", "confirmed")
    DROPPED = "dropped", pgettext_lazy("hold", "ended: the submission was withdrawn")


HOLD_TRANSITIONS: dict[HoldStatus, set[HoldStatus]] = {
    HoldStatus.OPEN: {HoldStatus.LIFTED, HoldStatus.CONFIRMED, HoldStatus.DROPPED},
    HoldStatus.LIFTED: set(),
    HoldStatus.CONFIRMED: set(),
    HoldStatus.DROPPED: set(),
}

# Nothing is to be doubted of a draft, and nothing to be held of what has ended.
HOLDABLE = frozenset(
    {Status.SUBMITTED, Status.IN_REVIEW, Status.RETURNED, Status.TAKEN_BACK, Status.APPROVED}
)


class AppealStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("appeal", "open")
    UPHELD = "upheld", pgettext_lazy("appeal", "the decision stays")
    CHANGED = "changed", pgettext_lazy("appeal", "the decision was changed")
    DROPPED = "dropped", pgettext_lazy("appeal", "ended without a decision")


APPEAL_TRANSITIONS: dict[AppealStatus, set[AppealStatus]] = {
    AppealStatus.OPEN: {AppealStatus.UPHELD, AppealStatus.CHANGED, AppealStatus.DROPPED},
    AppealStatus.UPHELD: set(),
    AppealStatus.CHANGED: set(),
    AppealStatus.DROPPED: set(),
}


class AppealOutcome(models.TextChoices):
    UPHOLD = "uphold", _("The decision stays")
    APPROVE = "approve", _("Approve: every required criterion is met")
    RETURN = "return", _("Return it: the educator may send it again")


# What the reader of an appeal can decide, by what was decided before. None: a confirmed hold.
AFTER_AN_APPEAL: dict[Outcome | None, tuple[AppealOutcome, ...]] = {
    Outcome.APPROVE: (),
    Outcome.RETURN: (AppealOutcome.UPHOLD, AppealOutcome.APPROVE),
    Outcome.DECLINE: (AppealOutcome.UPHOLD, AppealOutcome.RETURN, AppealOutcome.APPROVE),
    None: (AppealOutcome.UPHOLD, AppealOutcome.RETURN),
}


class Helpfulness(models.TextChoices):
    """Did the feedback tell the earner what to do?"""

    YES = "yes", pgettext_lazy("feedback", "Yes")
    PARTLY = "partly", pgettext_lazy("feedback", "Partly")
    NO = "no", pgettext_lazy("feedback", "No")


# Acts of earners on what they sent. Whoever reviews it does not read who did them.
ACTS_OF_EARNERS = ("appeal made", "hold answered")
# Acts recorded while a decision waits. Earners do not read those about their own submissions.
ACTS_BEFORE_A_DECISION = (
    "decision taken back",
    "decline confirmed",
    "confirmation taken back",
    "decline sent back",
    "review approved",
    "review sent back",
)
