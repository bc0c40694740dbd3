"""Words for the acts by which a program is set up: its first hour, categories and issuers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTS_OF_SET_UP = {
    "category added": _("Category added"),
    "category renamed": _("Category renamed"),
    "category changed": _("Category changed"),
    "category moved up": _("Category moved up"),
    "category moved down": _("Category moved down"),
    "category retired": _("Category retired"),
    "category brought back": _("Category brought back"),
    "category merged": _("Category merged into another"),
    "issuer added": _("Issuer added"),
    "issuer's name changed": _("Issuer renamed"),
    "issuer's url changed": _("Web address of the issuer changed"),
    "issuer's email changed": _("Public email address of the issuer changed"),
    "issuer's description changed": _("Description of the issuer changed"),
    "issuer's waiting_hours changed": _("Wait between approval and issue changed"),
    "issuer's linkedin_id changed": _("LinkedIn organization of the issuer changed"),
    "set-up begun": _("Set-up of this site begun"),
    "set-up finished": _("Set-up of this site finished"),
    "password chosen with a code": _("Password chosen with a code of the set-up"),
    "texts of the program read": _("Home page read"),
    "checklist hidden": _("Checklist of the set-up hidden"),
    "closed days added": _("Closed days added"),
    "closed day removed": _("Closed day removed"),
}
