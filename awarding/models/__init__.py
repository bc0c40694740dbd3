from awarding.models.api_tokens import ApiToken
from awarding.models.award_lists import AwardList, AwardListRow
from awarding.models.claim_codes import Claim, ClaimCode
from awarding.models.group_badges import GroupBadge
from awarding.models.pathways import PathwaySweep, StepToCount
from awarding.models.person_ids import PersonId
from awarding.models.score_uploads import RememberedScoreColumn, ScoreField, ScoreUpload
from awarding.models.scores import Condition, ScoreImport, ScoreResult, ScoreRule
from awarding.models.uploads import ColumnField, ListUpload, RememberedColumn

__all__ = [
    "ApiToken",
    "AwardList",
    "AwardListRow",
    "Claim",
    "ClaimCode",
    "ColumnField",
    "Condition",
    "GroupBadge",
    "ListUpload",
    "PathwaySweep",
    "PersonId",
    "RememberedColumn",
    "RememberedScoreColumn",
    "ScoreField",
    "ScoreImport",
    "ScoreResult",
    "ScoreRule",
    "ScoreUpload",
    "StepToCount",
]
