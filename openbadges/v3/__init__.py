"""Open Badges 3.0: the OpenBadgeCredential with its Achievement and Profiles.

Names and sections are those of the Open Badges 3.0 specification (1EdTech, document version 2.0,
April 2025; the data model is its appendix B.1). Empty properties are omitted, a list of one stays a
list, and datetimes are in UTC, to the second. For signing see `data_integrity` and `vc_jwt`.
"""

from openbadges.v3.achievement import (
    Achievement,
    Alignment,
    Level,
    Profile,
    ResultDescription,
    number,
)
from openbadges.v3.context import CONTEXT
from openbadges.v3.credential import Credential, Evidence, Recipient, Result
from openbadges.v3.endorsement import Endorsement
from openbadges.v3.status_list import StatusEntry, status_list

__all__ = [
    "CONTEXT",
    "Achievement",
    "Alignment",
    "Credential",
    "Endorsement",
    "Evidence",
    "Level",
    "Profile",
    "Recipient",
    "Result",
    "ResultDescription",
    "StatusEntry",
    "number",
    "status_list",
]
