"""Factories of people, badges and submissions that use the real operations where they exist."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from unittest import mock

import factory
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from accounts.models import Agency, Membership, User
from audit.operations import record
from catalog import operations as catalog
from catalog.criteria_content import AlignmentContent, CriterionContent, LevelContent
from catalog.models import (
    Alignment,
    BadgeClass,
    BadgeVersion,
    Category,
    Criterion,
    Issuer,
    Question,
    RubricLevel,
)
from catalog.states import BadgeStatus
from issuing.keys.operations import signing_keys
from reviewing import operations as reviewing
from reviewing.models import Assignment, ReviewerSettings
from reviewing.second_looks import operations as second_looks
from submissions import operations as submissions
from submissions.models import Submission

PASSWORD = "correct horse battery"
LONG_AGO = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)


@cache
def png(size: int = 400, colour: str = "#2b6f5e") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (size, size), colour).save(buffer, "PNG")
    return buffer.getvalue()


@contextmanager
def without_savepoints() -> Iterator[None]:
    """Only refusals need them, and a fifth of the statements of an award set and release them.

    A refusal in here leaves nothing of the test's own transaction.
    """
    with mock.patch.object(connection.features, "uses_savepoints", False):
        yield


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"someone{n}@school.example")
    name = factory.Sequence(lambda n: f"Rosa Alvarez {n}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified_address(user, create, extracted, **kwargs):
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)


class AgencyFactory(DjangoModelFactory):
    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Juniper County Office of Education {n}")
    slug = factory.Sequence(lambda n: f"juniper-{n}")
    kind = Agency.Kind.COUNTY_OFFICE


class SchoolFactory(AgencyFactory):
    name = factory.Sequence(lambda n: f"Creekside School {n}")
    slug = factory.Sequence(lambda n: f"creekside-{n}")
    kind = Agency.Kind.SCHOOL
    parent = factory.SubFactory(AgencyFactory)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    role = Membership.Role.EARNER
    begun_at = LONG_AGO
    confirmed_at = LONG_AGO
    is_chosen = factory.LazyAttribute(lambda row: row.role == Membership.Role.EARNER)

    @factory.post_generation
    def was_never_at_a_school(row, create, extracted, **kwargs):
        """Reviewers have answered what they are asked before their first review."""
        if create and extracted is not False and row.role == Membership.Role.REVIEWER:
            ReviewerSettings.objects.get_or_create(
                user=row.user, defaults={"never_at_a_school_at": LONG_AGO}
            )


class IssuerFactory(DjangoModelFactory):
    class Meta:
        model = Issuer

    agency = factory.SubFactory(AgencyFactory)
    name = "Juniper County Office of Education"
    url = "https://juniper.example"
    email = "badges@juniper.example"
    # What follows from a review follows at once. Tests of the wait set their own.
    decision_wait_minutes = 0


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Digital citizenship {n}")
    slug = factory.Sequence(lambda n: f"digital-citizenship-{n}")


CRITERIA = [
    CriterionContent(
        name="Plan a lesson",
        description="The plan names an aim that students can say in their own words.",
        evidence_prompt="The lesson plan, as a file or a link.",
        levels=[
            LevelContent("Beginning", "Names a topic."),
            LevelContent("Meeting", "Names an aim and how it is seen."),
        ],
    ),
    CriterionContent(
        name="Teach it",
        description="Students worked on the aim.",
        evidence_prompt="Two pieces of student work without names.",
    ),
    CriterionContent(
        name="Share it",
        description="A colleague has used your plan.",
        evidence_prompt="What your colleague told you.",
        required=False,
    ),
]
ALIGNMENT = AlignmentContent(
    target_name="Citizen",
    target_url="https://standards.example/educators",
    target_code="2.3",
    target_framework="Standards for Educators",
)
ART_ALT = "A balance with a phone and a leaf."


class DraftBadgeFactory(DjangoModelFactory):
    """A badge that is ready to publish: three criteria, the last one optional, and art."""

    class Meta:
        model = BadgeClass

    slug = factory.Sequence(lambda n: f"media-balance-{n}")
    issuer = factory.SubFactory(IssuerFactory)
    category = factory.SubFactory(CategoryFactory)
    name = factory.Sequence(lambda n: f"Media Balance {n}")

    @classmethod
    def _create(cls, model_class, *, slug, issuer, category, name, version=None, **rules):
        badge_class = catalog.create_badge(
            slug=slug, issuer=issuer, category=category, by=None,
            **texts(name) | (version or {}),
        )  # fmt: skip
        BadgeClass.objects.filter(pk=badge_class.pk).update(**rules)
        draft = badge_class.versions.get()
        catalog.set_criteria(draft, CRITERIA)
        catalog.set_alignments(draft, [ALIGNMENT])
        catalog.upload_art(draft, png(), alt=ART_ALT)
        return BadgeClass.objects.get(pk=badge_class.pk)


class PublishedBadgeFactory(DraftBadgeFactory):
    """A badge that the operations have published."""

    @classmethod
    def _create(cls, model_class, **kwargs):
        badge_class = super()._create(model_class, **kwargs)
        catalog.publish(badge_class, by=None, now=LONG_AGO)
        return BadgeClass.objects.get(pk=badge_class.pk)


class BadgeFactory(DraftBadgeFactory):
    """A published badge, written as rows.

    Most tests need one, and the operations ask four times as many questions. That the rows are
    the same is shown by tests/catalog/test_factories.py.
    """

    @classmethod
    @without_savepoints()
    def _create(
        cls, model_class, *, slug, issuer, category, name, version=None, criteria=CRITERIA, **rules
    ):
        badge_class = BadgeClass.objects.create(slug=slug, issuer=issuer, category=category)
        first = BadgeVersion(
            badge_class=badge_class, number=1, image_alt=ART_ALT, **texts(name) | (version or {})
        )
        first.image.save("art.png", ContentFile(png()), save=False)
        first.save(force_insert=True)
        made = Criterion.objects.bulk_create(
            Criterion(
                version=first,
                position=position,
                asks_questions=bool(content.questions),
                **own_values(content),
            )
            for position, content in enumerate(criteria, start=1)
        )
        for model, parts in [(RubricLevel, "levels"), (Question, "questions")]:
            model.objects.bulk_create(
                model(criterion=criterion, position=position, **own_values(part))
                for criterion, content in zip(made, criteria, strict=True)
                for position, part in enumerate(getattr(content, parts), start=1)
            )
        Alignment.objects.bulk_create([Alignment(version=first, **own_values(ALIGNMENT))])
        BadgeVersion.objects.filter(pk=first.pk).update(published_at=LONG_AGO)
        rules |= {"status": BadgeStatus.PUBLISHED, "current_version": first}
        BadgeClass.objects.filter(pk=badge_class.pk).update(**rules)
        record("badge created", badge_class, by=None, agency=issuer.agency)
        record("version 1 published", badge_class, by=None, agency=issuer.agency, at=LONG_AGO)
        signing_keys(issuer, now=LONG_AGO)
        return BadgeClass.objects.get(pk=badge_class.pk)


def texts(name: str) -> dict[str, str]:
    return {
        "name": name,
        "description": "Teach students to notice how they spend their time on screens.",
        "about": "You plan, teach and reflect on **three lessons** on media balance.",
    }


def own_values(content: object) -> dict[str, object]:
    """What stands in the row itself; without a thread of its own, the row begins one."""
    return {
        name: value
        for name, value in vars(content).items()
        if name not in {"levels", "questions"} and not (name == "thread" and value is None)
    }


def reviewer_for(badge_class: BadgeClass, **kwargs) -> User:
    return MembershipFactory(
        agency=badge_class.issuer.agency, role=Membership.Role.REVIEWER, **kwargs
    ).user


def coordinator_for(badge_class: BadgeClass, **kwargs) -> User:
    return MembershipFactory(
        agency=badge_class.issuer.agency, role=Membership.Role.COORDINATOR, **kwargs
    ).user


class DraftFactory(DjangoModelFactory):
    """A submission that has been started and has no evidence."""

    class Meta:
        model = Submission

    earner = factory.SubFactory(UserFactory)
    badge_class = factory.SubFactory(BadgeFactory)

    @classmethod
    @without_savepoints()
    def _create(cls, model_class, *, earner, badge_class, now=None):
        return submissions.start(badge_class, by=earner, now=now)


class SentSubmissionFactory(DraftFactory):
    """A submission in the queue with text evidence for every required criterion."""

    @classmethod
    @without_savepoints()
    def _create(cls, model_class, *, earner, badge_class, now=None):
        submission = super()._create(model_class, earner=earner, badge_class=badge_class, now=now)
        for criterion in submission.version.criteria.filter(required=True):
            submissions.write_text(submission, criterion, f"What I did for {criterion}.", now=now)
        submissions.send(submission, by=earner, statement_accepted=True, now=now)
        return submission


class AssignmentFactory(SentSubmissionFactory):
    """The assignment of a submission that a reviewer has claimed."""

    class Meta:
        model = Assignment

    @classmethod
    @without_savepoints()
    def _create(cls, model_class, *, reviewer=None, now=None, **kwargs):
        submission = SentSubmissionFactory(now=now, **kwargs)
        reviewer = reviewer or reviewer_for(submission.badge_class)
        return reviewing.claim(submission, by=reviewer, now=now)


def judge_all(assignment: Assignment, verdict: str = "met", comment: str = "") -> dict:
    """The same judgment for every criterion that needs one."""
    attempt = assignment.submission.attempts.exclude(sent_at=None).order_by("-number")[0]
    return {
        criterion: reviewing.Judgment(verdict, comment)
        for criterion in reviewing.criteria_to_judge(attempt)
    }


def ask_to_decline(assignment: Assignment, *, summary: str = "Not own work.", **kwargs):
    """The decline waits for a second person."""
    return reviewing.send_review(
        assignment,
        by=assignment.reviewer,
        judgments=kwargs.pop("judgments", {}),
        summary=summary,
        decline=True,
        **kwargs,
    )


def declined_by(assignment: Assignment, *, now=None, **kwargs):
    """Decline, with the coordinator who confirms it."""
    decision = ask_to_decline(assignment, now=now, **kwargs)
    second = coordinator_for(assignment.submission.badge_class)
    second_looks.confirm(decision, by=second, now=now)
    return decision


@without_savepoints()
def approved_submission(now: datetime | None = None, **kwargs) -> Submission:
    """An approved submission; its award is due after the badge's waiting time."""
    assignment = AssignmentFactory(now=now, **kwargs)
    reviewing.send_review(
        assignment,
        by=assignment.reviewer,
        judgments=judge_all(assignment),
        now=now or timezone.now(),
    )
    assignment.submission.refresh_from_db()
    return assignment.submission
