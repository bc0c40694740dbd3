"""Words for what is done with an award, from its issue on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTS_ON_AWARDS = {
    "award issued": _("Badge issued"),
    "award held": _("Award put on hold"),
    "award pending": _("Award released"),
    "award cancelled": _("Award canceled"),
    "award revoked": _("Badge revoked"),
    "new credential asked": _("New badge asked for, with another name or address"),
    "new credential allowed": _("New badge allowed"),
    "new credential refused": _("New badge refused"),
    "new credential withdrawn": _("Request for a new badge withdrawn"),
    "credential replaced": _("Badge replaced by a new one"),
    "award granted": _("Badge awarded"),
}
