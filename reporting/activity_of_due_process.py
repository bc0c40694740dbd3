"""Words for appeals, holds and submissions that are read again."""

from django.utils.translation import gettext_lazy as _

ACTS_OF_DUE_PROCESS = {
    "time to appeal changed": _("Time to appeal changed"),
    "time to answer appeals changed": _("Time to answer appeals changed"),
    "time to answer holds changed": _("Time to answer holds changed"),
    "submission reopened": _("Submission opened to be read again"),
    "appeal made": _("Decision appealed"),
    "appeal given": _("Appeal given to its reader"),
    "appeal upheld": _("Appeal decided: the decision stays"),
    "appeal changed": _("Appeal decided: the decision was changed"),
    "hold placed": _("Submission put on hold"),
    "hold answered": _("Hold answered by the educator"),
    "hold lifted": _("Hold lifted"),
    "hold confirmed": _("Doubt confirmed"),
}
