"""Words of the activity log for groups, rosters and school years."""

from django.utils.translation import gettext_lazy as _

ACTS_OF_GROUPS = {
    "badge allowed for a group": _("Badge allowed for a group"),
    "badge withdrawn from a group": _("Badge withdrawn from a group"),
    "school year moved on": _("New school year begun"),
    "school year taken back": _("New school year taken back"),
    "roster checked": _("Roster checked"),
    "roster started": _("Roster imported"),
    "roster undone": _("Import of a roster taken back"),
    "roster cleared": _("Names and addresses of an old import deleted"),
    "role given by a file": _("Role given by an imported file"),
    "role ended by a file": _("Role ended by an imported file"),
    "group added": _("Group added"),
    "group changed": _("Group changed"),
    "group closed": _("Group closed"),
    "group opened again": _("Group opened again"),
    "group moved": _("Group moved with its agency"),
    "account without email made": _("Account without email made"),
    "class sign-in reset": _("New card for signing in with the class code"),
    "class sign-in ended": _("Sign-in with the class code ended"),
    "class code made": _("Class code made"),
    "class code ended": _("Class code ended"),
    "instructors may add learners": _("Instructors may add learners without email"),
    "instructors may not add learners": _("Instructors may no longer add learners without email"),
    "group joined": _("Added to a group"),
    "group left": _("Left a group"),
    "instructor of a group": _("Became an instructor of a group"),
}
