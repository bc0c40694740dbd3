"""Why a row of a roster is refused, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "no_name": _("It has no name. Add one."),
    "no_id": _("It has no ID. Add one."),
    "twice": _("The same ID is in the file twice. Keep one of the rows."),
    "unknown_kind": _("The kind is not known. Write district, school, adult school or college."),
    "above": _("It is above your agency, so it is left as it is."),
    "no_parent": _("The agency above it is not in the file or is refused. Correct that one first."),
    "circle": _("It would be part of itself. Correct what it is part of."),
    "name_taken": _("Another agency or group there has this name. Rename one of them."),
    "closed": _("It has closed. Open it again first."),
    "close_by_hand": _("It is marked as deleted. Close it under Agencies; nothing is done here."),
    "no_agency": _("This agency is not known. Import the agencies first, or correct it."),
    "outside": _("This agency is not in your part of the program."),
    "at_root": _("A file gives no role at the agency at the top. Give it on the agency’s page."),
    "unknown_role": _(
        "The role is not known. Write earner, reviewer, coordinator, reporter or instructor."
    ),
    "no_email": _("It has no email address. Add one."),
    "bad_email": _("This is no email address. Correct it."),
    "bad_name": _("The name is too long or has control characters. Correct it."),
    "unconfirmed": _("Somebody signed up with this address and has not confirmed it yet."),
    "bad_day": _("The last day is no date. Write it as 2027-06-30."),
    "past_day": _("The last day is over."),
    "minor": _("This person is marked as a minor, and roles are for adults. End the mark first."),
    "no_role": _(
        "This person can’t be given a role. Ask them, or the school or agency that they belong to."
    ),
    "own_role": _("This would change your own role. Ask another coordinator."),
    "no_user": _("This person is not in users.csv. Export both files together."),
    "no_group": _("This class is not in classes.csv or is refused."),
    "too_long": _("A text in this row is too long. Shorten it."),
    "changed_meanwhile": _("What it names changed after the check. Upload the file again."),
    "used_since": _("It has been used since, so it stays."),
}
