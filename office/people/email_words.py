"""What the emails that a person got are about, in a few words for each kind."""

from django.utils.translation import gettext_lazy as _

KINDS = {
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
    "invitation": _("Invitation"),
    "name_corrected": _("Name corrected"),
    "role_ends_soon": _("Role ends soon"),
    "role_given": _("Role given"),
    "submission_declined": _("Submission declined"),
    "submission_received": _("Submission received"),
    "submission_returned": _("Submission returned"),
    "workplace_confirmed": _("Workplace confirmed"),
    "workplace_refused": _("Workplace not confirmed"),
    "workplace_removed": _("Workplace ended"),
}


def words_for(kind: str) -> str:
    return str(KINDS.get(kind, _("Another email")))
