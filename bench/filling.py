"""Fills the database to the size of the benchmark."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Agency, User
from catalog import operations as catalog
from catalog.art import CHOICES, ICONS, ArtSpec, render_png
from catalog.criteria_content import AlignmentContent, CriterionContent, LevelContent
from catalog.models import BadgeClass, Category, Issuer
from issuing.models import Assertion
from issuing.status_lists import operations as status_lists
from postgres.bulk_insert import create_all

SUBJECTS = "Media Balance, Formative Feedback, Accessible Documents, Prompting With Care, "
SUBJECTS += "Designated ELD, Unplugged Algorithms, Inquiry in the Library, Coaching Peers"
WORDS = SUBJECTS.split(", ")
AT_ONCE = 2000


def fill(*, badges: int, assertions: int) -> None:
    call_command("migrate", verbosity=0)
    issuer = Issuer.objects.create(
        agency=Agency.objects.create(
            name="Bench County Office", slug="bench", kind=Agency.Kind.COUNTY_OFFICE
        ),
        name="Bench County Office of Education",
        url="https://bench.example",
        email="badges@bench.example",
    )
    categories = [
        Category.objects.create(name=word, slug=f"category-{n}", position=n)
        for n, word in enumerate(WORDS)
    ]
    art = [render_png(spec, size=catalog.ART_SIZE) for spec in _specs(len(WORDS))]
    for n in range(badges):
        _publish(n, issuer, categories[n % len(categories)], art[n % len(art)])
    people(assertions // 20)
    awards(assertions, status="issued")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def people(count: int) -> None:
    User.objects.bulk_create(
        (
            User(email=f"person{n}@bench.example", name=f"Person {n}", password=make_password(None))
            for n in range(User.objects.count(), User.objects.count() + count)
        ),
        batch_size=2000,
    )


def awards(count: int, *, status: str, start: int | None = None, among: int | None = None) -> None:
    """Create awards like those of the operations, spread over distinct people and badges.

    The first is number `start` of all pairs of the first `among` people and all badges; by default
    the next one, and everybody. Those of the first people may have some of these badges already.
    """
    people = list(User.objects.order_by("pk")[:among])
    badges = list(BadgeClass.objects.order_by("pk"))
    start, now = Assertion.objects.count() if start is None else start, timezone.now()
    for begin in range(start, start + count, AT_ONCE):
        awards = [
            _award(
                people[n % len(people)], badges[(n // len(people) + n) % len(badges)], status, now
            )
            for n in range(begin, min(begin + AT_ONCE, start + count))
        ]
        with transaction.atomic():
            status_lists.assign_places(awards, now=now)
            create_all(awards, ignore_conflicts=among is not None)


def _award(person: User, badge_class: BadgeClass, status: str, now: datetime) -> Assertion:
    return Assertion(
        recipient=person,
        badge_class=badge_class,
        version_id=badge_class.current_version_id,
        recipient_name=person.name,
        recipient_email=person.email,
        status=status,
        due_at=now,
        issued_on=now.replace(microsecond=0) if status == "issued" else None,
    )


def _specs(count: int) -> list[ArtSpec]:
    shapes, palettes, icons = list(CHOICES["shape"]), list(CHOICES["palette"]), list(ICONS)
    return [
        ArtSpec.from_dict(
            {
                "shape": shapes[n % len(shapes)],
                "palette": palettes[n % len(palettes)],
                "icon": icons[n % len(icons)],
            }
        )
        for n in range(count)
    ]


def _publish(n: int, issuer: Issuer, category: Category, art: bytes) -> None:
    badge_class = catalog.create_badge(
        slug=f"badge-{n}",
        issuer=issuer,
        category=category,
        by=None,
        name=f"{WORDS[n % len(WORDS)]} {n}",
        description="You plan it, teach it, look at what students made of it and share it on.",
        about="Two or three paragraphs of **plain words** on what this is about.\n\n" * 3,
        hours=5,
    )
    version = badge_class.versions.get()
    catalog.set_criteria(
        version,
        [
            CriterionContent(
                name=f"Criterion {m}",
                description="What must be shown, in two sentences. It can be seen in the evidence.",
                evidence_prompt="The plan, a piece of student work without names, 300 words.",
                levels=[
                    LevelContent("Beginning", "Names a topic."),
                    LevelContent("Meeting", "Names an aim and how it is seen."),
                ],
            )
            for m in range(1, 5)
        ],
    )
    catalog.set_alignments(
        version,
        [AlignmentContent("Designer", "https://standards.example", "2.5", "Standards")],
    )
    catalog.upload_art(version, art, alt="A badge of enamel and metal.")
    catalog.publish(BadgeClass.objects.get(pk=badge_class.pk), by=None)
