from catalog.models.badges import (
    BadgeClass,
    BadgeVersion,
    Category,
    LearningResource,
    art_path,
    vector_path,
)
from catalog.models.criteria import Alignment, Criterion, Question, RubricLevel
from catalog.models.issuers import Issuer
from catalog.models.pathways import Pathway, PathwayStep

__all__ = [
    "Alignment",
    "BadgeClass",
    "BadgeVersion",
    "Category",
    "Criterion",
    "Issuer",
    "LearningResource",
    "Pathway",
    "PathwayStep",
    "Question",
    "RubricLevel",
    "art_path",
    "vector_path",
]
