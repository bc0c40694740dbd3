"""Who works on which badge, from when, and how far it has come by today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from demo.content import Row
from demo.stories import Calendar, Person, Step, Story, Teller

BEGIN, SEND, CLAIM, RELEASE = Step.BEGIN, Step.SEND, Step.CLAIM, Step.RELEASE
RETURN, APPROVE, DECLINE, WITHDRAW = Step.RETURN, Step.APPROVE, Step.DECLINE, Step.WITHDRAW

STRAIGHT = (BEGIN, SEND, CLAIM, APPROVE)
SECOND_TRY = (BEGIN, SEND, CLAIM, RETURN, SEND, CLAIM, APPROVE)
THIRD_TRY = (*SECOND_TRY[:-1], RETURN, SEND, CLAIM, APPROVE)
GIVEN_BACK = (BEGIN, SEND, CLAIM, RELEASE, CLAIM, APPROVE)
PAST_COURSES = {
    STRAIGHT: 68,
    SECOND_TRY: 21,
    THIRD_TRY: 2,
    GIVEN_BACK: 3,
    (BEGIN, SEND, CLAIM, DECLINE): 1.5,
    (BEGIN, SEND, WITHDRAW): 2.5,
    (BEGIN, SEND, CLAIM, RETURN, WITHDRAW): 2,
}
# Of 320 submissions so many are under way today. The printed reviewer's queue is the waiting ones.
WAITING, READ_NOW, RETURNED, DRAFTS = 15, 5, 13, 24
WHOLE = 320
REVOKED = 3
LEVEL_WEIGHTS = {"foundation": 3.0, "practitioner": 2.0, "leader": 0.8}
# What the printed earner is in the middle of, whatever else happens in the county.
EARNERS_BADGES = (
    "digital-citizenship-foundations",
    "formative-assessment-every-day",
    "zines",
    "check-before-you-share",
    "ai-resilient-assignments",
    "student-data-privacy-steward",
)
STEWARD = "student-data-privacy-steward"


class Plan:
    def __init__(
        self,
        teller: Teller,
        calendar: Calendar,
        windows: dict[str, tuple[date, date]],
        *,
        now: datetime,
    ) -> None:
        self.teller, self.calendar, self.windows = teller, calendar, windows
        self.now, self.today = now, timezone.localdate(now)
        self.chance = teller.chance
        # What a pathway leads to is awarded by itself.
        by_evidence = [row for row in teller.content.badges if "pathway" not in row]
        self.badges = {row["slug"]: row for row in by_evidence}
        self.steps = [
            step for row in teller.content.badges if STEWARD in row.get("pathway", [])
            for step in row["pathway"]
        ]  # fmt: skip
        self.earners = [person for person in teller.people if person.school]
        self.taken: set[tuple[int, str]] = set()

    def put_on_stage(self, count: int) -> None:
        share = count / WHOLE
        self._printed_earner()
        self._stewards()
        self.likings = list(self._likings())
        self._today(share)
        self._past(count - len(self.taken))
        self._pathways()

    # The printed accounts

    def _printed_earner(self) -> None:
        naomi = self._account("earner")
        self.taken |= {(naomi.user.pk, slug) for slug in EARNERS_BADGES}
        self.earners.remove(naomi)
        first, formative, zines, returned, draft, waiting = EARNERS_BADGES
        self._begun(naomi, first, STRAIGHT, days_ago=236, shares=True)
        self._begun(naomi, formative, SECOND_TRY, days_ago=188, shares=False)
        self._begun(naomi, zines, STRAIGHT, days_ago=96, shares=True)
        self._ended(naomi, returned, (BEGIN, SEND, CLAIM, RETURN), days_ago=3)
        self._begun(naomi, draft, (BEGIN,), days_ago=12, answers=2)
        # Approved yesterday, whatever day it was: the waiting page always has hours to show.
        story = self._story(naomi, waiting, STRAIGHT)
        moments = self.calendar.spread(STRAIGHT, last=self.today - timedelta(days=2))
        story.put_on([*moments[:-1], self.now - timedelta(hours=19)])

    def _stewards(self) -> None:
        """The badge that waits: some were issued, and one is held while somebody looks."""
        held, *issued = self._pick(4, badge=STEWARD)
        for person in issued:
            self._begun(person, STEWARD, STRAIGHT, days_ago=self.chance.randint(70, 150))
        # Two of them walk every pathway on which this is a step.
        self.walkers = issued[:2]
        self.taken |= {(walker.user.pk, step) for walker in self.walkers for step in self.steps}
        self._ended(held, STEWARD, STRAIGHT, days_ago=5, hold=True)

    def _pathways(self) -> None:
        """Two people have earned all the steps, and are awarded the badge at the end by itself."""
        for later, walker in zip((0, 15), self.walkers, strict=True):
            for n, step in enumerate(step for step in self.steps if step != STEWARD):
                self._begun(walker, step, STRAIGHT, days_ago=210 - 40 * n - later)

    # Under way today

    def _today(self, share: float) -> None:
        printed = self._account("reviewer")
        for n in range(self._part(WAITING, share)):
            again = n % 4 == 3
            steps = SECOND_TRY[:-2] if again else (BEGIN, SEND)
            # The oldest have waited longer than anyone likes: one is past its date.
            self._current(steps, days_ago=round(21 * (n / WAITING) ** 2) + 1)
        for n in range(self._part(READ_NOW, share)):
            self._current((BEGIN, SEND, CLAIM), days_ago=1 + n, spared=printed)
        for n in range(2):
            steps = (BEGIN, SEND, CLAIM) if n == 0 else SECOND_TRY[:-1]
            self._current(steps, days_ago=1 + n, reviewer=printed)
        for _ in range(self._part(RETURNED, share)):
            self._current((BEGIN, SEND, CLAIM, RETURN), days_ago=self.chance.randint(1, 16))
        for _ in range(self._part(DRAFTS, share)):
            answers = self.chance.choice((0, 1, 1, 2, 2, 3))
            self._current((BEGIN,), days_ago=self.chance.randint(1, 45), answers=answers)

    def _current(self, steps: Sequence[Step], *, days_ago: int, **how) -> None:
        begun = self.today - timedelta(days=days_ago + 45)
        person, badge = self._pair(begun, self.today, reviewer=how.get("reviewer"))
        self._ended(person, badge, steps, days_ago=days_ago, **how)

    # The months before

    def _past(self, count: int) -> None:
        courses, weights = list(PAST_COURSES), list(PAST_COURSES.values())
        # Every ending once, so that even a small program has them all.
        endings = [course for course in courses if course[-1] in (DECLINE, WITHDRAW)]
        endings += [STRAIGHT] * REVOKED
        days = self._likely_days()
        long_ago = self.today - timedelta(days=80)
        for n in range(count):
            revoke = len(endings) - REVOKED <= n < len(endings)
            begun = self.chance.choices(list(days), list(days.values()))[0]
            if revoke:  # it was held for a while first
                begun = min(begun, long_ago)
            person, badge = self._pair(begun, begun)
            chosen = self.chance.choices(courses, weights)[0]
            course = endings[n] if n < len(endings) else chosen
            moments = self.calendar.spread(course, first=begun)
            if moments[-1] > self.now - timedelta(days=1):  # over by today
                last = self.today - timedelta(days=self.chance.randint(1, 9))
                moments = self.calendar.spread(course, last=last)
            self._story(person, badge, course, revoke=revoke).put_on(moments)

    def _likely_days(self) -> dict[date, float]:
        """Days on which people begin: more as the program grows, few in summer and at breaks."""
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

    def _likings(self) -> Iterator[tuple[Person, str, float, date, date]]:
        """What each person may choose, how gladly, and between which days."""
        for person in self.earners:
            # Some earn many badges, most a few.
            eagerness = self.chance.paretovariate(1.6)
            for slug, badge in self.badges.items():
                if slug != STEWARD and _may_choose(person, badge):
                    interest = 4.0 if badge["category"] in person.interests else 1.0
                    liking = interest * LEVEL_WEIGHTS[badge["level"]] * eagerness
                    yield person, slug, liking, self.windows[slug][0], self._closes(slug)

    def _pair(
        self, opens: date, closes: date, *, reviewer: Person | None = None
    ) -> tuple[Person, str]:
        """A person and a badge they would choose, open over these days and not chosen yet."""
        choices = [
            (person, slug, liking)
            for person, slug, liking, first, last in self.likings
            if first <= opens
            and closes <= last
            and (person.user.pk, slug) not in self.taken
            and (reviewer is None or _can_read(reviewer, self.badges[slug]))
        ]
        weights = [liking for *_, liking in choices]
        person, slug, _ = self.chance.choices(choices, weights)[0]
        self.taken.add((person.user.pk, slug))
        return person, slug

    def _pick(self, count: int, *, badge: str) -> list[Person]:
        able = [
            person
            for person in self.earners
            if not person.row.get("adult_student") and "en" in person.languages
        ]
        chosen = self.chance.sample(able, k=count)
        self.taken |= {(person.user.pk, badge) for person in chosen}
        return chosen

    def _closes(self, slug: str) -> date:
        closes = self.windows[slug][1]
        return self.today if closes >= self.today - timedelta(days=1) else closes

    def _account(self, name: str) -> Person:
        return next(person for person in self.teller.people if person.row.get("account") == name)

    def _part(self, of_whole: int, share: float) -> int:
        return max(1, round(of_whole * share))

    # Stories

    def _begun(
        self, person: Person, slug: str, steps: Sequence[Step], *, days_ago: int, **how
    ) -> None:
        first = self.today - timedelta(days=days_ago)
        self._story(person, slug, steps, **how).put_on(self.calendar.spread(steps, first=first))

    def _ended(
        self, person: Person, slug: str, steps: Sequence[Step], *, days_ago: int, **how
    ) -> None:
        last = self.today - timedelta(days=days_ago)
        self._story(person, slug, steps, **how).put_on(self.calendar.spread(steps, last=last))

    def _story(self, person: Person, slug: str, steps: Sequence[Step], **how) -> Story:
        return Story(self.teller, person, self.badges[slug], steps, **how)


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
