from issuing.models.assertions import Assertion, EvidenceLink, SharedEvidence, new_salt
from issuing.models.credentials import CredentialText, SignedCredential
from issuing.models.endorsements import Endorsement
from issuing.models.keys import IssuerKey, PublicOrigin
from issuing.models.replacements import ReplacedCredential, ReplacementRequest
from issuing.models.status_lists import StatusList

__all__ = [
    "Assertion",
    "CredentialText",
    "Endorsement",
    "EvidenceLink",
    "IssuerKey",
    "PublicOrigin",
    "ReplacedCredential",
    "ReplacementRequest",
    "SharedEvidence",
    "SignedCredential",
    "StatusList",
    "new_salt",
]
