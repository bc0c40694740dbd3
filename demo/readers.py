"""What several readers have in hand today, and a video in the queue: a few rows, by operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from catalog.models import Criterion
from catalog.states import ReviewScheme
from demo.lesson_video import SUBTITLES, lesson_video
from demo.stories import Person, StoryContext
from demo.story_by_operations import OperationsWriter, Record
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.judging import Judgment, Verdict
from reviewing.models import Assignment
from submissions.media.operations import arriving, checking, subtitles
from submissions.models import EvidenceItem, Submission

NO_VIDEO = "    Without a video: the packages for recordings are not installed (docs/install.md)."


def create_open_readings(
    context: StoryContext, *, now: datetime, say: Callable[[str], None]
) -> None:
    OpenReadings(context, now).create(say)


class OpenReadings:
    def __init__(self, context: StoryContext, now: datetime) -> None:
        self.context, self.now = context, now
        self.writer = OperationsWriter()
        printed = [person for person in context.reviewers if "account" in person.row]
        self.free = [person for person in context.people if person.school]
        self.readers = [
            person
            for person in context.reviewers
            if person not in printed and "en" in person.languages
        ]

    def create(self, say: Callable[[str], None]) -> None:
        twice = self._slug_with(ReviewScheme.TWO_READERS)
        approved = self._slug_with(ReviewScheme.READER_AND_APPROVER)
        self._two_who_differ(twice, days_ago=6)
        self._one_of_two(twice, days_ago=4)
        self._waits_for_an_approver(approved, days_ago=3)
        if settings.TAKES_RECORDINGS:
            self._a_video(twice, days_ago=2)
        else:
            say(NO_VIDEO)

    def _two_who_differ(self, slug: str, *, days_ago: int) -> None:
        """A third reader is needed: the place is open."""
        record, at = self._sent(slug, days_ago=days_ago)
        one, other = self._claimed(record, at=at, readers=2)
        self._finish(one, at=at + timedelta(hours=20))
        first = reviewing.criteria_to_judge(record.attempt)[0]
        words = self.context.feedback["not_yet_general"]["en"][0]
        self._finish(other, at=at + timedelta(hours=26), not_yet={first: words})

    def _one_of_two(self, slug: str, *, days_ago: int) -> None:
        """One has finished, and learns nothing before the other one has, too."""
        record, at = self._sent(slug, days_ago=days_ago)
        one, _other = self._claimed(record, at=at, readers=2)
        self._finish(one, at=at + timedelta(hours=22))

    def _waits_for_an_approver(self, slug: str, *, days_ago: int) -> None:
        record, at = self._sent(slug, days_ago=days_ago)
        [one] = self._claimed(record, at=at, readers=1)
        self._finish(one, at=at + timedelta(hours=21))

    def _a_video(self, slug: str, *, days_ago: int) -> None:
        self._sent(slug, days_ago=days_ago, before_sending=self._add_video)

    def _add_video(self, record: Record, *, at: datetime) -> None:
        criteria = record.version.criteria.filter(accepts_files=True)
        criterion = criteria.order_by("-position")[0]
        arriving.add_whole(
            record.submission, criterion, data=lesson_video(), file_name="steeper.mp4", now=at
        )
        checking.check_next(now=at)
        for item in EvidenceItem.objects.recordings().filter(attempt=record.attempt):
            subtitles.set_subtitles(item, SUBTITLES)

    def _sent(
        self,
        slug: str,
        *,
        days_ago: int,
        before_sending: Callable[..., None] = lambda record, *, at: None,
    ) -> tuple[Record, datetime]:
        """Somebody who has not begun this badge sends in evidence."""
        at = self.now - timedelta(days=days_ago)
        badge, row = self.context.badges[slug], self._row(slug)
        earner = self._earner(slug)
        record = self.writer.start(badge, by=earner.user, now=at - timedelta(days=2))
        for criterion in self.context.criteria_of(record.version):
            place = self.context.place_in_file(row, record.version.number, criterion)
            for item in self.context.content.evidence[slug][str(place)][:1]:
                self.writer.add(record, criterion, item, now=at - timedelta(days=1))
        before_sending(record, at=at - timedelta(hours=3))
        self.writer.send(record, now=at)
        record.attempt.refresh_from_db()
        OutgoingEmail.objects.filter(
            kind="submission_received", key=f"attempt:{record.attempt.pk}"
        ).update(queued_at=at, due_at=at)
        return record, at

    def _claimed(self, record: Record, *, at: datetime, readers: int) -> list[Assignment]:
        """Each of them took it; who is from the earner's school may not."""
        school = self.context.school_of(record.submission.earner)
        able = [one for one in self.readers if one.school != school or not school][:readers]
        return [
            reviewing.claim(record.submission, by=person.user, now=at + timedelta(hours=2 + number))
            for number, person in enumerate(able)
        ]

    def _finish(
        self, assignment: Assignment, *, at: datetime, not_yet: dict[Criterion, str] | None = None
    ) -> None:
        words = self.context.feedback["overall_returned" if not_yet else "overall_approved"]["en"]
        reviewing.send_review(
            assignment,
            by=assignment.reviewer,
            judgments={
                criterion: Judgment(Verdict.NOT_YET, not_yet[criterion])
                if not_yet and criterion in not_yet
                else Judgment(Verdict.MET)
                for criterion in reviewing.criteria_to_judge(assignment.attempt)
            },
            summary=words[0],
            now=at,
        )

    def _earner(self, slug: str) -> Person:
        begun = Submission.objects.filter(badge_class__slug=slug)
        keys = set(begun.values_list("earner", flat=True))
        able = [
            person
            for person in self.free
            if person.user.pk not in keys
            and "account" not in person.row
            and "en" in person.languages
            and not person.row.get("adult_student")
        ]
        return able[0]

    def _slug_with(self, scheme: ReviewScheme) -> str:
        return next(
            slug
            for slug, badge in self.context.badges.items()
            if badge.review_scheme == scheme and badge.current_version_id
        )

    def _row(self, slug: str) -> dict:
        return next(row for row in self.context.content.badges if row["slug"] == slug)
