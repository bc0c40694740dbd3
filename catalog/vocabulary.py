"""Vocabularies of Open Badges 3.0, spelled as in the standard."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AchievementType(models.TextChoices):
    """The type of achievement that a badge represents (AchievementType, Open Badges 3.0, B.2.1)."""

    MICRO_CREDENTIAL = "MicroCredential", _("micro-credential")
    BADGE = "Badge", _("badge")
    COMPETENCY = "Competency", _("competency")
    COURSE = "Course", _("course")
    CERTIFICATE_OF_COMPLETION = "CertificateOfCompletion", _("certificate of completion")
    LEARNING_PROGRAM = "LearningProgram", _("learning program")
    LICENSE = "License", _("license")

    ACHIEVEMENT = "Achievement", _("achievement")
    APPRENTICESHIP_CERTIFICATE = "ApprenticeshipCertificate", _("apprenticeship certificate")
    ASSESSMENT = "Assessment", _("assessment")
    ASSIGNMENT = "Assignment", _("assignment")
    ASSOCIATE_DEGREE = "AssociateDegree", _("associate degree")
    AWARD = "Award", _("award")
    BACHELOR_DEGREE = "BachelorDegree", _("bachelor’s degree")
    CERTIFICATE = "Certificate", _("certificate")
    CERTIFICATION = "Certification", _("certification")
    CO_CURRICULAR = "CoCurricular", _("co-curricular activity")
    COMMUNITY_SERVICE = "CommunityService", _("community service")
    DEGREE = "Degree", _("degree")
    DIPLOMA = "Diploma", _("diploma")
    DOCTORAL_DEGREE = "DoctoralDegree", _("doctoral degree")
    FIELDWORK = "Fieldwork", _("fieldwork")
    GENERAL_EDUCATION = "GeneralEducationDevelopment", _("general educational development (GED)")
    JOURNEYMAN_CERTIFICATE = "JourneymanCertificate", _("journeyman certificate")
    MASTER_CERTIFICATE = "MasterCertificate", _("master certificate")
    MASTER_DEGREE = "MasterDegree", _("master’s degree")
    MEMBERSHIP = "Membership", _("membership")
    PROFESSIONAL_DOCTORATE = "ProfessionalDoctorate", _("professional doctorate")
    QUALITY_ASSURANCE = "QualityAssuranceCredential", _("quality assurance credential")
    RESEARCH_DOCTORATE = "ResearchDoctorate", _("research doctorate")
    SECONDARY_SCHOOL_DIPLOMA = "SecondarySchoolDiploma", _("high school diploma")


# Types that professional development programs award; the form lists them first.
USUAL_ACHIEVEMENT_TYPES = (
    AchievementType.MICRO_CREDENTIAL,
    AchievementType.BADGE,
    AchievementType.COMPETENCY,
    AchievementType.COURSE,
    AchievementType.CERTIFICATE_OF_COMPLETION,
    AchievementType.LEARNING_PROGRAM,
    AchievementType.LICENSE,
)


class TargetType(models.TextChoices):
    """What an alignment points to (AlignmentTargetType, Open Badges 3.0, B.2.2)."""

    CASE_ITEM = "CFItem", _("CASE: a standard")
    CASE_RUBRIC = "CFRubric", _("CASE: a rubric")
    CASE_RUBRIC_CRITERION = "CFRubricCriterion", _("CASE: a criterion of a rubric")
    CASE_RUBRIC_LEVEL = "CFRubricCriterionLevel", _("CASE: a level of a rubric")
    COMPETENCY = "ceasn:Competency", _("Credential Engine: a competency")
    CREDENTIAL = "ceterms:Credential", _("Credential Engine: a credential")
    CTDL = "CTDL", _("Credential Engine: anything else in CTDL")
