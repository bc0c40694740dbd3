"""Rows without anything random: the same ids, keys, texts and times on every run.

The real operations create the rows. Their random values are replaced by fixed ones before anything
is signed, and the current time is NOW.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pgtrigger
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import Model

from accounts.models import Agency, Membership, User
from catalog import operations as catalog
from catalog.art import ArtSpec
from catalog.criteria_content import AlignmentContent, CriterionContent, LevelContent
from catalog.models import BadgeClass, BadgeVersion, Issuer
from issuing.awards.operations import changes as issuing
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, Endorsement, IssuerKey, StatusList
from issuing.states import GrantSource
from reviewing import operations as reviewing
from reviewing.models import ReviewerSettings
from submissions import operations as submissions
from submissions.models import EvidenceItem
from tests.factories import AgencyFactory, CategoryFactory, IssuerFactory, UserFactory

ORIGIN = "https://badges.example"
PUBLISHED = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
EARNED = datetime(2026, 2, 10, 17, 45, 12, tzinfo=UTC)
SHARED = datetime(2026, 2, 20, 8, tzinfo=UTC)
REVOKED = datetime(2026, 3, 2, 16, tzinfo=UTC)
NOW = datetime(2026, 6, 15, 18, tzinfo=UTC)

# Keys for tests only: they are public.
RSA = load_pem_private_key(Path(__file__).with_name("fixed_rsa_key.pem").read_bytes(), None)
RSA_FRAGMENT = "sCsOTropi2sSlvBV0CIB1sk1drmJAJ8erDWqb_ZyUtg"
ED25519 = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ED25519_FRAGMENT = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
ENDORSER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))

ART = ArtSpec(shape="shield", palette="poppy", icon="sprout", text="Educación")
# Higher than any sequence gets, so that primary keys in outputs are the same on every run.
FIRST_KEY = 7_000_000_000


def fixed_id(number: int) -> UUID:
    return UUID(f"00000000-0000-4000-8000-{number:012d}")


def fix(row: Model, **values) -> None:
    """Replace random values, even in rows that a trigger protects."""
    model = type(row)
    protections = [
        f"{model._meta.label}:{trigger.name}" for trigger in getattr(model._meta, "triggers", [])
    ]
    with pgtrigger.ignore(*protections):
        model.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()


def small_png() -> bytes:
    """A PNG with one uncompressed block, so that its bytes do not depend on zlib."""
    size = 400
    row = b"\0" + b"\xaa" * (size // 8)
    raw = row * size
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(raw), len(raw) ^ 0xFFFF) + raw
    stored += struct.pack(">I", zlib.adler32(raw))
    header = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", stored), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def person(number: int, name: str, **fields) -> User:
    return UserFactory(
        id=FIRST_KEY + number, name=name, email=f"person-{number}@school.example", **fields
    )


class Program:
    """An issuer with its keys, three badges, and an award in every status that is published."""

    def __init__(self) -> None:
        self.agency = AgencyFactory(name="Juniper County Office of Education", slug="juniper")
        self.school = AgencyFactory(
            name="Creekside School", slug="creekside", kind=Agency.Kind.SCHOOL, parent=self.agency
        )
        self.category = CategoryFactory(name="Digital citizenship", slug="digital-citizenship")
        self.coordinator = self._member(person(1, "Ana Coordinator"), Membership.Role.COORDINATOR)
        self.reviewer = self._member(person(2, "Lee Reviewer"), Membership.Role.REVIEWER)
        self.endorser = person(3, "Cedar University")
        self.earner = self._member(person(10, "Rosa Álvarez"), Membership.Role.EARNER)
        self.issuer = self._issuer()
        self.media = self._badge(
            100,
            "media-balance",
            "Media Balance",
            rules={"valid_months": 24},
            version={
                "hours": Decimal(15),
                "units": Decimal("1.5"),
                "tags": ["media", "balance"],
            },
        )
        self.brief = self._badge(101, "brief", "Brief Badge", rules={"valid_months": 3})
        self.composed = self._badge(
            102,
            "equilibrio",
            "Equilibrio digital",
            version={"hours": Decimal("7.5"), "language": "es"},
            art=self._composed,
        )
        self.endorsements = [
            self._endorse(400, self.issuer, "They know what teachers need."),
            self._endorse(401, self.media.current_version, "We count this badge as a unit."),
        ]

        self.plain = self._approved(200, self.media, self.earner)
        self.shared = self._approved(201, self.media, person(11, "José Núñez"))
        self.expired = self._approved(202, self.brief, person(12, "May Chen"))
        self.revoked = self._approved(203, self.media, person(13, "Tom Oak"))
        self.in_svg = self._approved(204, self.composed, self.earner)
        self.listed = self._listed(205, self.composed, person(14, "Ida Elm", language="es"))
        issue_batch(now=EARNED)

        issuing.share(self.shared, shows_name=True, items=self._evidence(self.shared), now=SHARED)
        self.endorsements.append(self._endorse(402, self.shared, "José’s lessons are a model."))
        issuing.revoke(self.revoked, by=self.coordinator, reason="Issued twice.", now=REVOKED)
        self._new_version(self.composed, 110)

    def _member(self, user: User, role: str) -> User:
        agency = self.school if role == Membership.Role.EARNER else self.agency
        Membership.objects.create(user=user, agency=agency, role=role, confirmed_at=PUBLISHED)
        if role == Membership.Role.REVIEWER:
            ReviewerSettings.objects.create(user=user, never_at_a_school_at=PUBLISHED)
        return user

    def _issuer(self) -> Issuer:
        issuer = IssuerFactory(
            agency=self.agency,
            public_id=fixed_id(1),
            name="Juniper County Office of Education",
            url="https://juniper.example",
            email="badges@juniper.example",
            description="We serve 40 schools.",
        )
        for kind, fragment, key in (
            (IssuerKey.Kind.RSA, RSA_FRAGMENT, RSA),
            (IssuerKey.Kind.ED25519, ED25519_FRAGMENT, ED25519),
        ):
            private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            IssuerKey.objects.create(
                issuer=issuer,
                kind=kind,
                fragment=fragment,
                created_at=PUBLISHED,
                public_pem=public.decode(),
                sealed=Fernet(settings.KEY_ENCRYPTION_KEYS[0]).encrypt(private),
            )
        StatusList.objects.create(
            public_id=fixed_id(2),
            issuer=issuer,
            number=1,
            secret=bytes(range(16)),
            sign_again_at=PUBLISHED,
        )
        return issuer

    def _badge(
        self,
        number: int,
        slug: str,
        name: str,
        *,
        rules: dict | None = None,
        version: dict | None = None,
        art: Callable[[BadgeVersion], None] | None = None,
    ) -> BadgeClass:
        badge_class = catalog.create_badge(
            slug=slug,
            issuer=self.issuer,
            category=self.category,
            by=None,
            name=name,
            description="Teach students to notice how they spend their time on screens.",
            about="You plan, teach and reflect on **three lessons** on media balance.",
            rules=rules,
            now=PUBLISHED,
            **(version or {}),
        )
        draft = badge_class.versions.get()
        fix(draft, public_id=fixed_id(number))
        catalog.set_criteria(draft, _criteria())
        catalog.set_alignments(draft, _alignments())
        (art or _uploaded)(draft)
        catalog.publish(badge_class, by=None, now=PUBLISHED)
        return BadgeClass.objects.get(pk=badge_class.pk)

    def _composed(self, draft: BadgeVersion) -> None:
        # A rendered PNG would depend on the machine, so it is replaced; the SVG is composed.
        catalog.compose_art(draft, ART, alt="A sprout on a shield.", png=small_png())

    def _new_version(self, badge_class: BadgeClass, number: int) -> None:
        draft = catalog.draft_version(badge_class, by=self.coordinator, now=SHARED)
        fix(draft, public_id=fixed_id(number))
        catalog.edit_version(draft, name="Equilibrio digital y familias")
        catalog.publish(badge_class, by=self.coordinator, now=SHARED)

    def _approved(self, number: int, badge_class: BadgeClass, earner: User) -> Assertion:
        """An award that is due, for evidence of every kind, judged with rubric levels."""
        submission = submissions.start(badge_class, by=earner, now=EARNED)
        plan, lesson, _optional = submission.version.criteria.all()
        submissions.write_text(submission, plan, "An aim, and how it is seen.", now=EARNED)
        submissions.add_link(
            submission, lesson, url="https://work.example/poster", title="Poster", now=EARNED
        )
        submissions.add_file(
            submission,
            lesson,
            file=ContentFile(b"Notes on the lesson.\n"),
            file_name="notes.txt",
            content_type="text/plain",
            title="Notes",
            now=EARNED,
        )
        items = EvidenceItem.objects.filter(attempt__submission=submission).order_by("pk")
        for position, item in enumerate(items):
            fix(item, public_id=fixed_id(1000 * number + position))
        submissions.send(submission, by=earner, statement_accepted=True, now=EARNED)
        assignment = reviewing.claim(submission, by=self.reviewer, now=EARNED)
        judgments = {
            criterion: reviewing.Judgment("met", "", level=criterion.levels.last())
            for criterion in reviewing.criteria_to_judge(assignment.attempt)
        }
        reviewing.send_review(assignment, by=self.reviewer, judgments=judgments, now=EARNED)
        return self._fixed(number, Assertion.objects.get(submission=submission))

    def _listed(self, number: int, badge_class: BadgeClass, earner: User) -> Assertion:
        grant = Grant(
            earner,
            badge_class.current_version,
            GrantSource.LIST,
            key="row-1",
            narrative="Led a workshop for **30 colleagues**.",
            awarded_on=datetime(2026, 1, 30, 20, tzinfo=UTC),
        )
        [outcome] = grant_all([grant], by=self.coordinator, now=EARNED)
        return self._fixed(number, outcome.assertion)

    def _fixed(self, number: int, award: Assertion) -> Assertion:
        fix(
            award,
            public_id=fixed_id(number),
            salt=f"{number:032x}",
            short_code=f"{number:0>12}",
        )
        return award

    def _evidence(self, award: Assertion) -> Sequence[EvidenceItem]:
        return list(EvidenceItem.objects.filter(attempt__submission=award.submission))

    def _endorse(
        self, number: int, target: Issuer | BadgeVersion | Assertion, comment: str
    ) -> Endorsement:
        endorsement = endorsing.offer(
            target,
            by=self.endorser,
            name="Cedar University",
            url="https://cedar.example",
            about="We train teachers.",
            comment=comment,
            now=PUBLISHED,
        )
        fix(endorsement, public_id=fixed_id(number))
        decider = target.recipient if isinstance(target, Assertion) else self.coordinator
        endorsing.accept(endorsement, by=decider, now=SHARED)
        return endorsement


def _uploaded(draft: BadgeVersion) -> None:
    catalog.upload_art(draft, small_png(), alt="A balance with a phone and a leaf.")


def _criteria() -> list[CriterionContent]:
    return [
        CriterionContent(
            name="Plan a lesson",
            description="The plan names an aim that students can say in their own words.",
            evidence_prompt="The lesson plan, as a file or a link.",
            levels=[
                LevelContent("Beginning", "Names a topic.", points=Decimal(1)),
                LevelContent("Meeting", "Names an aim.", points=Decimal("2.5")),
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
            evidence_prompt="What your colleague said.",
            required=False,
        ),
    ]


def _alignments() -> list[AlignmentContent]:
    return [
        AlignmentContent(
            target_name="Citizen",
            target_url="https://standards.example/educators",
            target_code="2.3",
            target_framework="Standards for Educators",
            target_description="Inspires students to contribute responsibly.",
        )
    ]
