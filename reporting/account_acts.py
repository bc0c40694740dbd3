"""What was done to accounts, in words of the activity log."""

from django.utils.translation import gettext_lazy as _

ACCOUNT_ACTS = {
    "marked as a minor": _("Marked as a minor"),
    "mark of a minor ended": _("Mark as a minor ended"),
    "came of age": _("Came of age"),
    "day of coming of age changed": _("Day of coming of age changed"),
    "consent of a guardian recorded": _("Guardian’s consent recorded"),
    "consent of a guardian withdrawn": _("Guardian’s consent withdrawn"),
    "rules for minors changed": _("Rules for minors changed"),
    "accounts linked": _("Accounts of one person linked"),
    "accounts unlinked": _("Accounts unlinked"),
    "role taken": _("Role removed"),
}
