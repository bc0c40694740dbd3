"""What the emails that a person got are about, in a few words for each kind."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "accounts_linked": _("Accounts linked"),
    "accounts_unlinked": _("Accounts no longer linked"),
    "appeal_decided": _("Appeal decided"),
    "appeal_given": _("Appeal to read"),
    "appeal_received": _("Appeal received"),
    "appeal_reminder": _("Reminder of an appeal"),
    "appeal_waits": _("Appeal that needs a reader"),
    "copy_ready": _("Copy of one’s data ready"),
    "decline_sent_back": _("Decline sent back to the reviewer"),
    "decline_waits": _("Decline that needs a second person"),
    "dispute_answered": _("Drawing: dispute answered"),
    "drawing_cancelled": _("Drawing: canceled"),
    "drawing_closed": _("Drawing: list of entries final"),
    "drawing_drawn": _("Drawing: winners drawn"),
    "drawing_rules_changed": _("Drawing: rules changed"),
    "endorsement_accepted": _("Endorsement accepted"),
    "endorsement_offered": _("Endorsement offered"),
    "hold_answered": _("Answer to a hold"),
    "hold_ended": _("Hold of a submission ended"),
    "hold_placed": _("Submission put on hold"),
    "hold_reminder": _("Reminder of a hold"),
    "list_sign_up": _("Mailing list: confirm the address"),
    "marked_as_minor": _("Marked as a minor"),
    "minor_no_longer": _("No longer marked as a minor"),
    "prize_reminder": _("Drawing: reminder to confirm the prize"),
    "prize_superseded": _("Drawing: draw repeated"),
    "prize_won": _("Drawing: prize won"),
    "review_assigned": _("Review assigned"),
    "qualification_ends": _("A reviewer’s qualification ends soon"),
    "review_reminder": _("Reminder of reviews"),
    "review_taken": _("Review taken back"),
    "role_of_other_ends_soon": _("Role of somebody else ends soon"),
    "sponsor_thanks": _("Drawing: thanks to a sponsor"),
    "account_deactivated": _("Account deactivated"),
    "account_reactivated": _("Account active again"),
    "address_asked": _("Confirm a new address"),
    "address_changed": _("Address changed"),
    "award_canceled": _("Badge not issued"),
    "award_waiting": _("Badge on its way"),
    "badge_issued": _("Badge issued"),
    "badges_replaced": _("New badges, with another name or address"),
    "replacement_refused": _("New badge refused"),
    "badge_revoked": _("Badge revoked"),
    "account_closed": _("Account closed"),
    "closing_asked": _("Account closes in 14 days"),
    "evidence_due": _("Evidence will be deleted"),
    "privacy_answer": _("Privacy request refused or on hold"),
    "invitation": _("Invitation"),
    "name_corrected": _("Name corrected"),
    "role_ends_soon": _("Role ends soon"),
    "role_given": _("Role given"),
    "submission_declined": _("Submission declined"),
    "submission_received": _("Submission received"),
    "submission_reopened": _("Submission read again"),
    "submission_returned": _("Submission returned"),
    "workplace_confirmed": _("Workplace confirmed"),
    "workplace_refused": _("Workplace not confirmed"),
    "workplace_removed": _("Workplace ended"),
}


# Kinds without an own subject and opening, and why.
WITHOUT_OWN_WORDS = {
    "already_written": "The sign-in library wrote it, with a link that must be found at once.",
    "address_announced": "A warning to the address before: it must read as a warning.",
    "second_step_reset": "A warning: it must read as a warning.",
    "announcement": "The office writes all of it.",
    "announcement_test": "The office writes all of it.",
    "test_letter": "It only shows that emails arrive.",
}


def words_for(kind: str) -> str:
    return str(KINDS.get(kind, _("Another email")))
