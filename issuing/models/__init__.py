from issuing.models.api_tokens import ApiToken
from issuing.models.assertions import Assertion, SharedEvidence, new_salt
from issuing.models.award_lists import AwardList, AwardListRow
from issuing.models.claim_codes import Claim, ClaimCode
from issuing.models.credentials import CredentialText, SignedCredential
from issuing.models.endorsements import Endorsement
from issuing.models.identity import IssuerKey, PublicOrigin
from issuing.models.pathways import PathwaySweep, StepToCount
from issuing.models.scores import ScoreImport, ScoreResult, ScoreRule
from issuing.models.status_lists import StatusList

__all__ = [
    "ApiToken",
    "Assertion",
    "AwardList",
    "AwardListRow",
    "Claim",
    "ClaimCode",
    "CredentialText",
    "Endorsement",
    "IssuerKey",
    "PathwaySweep",
    "PublicOrigin",
    "ScoreImport",
    "ScoreResult",
    "ScoreRule",
    "SharedEvidence",
    "SignedCredential",
    "StatusList",
    "StepToCount",
    "new_salt",
]
