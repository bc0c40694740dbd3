from reviewing.models.anchors import (
    Anchor,
    AnchorEvidence,
    AnchorVerdict,
    AnchorVersion,
    CalibrationRules,
)
from reviewing.models.assignments import Assignment
from reviewing.models.decisions import Decision, DecisionBasis
from reviewing.models.notes import SubmissionNote
from reviewing.models.plans import Place, ReadingPlan
from reviewing.models.qualifications import AnchorAnswer, AnchorReading, Qualification
from reviewing.models.reviewers import Absence, NamedConflict, PastSchool, ReviewerSettings
from reviewing.models.reviews import CriterionJudgment, Review

__all__ = [
    "Absence",
    "Anchor",
    "AnchorAnswer",
    "AnchorEvidence",
    "AnchorReading",
    "AnchorVerdict",
    "AnchorVersion",
    "Assignment",
    "CalibrationRules",
    "CriterionJudgment",
    "Decision",
    "DecisionBasis",
    "NamedConflict",
    "PastSchool",
    "Place",
    "Qualification",
    "ReadingPlan",
    "Review",
    "ReviewerSettings",
    "SubmissionNote",
]
