"""Creates groups, so that an instructor finds people, progress, scores, codes and cards."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.groups import operations as groups
from accounts.models import Agency, Group, User
from awarding.groups import operations as group_badges
from catalog.models import BadgeClass
from demo.class_cards import create_class
from demo.group_awards import TESTED_BADGE

EVENING_BADGES = (TESTED_BADGE, "bridge-to-career")
EVENING_CLASS = (
    ("rosario.ibarra@evening-school.example", "Rosario Ibarra"),
    ("minh.nguyen@evening-school.example", "Minh Nguyen"),
    ("ada.okafor@evening-school.example", "Ada Okafor"),
    ("celia.duarte@evening-school.example", "Celia Duarte"),
)
COHORT_BADGES = (
    "digital-citizenship-foundations",
    "check-before-you-share",
    "zines",
    "digital-citizenship-lead",
)


def create_groups(
    agencies: dict[str, Agency],
    badges: dict[str, BadgeClass],
    *,
    instructor: User,
    by: User,
    now: datetime,
):
    """A class of an adult school, with test results, a cohort of teachers, and a class of children.

    The children have no email.
    """
    begun = now - timedelta(days=40)
    evening = groups.add(
        agencies["marisol-adult"],
        name="Competencias digitales, grupo de la tarde",
        school_year=_school_year(now),
        by=by,
        now=begun,
    )
    students = User.objects.filter(memberships__agency=evening.agency, language="es")
    people = [(email, name, "es") for email, name in EVENING_CLASS]
    groups.add_people(evening, people, by=by, now=begun)
    _fill(evening, EVENING_BADGES, badges, students, instructor=instructor, by=by, now=now)
    cohort = groups.add(
        agencies["lantern-hill"],
        name="Digital citizenship cohort",
        school_year=_school_year(now),
        by=by,
        now=begun,
    )
    teachers = User.objects.filter(memberships__agency=cohort.agency)
    teachers = teachers.filter(memberships__role="earner").distinct()
    _fill(cohort, COHORT_BADGES, badges, teachers, instructor=instructor, by=by, now=now)
    create_class(
        agencies["lantern-hill"],
        badges,
        instructor=instructor,
        school_year=_school_year(now),
        by=by,
        now=now,
    )


def _fill(
    group: Group,
    slugs: tuple[str, ...],
    badges: dict[str, BadgeClass],
    members,
    *,
    instructor: User,
    by: User,
    now: datetime,
):
    groups.add_accounts(group, members.exclude(pk=instructor.pk), by=by, now=group.created_at)
    groups.add_instructor(
        group,
        email=instructor.email,
        name=instructor.name,
        language=instructor.language,
        by=by,
        now=group.created_at,
    )
    allowed = [badges[slug] for slug in slugs if slug in badges]
    for badge in allowed:
        group_badges.allow(group, badge, by=by, now=group.created_at)
    group_badges.make_code(group, allowed[0], days=7, by=instructor, now=now)


def _school_year(now: datetime) -> str:
    first = now.year if now.month >= 7 else now.year - 1
    return f"{first}–{(first + 1) % 100:02}"
