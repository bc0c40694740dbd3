"""A published version does not change, not even by raw SQL."""

from decimal import Decimal

import pytest
from django.db import InternalError, connection, transaction

from catalog.models import Alignment, BadgeVersion, Criterion, RubricLevel
from catalog.operations import draft_version
from tests.factories import BadgeFactory, DraftBadgeFactory, UserFactory

pytestmark = pytest.mark.django_db

WRITES = [
    "UPDATE catalog_badgeversion SET name = 'changed' WHERE badge_class_id = %s",
    "UPDATE catalog_badgeversion SET image = 'art/other.png' WHERE badge_class_id = %s",
    "UPDATE catalog_badgeversion SET published_at = NULL WHERE badge_class_id = %s",
    "DELETE FROM catalog_badgeversion WHERE badge_class_id = %s",
    "UPDATE catalog_criterion SET description = 'changed' WHERE version_id IN "
    "(SELECT id FROM catalog_badgeversion WHERE badge_class_id = %s)",
    "DELETE FROM catalog_criterion WHERE version_id IN "
    "(SELECT id FROM catalog_badgeversion WHERE badge_class_id = %s)",
    "UPDATE catalog_rubriclevel SET name = 'changed' WHERE criterion_id IN (SELECT c.id FROM "
    "catalog_criterion c JOIN catalog_badgeversion v ON v.id = c.version_id "
    "WHERE v.badge_class_id = %s)",
    "UPDATE catalog_alignment SET target_name = 'changed' WHERE version_id IN "
    "(SELECT id FROM catalog_badgeversion WHERE badge_class_id = %s)",
    "DELETE FROM catalog_alignment WHERE version_id IN "
    "(SELECT id FROM catalog_badgeversion WHERE badge_class_id = %s)",
]


def write(statement, badge_class):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [badge_class.pk])
        return cursor.rowcount


@pytest.mark.parametrize("statement", WRITES)
def test_the_database_refuses_a_raw_write_to_a_published_version(statement):
    badge_class = BadgeFactory()

    with pytest.raises(InternalError):
        write(statement, badge_class)


@pytest.mark.parametrize("statement", [w for w in WRITES if w.startswith("UPDATE")])
def test_the_database_allows_the_same_write_to_a_draft(statement):
    assert write(statement, DraftBadgeFactory()) >= 1


def test_nothing_can_be_added_to_a_published_version():
    version = BadgeFactory().current_version
    criterion = version.criteria.first()
    parts = [
        Criterion(version=version, position=9, name="N", description="D", evidence_prompt="E"),
        RubricLevel(criterion=criterion, position=9, name="N", description="D"),
        Alignment(version=version, target_name="N", target_url="https://a.example"),
    ]

    for part in parts:
        with pytest.raises(InternalError), transaction.atomic():
            part.save()


def test_a_criterion_of_a_draft_cannot_be_moved_into_a_published_version():
    published = BadgeFactory().current_version
    criterion = DraftBadgeFactory().versions.get().criteria.first()
    criterion.version, criterion.position = published, 9

    with pytest.raises(InternalError), transaction.atomic():
        criterion.save()


def test_a_criterion_of_a_published_version_cannot_be_moved_into_a_draft():
    criterion = BadgeFactory().current_version.criteria.first()
    criterion.version, criterion.position = DraftBadgeFactory().versions.get(), 9

    with pytest.raises(InternalError), transaction.atomic():
        criterion.save()


def test_a_new_version_starts_with_everything_that_the_last_one_says():
    badge_class = BadgeFactory(
        version={
            "level": "leader", "hours": Decimal("7.5"), "units": Decimal("1.50"),
            "achievement_type": "Course", "language": "es", "tags": ["Media", "Balance"],
        }
    )  # fmt: skip
    published = badge_class.current_version

    draft = draft_version(badge_class, by=UserFactory())

    assert draft.content == published.content
    assert set(draft.content) | BadgeVersion.IDENTITY == {
        field.name for field in BadgeVersion._meta.concrete_fields
    }
    assert [str(criterion) for criterion in draft.criteria.all()] == [
        str(criterion) for criterion in published.criteria.all()
    ]
