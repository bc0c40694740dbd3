from reviewing.models.assignments import Assignment
from reviewing.models.decisions import Decision, DecisionBasis
from reviewing.models.notes import SubmissionNote
from reviewing.models.plans import Place, ReadingPlan
from reviewing.models.reviewers import Absence, NamedConflict, PastSchool, ReviewerSettings
from reviewing.models.reviews import CriterionJudgment, Review

__all__ = [
    "Absence",
    "Assignment",
    "CriterionJudgment",
    "Decision",
    "DecisionBasis",
    "NamedConflict",
    "PastSchool",
    "Place",
    "ReadingPlan",
    "Review",
    "ReviewerSettings",
    "SubmissionNote",
]
