"""What is recorded about reviews, and about anchors and the reviewers who qualify with them."""

from django.utils.translation import gettext_lazy as _

ACTS_OF_REVIEWING = {
    "review given back": _("Review returned to the queue"),
    "review taken away": _("Submission taken from its reviewer"),
    "review assigned": _("Submission given to a reviewer"),
    "automatic assignment changed": _("Automatic assignment of submissions changed"),
    "time to begin reviews changed": _("Time to begin reviews changed"),
    "review not begun in time": _(
        "Submission returned to the queue, as nobody had begun to read it"
    ),
    "review of somebody who left returned": _(
        "Submission returned to the queue, as its reviewer has left"
    ),
    "conflict named": _("Somebody named whose work a person does not judge"),
    "conflict ended": _("A person may judge somebody’s work again"),
    "school of a reviewer removed": _("School of a reviewer removed"),
    "settings of a reviewer changed": _("What a reviewer reviews, and when, changed"),
    "snippet added": _("Snippet for reviewers added"),
    "snippet changed": _("Snippet for reviewers changed"),
    "snippet removed": _("Snippet for reviewers removed"),
    "decision taken back": _("Decision taken back by its reviewer"),
    "decline confirmed": _("Decline confirmed by a second person"),
    "confirmation taken back": _("Confirmation of a decision taken back"),
    "decline sent back": _("Decline sent back to the reviewer"),
    "review approved": _("Review approved by a second person"),
    "review sent back": _("Review sent back to the reviewer by its approver"),
    "rules of calibration changed": _("What a badge asks of its reviewers changed"),
    "consent to an anchor asked": _("Educator asked for a copy of their work to practice with"),
    "anchor made": _("Anchor made"),
    "anchor published": _("Anchor published"),
    "anchor retired": _("Anchor retired"),
    "anchor brought back": _("Anchor in use again"),
    "reviewer badge awarded": _("Badge for reviewers awarded"),
    "reviewer qualified": _("Reviewer qualified"),
}
