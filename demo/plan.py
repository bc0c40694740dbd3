"""Plans the stories: who works on which badge, from when, and how far they get by today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from demo.content import Row
from demo.schedule import Calendar, Step
from demo.stories import Person, Story, StoryContext

BEGIN, SEND, CLAIM, RELEASE = Step.BEGIN, Step.SEND, Step.CLAIM, Step.RELEASE
RETURN, APPROVE, DECLINE, WITHDRAW = Step.RETURN, Step.APPROVE, Step.DECLINE, Step.WITHDRAW
ASK_TO_DECLINE = Step.ASK_TO_DECLINE

STRAIGHT = (BEGIN, SEND, CLAIM, APPROVE)
SECOND_TRY = (BEGIN, SEND, CLAIM, RETURN, SEND, CLAIM, APPROVE)
THIRD_TRY = (*SECOND_TRY[:-1], RETURN, SEND, CLAIM, APPROVE)
RELEASED_ONCE = (BEGIN, SEND, CLAIM, RELEASE, CLAIM, APPROVE)
PAST_COURSES = {
    STRAIGHT: 68,
    SECOND_TRY: 21,
    THIRD_TRY: 2,
    RELEASED_ONCE: 3,
    (BEGIN, SEND, CLAIM, DECLINE): 1.5,
    (BEGIN, SEND, WITHDRAW): 2.5,
    (BEGIN, SEND, CLAIM, RETURN, WITHDRAW): 2,
}
# Open submissions today, out of 320. The WAITING ones are in the demo reviewer's queue.
WAITING, READ_NOW, RETURNED, DRAFTS = 15, 5, 13, 24
FULL_PROGRAM = 320
REVOKED = 3
LEVEL_WEIGHTS = {"foundation": 3.0, "practitioner": 2.0, "leader": 0.8}
# The badges of the demo earner, in a fixed state each.
EARNERS_BADGES = (
    "digital-citizenship-foundations",
    "formative-assessment-every-day",
    "zines",
    "check-before-you-share",
    "ai-resilient-assignments",
    "student-data-privacy-steward",
)
STEWARD = "student-data-privacy-steward"


SEVERAL_READERS = {"review_scheme", "second_reading_share"}


class Plan:
    def __init__(
        self,
        context: StoryContext,
        calendar: Calendar,
        windows: dict[str, tuple[date, date]],
        *,
        now: datetime,
    ) -> None:
        self.context, self.calendar, self.windows = context, calendar, windows
        self.now, self.today = now, timezone.localdate(now)
        self.rng = context.rng
        # Badges with a pathway are awarded automatically.
        by_evidence = [row for row in context.content.badges if "pathway" not in row]
        self.badges = {row["slug"]: row for row in by_evidence}
        self.steps = [
            step for row in context.content.badges if STEWARD in row.get("pathway", [])
            for step in row["pathway"]
        ]  # fmt: skip
        self.earners = [person for person in context.people if person.school]
        self.used_pairs: set[tuple[int, str]] = set()

    def schedule_stories(self, count: int) -> None:
        share = count / FULL_PROGRAM
        self._schedule_printed_earner()
        self._schedule_held_badge()
        self.preferences = list(self._preferences())
        self._schedule_current(share)
        self._schedule_past(count - len(self.used_pairs))
        self._schedule_pathways()

    # The demo accounts

    def _schedule_printed_earner(self) -> None:
        naomi = self._account("earner")
        self.used_pairs |= {(naomi.user.pk, slug) for slug in EARNERS_BADGES}
        self.earners.remove(naomi)
        first, formative, zines, returned, draft, waiting = EARNERS_BADGES
        self._add_story_starting(naomi, first, STRAIGHT, days_ago=236, shares=True)
        self._add_story_starting(naomi, formative, SECOND_TRY, days_ago=188, shares=False)
        self._add_story_starting(naomi, zines, STRAIGHT, days_ago=96, shares=True)
        self._add_story_ending(naomi, returned, (BEGIN, SEND, CLAIM, RETURN), days_ago=3)
        self._add_story_starting(naomi, draft, (BEGIN,), days_ago=12, answers=2)
        # Approved 19 hours ago, even on a weekend, so that the waiting time is not over yet.
        story = self._story(naomi, waiting, STRAIGHT)
        moments = self.calendar.spread(STRAIGHT, last=self.today - timedelta(days=2))
        story.schedule_steps([*moments[:-1], self.now - timedelta(hours=19)])

    def _schedule_held_badge(self) -> None:
        """Stories of the badge with a waiting time: some are issued, and one is on hold."""
        held, *issued = self._pick(4, badge=STEWARD)
        for person in issued:
            self._add_story_starting(person, STEWARD, STRAIGHT, days_ago=self.rng.randint(70, 150))
        # Two of them also complete every pathway that includes this badge.
        self.pathway_earners = issued[:2]
        self.used_pairs |= {
            (earner.user.pk, step) for earner in self.pathway_earners for step in self.steps
        }
        self._add_story_ending(held, STEWARD, STRAIGHT, days_ago=5, hold=True)

    def _schedule_pathways(self) -> None:
        """Two people earn all the steps, so that they are awarded the pathway's badge."""
        for later, earner in zip((0, 15), self.pathway_earners, strict=True):
            for n, step in enumerate(step for step in self.steps if step != STEWARD):
                self._add_story_starting(earner, step, STRAIGHT, days_ago=210 - 40 * n - later)

    # Open today

    def _schedule_current(self, share: float) -> None:
        printed = self._account("reviewer")
        for n in range(self._scaled(WAITING, share)):
            again = n % 4 == 3
            steps = SECOND_TRY[:-2] if again else (BEGIN, SEND)
            # The oldest have waited long, and one is late.
            self._add_current_story(steps, days_ago=round(21 * (n / WAITING) ** 2) + 1)
        for n in range(self._scaled(READ_NOW, share)):
            # One of them waits for a second person.
            steps = (BEGIN, SEND, CLAIM, ASK_TO_DECLINE) if n == 0 else (BEGIN, SEND, CLAIM)
            self._add_current_story(
                steps, days_ago=1 + n, excluded_reviewer=printed, by_one_reader=n == 0
            )
        for n in range(2):
            steps = (BEGIN, SEND, CLAIM) if n == 0 else SECOND_TRY[:-1]
            self._add_current_story(steps, days_ago=1 + n, reviewer=printed)
        for _ in range(self._scaled(RETURNED, share)):
            self._add_current_story((BEGIN, SEND, CLAIM, RETURN), days_ago=self.rng.randint(1, 16))
        for _ in range(self._scaled(DRAFTS, share)):
            answers = self.rng.choice((0, 1, 1, 2, 2, 3))
            self._add_current_story((BEGIN,), days_ago=self.rng.randint(1, 45), answers=answers)

    def _add_current_story(
        self, steps: Sequence[Step], *, days_ago: int, by_one_reader: bool = False, **options
    ) -> None:
        started_on = self.today - timedelta(days=days_ago + 45)
        person, badge = self._choose_pair(
            started_on,
            self.today,
            reviewer=options.get("reviewer"),
            by_one_reader=by_one_reader,
        )
        self._add_story_ending(person, badge, steps, days_ago=days_ago, **options)

    # Past months

    def _schedule_past(self, count: int) -> None:
        courses, weights = list(PAST_COURSES), list(PAST_COURSES.values())
        # Each ending at least once, even in a small program.
        endings = [course for course in courses if course[-1] in (DECLINE, WITHDRAW)]
        endings += [STRAIGHT] * REVOKED
        days = self._likely_days()
        long_ago = self.today - timedelta(days=80)
        for n in range(count):
            revoke = len(endings) - REVOKED <= n < len(endings)
            started_on = self.rng.choices(list(days), list(days.values()))[0]
            if revoke:  # the person had it for a while first
                started_on = min(started_on, long_ago)
            person, badge = self._choose_pair(started_on, started_on)
            chosen = self.rng.choices(courses, weights)[0]
            course = endings[n] if n < len(endings) else chosen
            moments = self.calendar.spread(course, first=started_on)
            if moments[-1] > self.now - timedelta(days=1):  # over by today
                last = self.today - timedelta(days=self.rng.randint(1, 9))
                moments = self.calendar.spread(course, last=last)
            self._story(person, badge, course, revoke=revoke).schedule_steps(moments)

    def _likely_days(self) -> dict[date, float]:
        """Weights of the days on which people start: growing, and low in summer and at breaks."""
        first = min(opens for opens, _ in self.windows.values())
        length = (self.today - first).days - 8
        likely = {}
        for n in range(length):
            day = first + timedelta(days=n)
            is_summer = date(day.year, 6, 12) < day < date(day.year, 8, 8)
            quiet = 0.2 if is_summer or day in self.calendar.closed else 1.0
            likely[day] = quiet * (0.7 + n / length)
        return likely

    # Choosing

    def _preferences(self) -> Iterator[tuple[Person, str, float, date, date]]:
        """Each (person, badge, weight, first day, last day) of the possible choices."""
        for person in self.earners:
            # Some earn many badges, most a few.
            eagerness = self.rng.paretovariate(1.6)
            for slug, badge in self.badges.items():
                if slug != STEWARD and _may_choose(person, badge):
                    interest = 4.0 if badge["category"] in person.interests else 1.0
                    weight = interest * LEVEL_WEIGHTS[badge["level"]] * eagerness
                    yield person, slug, weight, self.windows[slug][0], self._closing_day(slug)

    def _choose_pair(
        self,
        opens: date,
        closes: date,
        *,
        reviewer: Person | None = None,
        by_one_reader: bool = False,
    ) -> tuple[Person, str]:
        """Choose an unused pair of person and badge, for a badge open between these days."""
        choices = [
            (person, slug, weight)
            for person, slug, weight, first, last in self.preferences
            if first <= opens
            and closes <= last
            and (person.user.pk, slug) not in self.used_pairs
            and (reviewer is None or _can_read(reviewer, self.badges[slug]))
            and not (by_one_reader and self.badges[slug].keys() & SEVERAL_READERS)
        ]
        weights = [weight for *_, weight in choices]
        person, slug, _ = self.rng.choices(choices, weights)[0]
        self.used_pairs.add((person.user.pk, slug))
        return person, slug

    def _pick(self, count: int, *, badge: str) -> list[Person]:
        able = [
            person
            for person in self.earners
            if not person.row.get("adult_student") and "en" in person.languages
        ]
        chosen = self.rng.sample(able, k=count)
        self.used_pairs |= {(person.user.pk, badge) for person in chosen}
        return chosen

    def _closing_day(self, slug: str) -> date:
        closes = self.windows[slug][1]
        return self.today if closes >= self.today - timedelta(days=1) else closes

    def _account(self, name: str) -> Person:
        return next(person for person in self.context.people if person.row.get("account") == name)

    def _scaled(self, of_whole: int, share: float) -> int:
        return max(1, round(of_whole * share))

    # Stories

    def _add_story_starting(
        self, person: Person, slug: str, steps: Sequence[Step], *, days_ago: int, **options
    ) -> None:
        first = self.today - timedelta(days=days_ago)
        self._story(person, slug, steps, **options).schedule_steps(
            self.calendar.spread(steps, first=first)
        )

    def _add_story_ending(
        self, person: Person, slug: str, steps: Sequence[Step], *, days_ago: int, **options
    ) -> None:
        last = self.today - timedelta(days=days_ago)
        self._story(person, slug, steps, **options).schedule_steps(
            self.calendar.spread(steps, last=last)
        )

    def _story(self, person: Person, slug: str, steps: Sequence[Step], **options) -> Story:
        return Story(self.context, person, self.badges[slug], steps, **options)


def _can_read(reviewer: Person, badge: Row) -> bool:
    return (
        badge["category"] in reviewer.interests
        and badge.get("language", "en") in reviewer.languages
    )


def _may_choose(person: Person, badge: Row) -> bool:
    return (
        badge.get("status") != "draft"
        and badge.get("language", "en") in person.languages
        and _is_for_adult_students(badge) == bool(person.row.get("adult_student"))
    )


def _is_for_adult_students(badge: Row) -> bool:
    return badge["slug"] == "primeros-pasos-digitales"
