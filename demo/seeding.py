"""Builds the demo program: agencies, people, badges, and nine months of submissions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.storage import Storage, storages
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, ClosedDay, Membership, User
from awarding.pathways import operations as pathway_awards
from catalog import operations as catalog
from catalog.art import ArtSpec
from catalog.criteria_content import (
    AlignmentContent,
)
from catalog.models import BadgeClass, Category, Issuer
from catalog.pathways import operations as pathways
from catalog.states import ReviewScheme
from catalog.vocabulary import AchievementType
from demo import (
    anchors,
    drawings,
    due_process,
    endorsers,
    group_awards,
    groups,
    mailing_list,
    readers,
    renewals,
)
from demo import content as demo_content
from demo.badges import criteria_of, render_art
from demo.content import Content, Row
from demo.past_emails import backdate_emails, mark_past_emails_sent
from demo.plan import Plan
from demo.reviewers import assign_some, settle_reviewers
from demo.schedule import Calendar, Schedule
from demo.school_year import closed_days
from demo.sponsors import create_sponsors
from demo.stories import Person, StoryContext
from demo.story_by_operations import OperationsWriter
from demo.story_in_bulk import BulkWriter
from issuing.awards.operations.issue_batches import issue_batch

DEMO_PASSWORD = "alder river lanterns"
COUNTY = "alder-county"
PROGRAM_DAYS = 285
VERSION_TWO_DAYS_AGO = 100
# How many days ago badges were published or retired, unless published on the first day.
OPENED = {
    "digital-citizenship-lead": 6,
    "ai-policy-lead": 170,
    "teaching-with-ai-openly": 205,
    "ai-resilient-assignments": 205,
    "student-data-privacy-steward": 190,
    "primeros-pasos-digitales": 160,
    "cs-for-all-recruiter": 220,
}
RETIRED = {"distance-learning-quick-start": 240, "prompt-craft": 150}
EMAILS_LEFT_TO_SEND = 10
PATHWAY_WRITING_DAYS = 9
PATHWAY_DAYS_AGO = 3
SEED = 20_250_821


def is_empty() -> bool:
    return not User.objects.exists()


def clear() -> None:
    """Delete all data: every row of every table, and every stored file."""
    call_command("flush", interactive=False, verbosity=0)
    clear_files()


def clear_files() -> None:
    for name in ("default", "evidence"):
        _empty(storages[name])


def _empty(storage: Storage, folder: str = "") -> None:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}" if folder else name)
    for name in folders:
        path = f"{folder}/{name}" if folder else name
        _empty(storage, path)
        storage.delete(path)


def user_of(account: str, people: list[Person]) -> User:
    """The user of one of the accounts that the sign-in page of the demo lists."""
    return next(person.user for person in people if person.row.get("account") == account)


@transaction.atomic
def seed(
    *,
    now: datetime,
    content: Content | None = None,
    submissions: int = 320,
    by_operations: bool = False,
    say: Callable[[str], None] = lambda words: None,
) -> None:
    """Build the whole demo program in one transaction, and `say` what it is about to do.

    With `by_operations`, every step runs the real operation, which writes the same rows but is
    many times slower.
    """
    Program(content or demo_content.read(), now, submissions, by_operations, say).build()


@dataclass
class Program:
    content: Content
    now: datetime
    submissions: int
    by_operations: bool
    say: Callable[[str], None]

    def __post_init__(self) -> None:
        self.rng = Random(SEED)
        self.today = timezone.localdate(self.now)
        self.first_day = self.today - timedelta(days=PROGRAM_DAYS)
        self.closed = closed_days(self.first_day, self.today + timedelta(days=400))
        self.calendar = Calendar(self.closed, self.rng)
        self.schedule = Schedule()

    def build(self) -> None:
        self.say("1 of 5: agencies and people ...")
        self.make_agencies()
        people = self.make_people()
        self.coordinator = user_of("coordinator", people)
        self.make_issuer_and_categories()
        settle_reviewers(people, self.categories, now=self.now)
        self.say(f"2 of 5: the art of {len(self.content.badges)} badges, the longest step ...")
        art = render_art([row["art"] for row in self.content.badges])
        self.say("3 of 5: badges and sponsors ...")
        badges = {
            row["slug"]: self.make_badge(row, png)
            for row, png in zip(self.content.badges, art, strict=True)
        }
        create_sponsors(self.content.sponsors, agency=self.agencies[COUNTY])
        self.say(f"4 of 5: {self.submissions} submissions and their reviews ...")
        writer = OperationsWriter() if self.by_operations else BulkWriter(self.closed, seed=SEED)
        context = StoryContext(
            self.content,
            rng=self.rng,
            schedule=self.schedule,
            people=people,
            badges=badges,
            coordinator=self.coordinator,
            writer=writer,
        )
        windows = {slug: self.window(slug) for slug in badges}
        Plan(context, self.calendar, windows, now=self.now).schedule_stories(self.submissions)
        self.schedule.run(until=self.now)
        writer.flush()
        if self.by_operations:
            backdate_emails()
        self.say("5 of 5: drawings, pathways, lists and endorsements ...")
        assign_some(self.issuer, now=self.now)
        readers.create_open_readings(context, now=self.now, say=self.say)
        self.make_the_rest(people, badges)
        self.make_anchors_and_appeals(context)
        mark_past_emails_sent(keep=EMAILS_LEFT_TO_SEND)

    def make_the_rest(self, people: list[Person], badges: dict[str, BadgeClass]) -> None:
        earner = user_of("earner", people)
        drawings.create_drawings(
            agency=self.agencies[COUNTY],
            by=self.coordinator,
            second=user_of("colleague", people),
            earner=earner,
            now=self.now,
        )
        self.open_pathways(badges)
        if renewals.BADGE in badges:
            renewals.create_renewals(badges[renewals.BADGE], by=self.coordinator, now=self.now)
        group_awards.create_group_awards(
            badges,
            known=[person.user for person in people[5:7]],
            by=self.coordinator,
            now=self.now,
        )
        groups.create_groups(
            self.agencies,
            badges,
            instructor=user_of("instructor", people),
            by=self.coordinator,
            now=self.now,
        )
        if endorsers.ENDORSED_BADGE in badges:
            endorsers.create_endorsements(badges, earner=earner, by=self.coordinator, now=self.now)
        mailing_list.create_mailing_list(
            agency=self.agencies[COUNTY], by=self.coordinator, now=self.now
        )

    def make_anchors_and_appeals(self, context: StoryContext) -> None:
        printed = user_of("reviewer", context.people)
        others = [one.user for one in context.reviewers if one.user != printed]
        anchors.create_anchors(
            self.content.anchors,
            context.badges,
            by=self.coordinator,
            qualifies=others[0],
            practices=printed,
            now=self.now,
        )
        due_process.create_due_process(readers=others, by=self.coordinator, now=self.now)

    def days_ago(self, days: int, hour: int = 9) -> datetime:
        day = self.today - timedelta(days=days)
        return datetime.combine(day, time(hour, 5), tzinfo=timezone.get_current_timezone())

    def window(self, slug: str) -> tuple[date, date]:
        """The first and last day on which people could start this badge."""
        opened, closed = OPENED.get(slug, PROGRAM_DAYS), RETIRED.get(slug, 0)
        return self.today - timedelta(days=opened - 1), self.today - timedelta(days=closed + 1)

    # Agencies and people

    def make_agencies(self) -> None:
        self.agencies: dict[str, Agency] = {}
        for row in self.content.agencies:
            self.agencies[row["slug"]] = Agency.objects.create(
                slug=row["slug"],
                name=row["name"],
                kind=row["kind"],
                parent=self.agencies.get(row.get("parent", "")),
            )
        ClosedDay.objects.bulk_create(
            ClosedDay(agency=self.agencies[COUNTY], date=day, name=name)
            for day, name in self.closed.items()
        )

    def make_people(self) -> list[Person]:
        # Only the demo accounts can sign in; hashing passwords for all would be slow.
        password, unusable = make_password(DEMO_PASSWORD), make_password(None)
        users = User.objects.bulk_create(
            User(
                email=row["email"],
                name=row["name"],
                password=password if "account" in row else unusable,
                language="en" if "account" in row else row.get("languages", ["en"])[0],
                is_staff=row.get("account") == "operator",
                is_superuser=row.get("account") == "operator",
                joined_at=self.days_ago(PROGRAM_DAYS + 5),
            )
            for row in self.content.people
        )
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
        )
        people = [Person(user, row) for user, row in zip(users, self.content.people, strict=True)]
        since = dict.fromkeys(["begun_at", "confirmed_at"], self.days_ago(PROGRAM_DAYS + 5))
        Membership.objects.bulk_create(
            Membership(
                user=person.user,
                role=role,
                agency=self.agencies[agency],
                is_chosen=role == Membership.Role.EARNER,
                **since,
            )
            for person in people
            for role, agency in person.roles
        )
        return people

    # Badges

    def make_issuer_and_categories(self) -> None:
        county = next(row for row in self.content.agencies if row["slug"] == COUNTY)
        self.issuer = Issuer.objects.create(
            agency=self.agencies[COUNTY],
            name=county["name"],
            url=county["website"],
            email=county["email"],
            description=county["description"],
        )
        self.categories = {
            category.slug: category
            for category in Category.objects.bulk_create(
                Category(position=position, **row)
                for position, row in enumerate(self.content.categories, 1)
            )
        }

    def make_badge(self, row: Row, png: bytes) -> BadgeClass:
        """Create and publish the badge, and schedule its next version and retirement."""
        slug = row["slug"]
        opened = self.days_ago(OPENED.get(slug, PROGRAM_DAYS))
        badge_class = catalog.create_badge(
            slug=slug,
            issuer=self.issuer,
            category=self.categories[row["category"]],
            by=self.coordinator,
            now=opened - timedelta(days=self.days_from_draft_to_publishing(row)),
            name=row["name"],
            description=row["description"],
            about=row["about"].strip(),
            **{name: row[name] for name in ("level", "hours", "tags")},
            **{name: row.get(name, "") for name in ("ai_use", "ai_sentence")},
            units=Decimal(str(row.get("units", 0))),
            achievement_type=row.get("achievement_type", AchievementType.MICRO_CREDENTIAL),
            language=row.get("language", "en"),
        )
        badge_class.turnaround_days = row["review_days"]
        badge_class.waiting_hours = row.get("waiting_hours")
        badge_class.valid_months = row.get("valid_months")
        badge_class.renewable = "renewal_days_before" in row
        badge_class.renewal_days_before = row.get("renewal_days_before", 0)
        badge_class.review_scheme = row.get("review_scheme", ReviewScheme.ONE_READER)
        badge_class.second_reading_share = row.get("second_reading_share", 0)
        badge_class.save()
        version = badge_class.versions.get()
        catalog.set_criteria(version, criteria_of(row, number=1))
        catalog.set_alignments(
            version, [self.alignment(alignment) for alignment in row["alignments"]]
        )
        catalog.set_resources(
            badge_class, [(r["title"], r["url"], r["kind"]) for r in row["resources"]]
        )
        catalog.compose_art(version, ArtSpec.from_dict(row["art"]), alt=row["art_alt"], png=png)
        if row.get("status") != "draft":
            catalog.publish(badge_class, by=self.coordinator, now=opened)
            badge_class.refresh_from_db()
        if "next_version" in row:
            self.schedule.at(
                self.days_ago(VERSION_TWO_DAYS_AGO),
                lambda now: self.publish_next_version(badge_class, row, now=now),
            )
        if row.get("status") == "retired":
            self.schedule.at(
                self.days_ago(RETIRED[slug], hour=16),
                lambda now: catalog.retire(badge_class, by=self.coordinator, now=now),
            )
        return badge_class

    def days_from_draft_to_publishing(self, row: Row) -> int:
        return PATHWAY_WRITING_DAYS if "pathway" in row else self.rng.randint(4, 30)

    def open_pathways(self, badges: dict[str, BadgeClass]) -> None:
        """Create the pathways some days ago, so that their badges have been awarded."""
        then = self.days_ago(PATHWAY_DAYS_AGO)
        for row in self.content.badges:
            if "pathway" in row:
                pathway = pathways.create(
                    badges[row["slug"]],
                    steps=[badges[step] for step in row["pathway"]],
                    by=self.coordinator,
                    now=then,
                )
                pathway_awards.schedule_sweep(pathway, now=then)
        pathway_awards.run_due_sweeps(now=then)
        issue_batch(now=then)

    def publish_next_version(self, badge_class: BadgeClass, row: Row, *, now: datetime) -> None:
        draft = catalog.draft_version(badge_class, by=self.coordinator, now=now)
        catalog.set_criteria(draft, criteria_of(row, number=2))
        catalog.publish(badge_class, by=self.coordinator, now=now)
        badge_class.refresh_from_db()

    def alignment(self, row: Row) -> AlignmentContent:
        framework = self.content.frameworks[row["framework"]]
        return AlignmentContent(
            target_name=row["name"],
            target_url=row.get("url", framework["url"]),
            target_type=framework.get("target_type", ""),
            target_code=row["code"],
            target_framework=framework["name"],
            target_description=row["description"],
        )


def printed_accounts() -> list[tuple[str, str]]:
    """The role and email address of each account that anyone can use in the demo."""
    people = demo_content.read().people
    return [(row["account"], row["email"]) for row in people if "account" in row]
