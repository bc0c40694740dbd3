from reviewing.models.assignments import Assignment
from reviewing.models.decisions import Decision, DecisionBasis
from reviewing.models.notes import SubmissionNote
from reviewing.models.plans import Place, ReadingPlan
from reviewing.models.reviews import CriterionJudgment, Review

__all__ = [
    "Assignment",
    "CriterionJudgment",
    "Decision",
    "DecisionBasis",
    "Place",
    "ReadingPlan",
    "Review",
    "SubmissionNote",
]
