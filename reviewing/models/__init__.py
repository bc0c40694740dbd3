from reviewing.models.anchors import (
    Anchor,
    AnchorConsent,
    AnchorEvidence,
    AnchorVerdict,
    AnchorVersion,
    CalibrationRules,
)
from reviewing.models.assignments import Assignment
from reviewing.models.decisions import Decision, DecisionBasis
from reviewing.models.due_process import Appeal, FeedbackAnswer, IntegrityHold, Reopening
from reviewing.models.notes import SubmissionNote
from reviewing.models.plans import Place, PutOff, ReadingPlan
from reviewing.models.qualifications import AnchorAnswer, AnchorReading, Qualification
from reviewing.models.reviewers import Absence, NamedConflict, PastSchool, ReviewerSettings
from reviewing.models.reviews import CriterionJudgment, Review
from reviewing.models.snippets import Snippet

__all__ = [
    "Absence",
    "Anchor",
    "AnchorAnswer",
    "AnchorConsent",
    "AnchorEvidence",
    "AnchorReading",
    "AnchorVerdict",
    "AnchorVersion",
    "Appeal",
    "Assignment",
    "CalibrationRules",
    "CriterionJudgment",
    "Decision",
    "DecisionBasis",
    "FeedbackAnswer",
    "IntegrityHold",
    "NamedConflict",
    "PastSchool",
    "Place",
    "PutOff",
    "Qualification",
    "ReadingPlan",
    "Reopening",
    "Review",
    "ReviewerSettings",
    "Snippet",
    "SubmissionNote",
]
