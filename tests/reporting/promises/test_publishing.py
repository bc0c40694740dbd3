from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from issuing.awards.operations import changes
from reporting import tasks
from reporting.models import PublishedNumbers
from reporting.periods import Period
from reporting.promises import cases
from reporting.promises.operations import publish_next
from reporting.quarters import Quarter
from reviewing import operations as reviewing
from submissions import operations as submissions
from tests.accounts.links import link
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    IssuerFactory,
    UserFactory,
    judge_all,
    reviewer_for,
)
from tests.issuing.awards import issued_award
from tests.races import at_once

MONDAY = datetime(2026, 8, 3, 20, tzinfo=UTC)
SUMMER = Period(date(2026, 7, 1), date(2026, 9, 30))
DUE = datetime(2026, 11, 1, 20, tzinfo=UTC)


@pytest.fixture
def badge(db):
    return BadgeFactory(issuer=IssuerFactory(waiting_hours=0), turnaround_days=5)


@pytest.fixture
def reviewer(badge):
    return reviewer_for(badge)


@pytest.fixture
def answer(badge, reviewer):
    """Somebody sends in a submission and gets an answer some days later."""

    def answered(verdict="met", *, sent=MONDAY, days=1, earner=None):
        assignment = AssignmentFactory(
            badge_class=badge, reviewer=reviewer, earner=earner or UserFactory(), now=sent
        )
        comment = "" if verdict == "met" else "Add a date."
        reviewing.send_review(
            assignment,
            by=reviewer,
            judgments=judge_all(assignment, verdict, comment),
            now=sent + timedelta(days=days),
        )
        return assignment.submission

    return answered


def send_again(submission, reviewer, *, at):
    submission.refresh_from_db()
    submissions.send(submission, by=submission.earner, statement_accepted=True, now=at)
    assignment = reviewing.claim(submission, by=reviewer, now=at)
    reviewing.send_review(assignment, by=reviewer, judgments=judge_all(assignment), now=at)


def published_row(**numbers):
    return PublishedNumbers.objects.create(
        first=date(2026, 7, 1),
        last=date(2026, 9, 30),
        numbers=NOTHING | numbers,
        published_at=DUE,
    )


ANSWERS = {
    "first": "2026-07-01",
    "last": "2026-09-30",
    "count": 1120,
    "median_days": 3.5,
    "on_time": {"of": 1120, "count": None, "at_least": 0.99, "at_most": None, "share": None},
    "returned": {"of": 1120, "count": 280, "at_least": None, "at_most": None, "share": 0.25},
    "approved_later": {"of": 280, "count": 210, "at_least": None, "at_most": None, "share": 0.75},
    "read_twice": {"of": 1120, "count": 230, "at_least": None, "at_most": None, "share": 0.2054},
    "appealed": {"of": 1120, "count": None, "at_least": None, "at_most": 0.01, "share": None},
    "changed_on_appeal": None,
}
AGREEMENT = {
    "first": "2026-07-01",
    "last": "2026-09-30",
    "same": {"of": 920, "count": 812, "at_least": None, "at_most": None, "share": 0.8826},
    "interval": [0.8602, 0.9018],
    "on_met": 0.9223,
    "on_not_yet": 0.761,
    "ac1": 0.8117,
    "ac1_interval": [0.7702, 0.8489],
}
NOTHING = {"badges_issued": None, "first_answers": None, "agreement": None}
ISSUED = {"first": "2026-07-01", "last": "2026-09-30", "count": 2525}


class TestCases:
    def test_the_first_answer_to_each_submission_counts_with_its_person_and_days(
        self, answer, reviewer
    ):
        in_time, late = answer(days=4), answer("not_yet", days=28)
        send_again(late, reviewer, at=MONDAY + timedelta(days=40))

        found = cases.first_answers(SUMMER, until=DUE)

        assert sorted(found, key=lambda one: one.submission) == [
            cases.Answer(in_time.pk, in_time.earner.person_key, 4, 5, False, True),
            cases.Answer(late.pk, late.earner.person_key, 20, 5, True, True),
        ]
        assert [one.on_time for one in sorted(found, key=lambda one: one.days)] == [True, False]

    def test_what_is_approved_after_the_day_of_publication_does_not_count(self, answer, reviewer):
        submission = answer("not_yet")
        send_again(submission, reviewer, at=DUE)

        [found] = cases.first_answers(SUMMER, until=DUE)

        assert (found.returned, found.approved) == (True, False)

    def test_answers_of_other_quarters_do_not_count(self, answer):
        answer(sent=datetime(2026, 6, 29, 20, tzinfo=UTC))
        answer(sent=datetime(2026, 9, 29, 20, tzinfo=UTC), days=2)

        assert cases.first_answers(SUMMER, until=DUE) == []

    def test_linked_accounts_are_one_person(self, answer):
        one, other = UserFactory(), UserFactory()
        answer(earner=one)
        answer(earner=other)
        link(one, other)

        found = cases.first_answers(SUMMER, until=DUE)

        assert len({answer.person for answer in found}) == 1


@pytest.fixture
def answered(monkeypatch, db):
    """Answers to so many people on days, as if they had been given: real ones would take long."""

    def pretend(*days_with_people):
        days = [day for day, people in days_with_people for _ in range(people)]
        found = [
            (day, cases.Answer(number, number, 3, 5, returned=False, approved=True))
            for number, day in enumerate(days)
        ]

        def first_answers(period, *, until):
            return [one for day, one in found if period.first <= day <= period.last]

        monkeypatch.setattr(cases, "first_answers", first_answers)
        monkeypatch.setattr(cases, "first_day", lambda: min(days))

    return pretend


class TestQuarters:
    def test_a_quarter_is_published_a_month_after_its_end(self, answered):
        answered((MONDAY.date(), 12))

        assert publish_next(now=DUE - timedelta(days=1)) is False
        assert publish_next(now=DUE) is True

        row = PublishedNumbers.objects.get()
        assert (row.first, row.last) == (SUMMER.first, SUMMER.last)
        assert row.numbers == NOTHING | {
            "first_answers": {
                **ANSWERS,
                "count": 12,
                "median_days": 3.0,
                "on_time": None,
                "returned": None,
                "approved_later": None,
                "read_twice": None,
                "appealed": None,
            },
        }

    def test_issued_badges_are_counted_with_those_revoked_later(self, badge):
        award = issued_award(now=MONDAY)
        changes.revoke(award, by=UserFactory(), reason="A mistake.", now=MONDAY)

        assert cases.awards_issued(SUMMER) == {award.pk: award.recipient.person_key}
        assert cases.first_day() == MONDAY.date()

    def test_it_is_published_once(self, answer):
        answer()

        for _ in range(3):
            publish_next(now=DUE)

        assert PublishedNumbers.objects.count() == 1

    def test_what_few_people_did_counts_for_the_next_quarter(self, answered):
        answered((MONDAY.date(), 6), (date(2026, 10, 5), 6))

        for _ in range(3):
            publish_next(now=datetime(2027, 2, 1, 20, tzinfo=UTC))

        fall, summer = PublishedNumbers.objects.all()
        assert summer.numbers == NOTHING
        assert fall.numbers["first_answers"]["count"] == 12
        assert fall.numbers["first_answers"]["first"] == "2026-07-01"
        assert fall.numbers["first_answers"]["last"] == "2026-12-31"

    def test_a_number_begins_where_its_last_one_ended(self, answered):
        answered((MONDAY.date(), 12), (date(2026, 10, 5), 12))

        for _ in range(3):
            publish_next(now=datetime(2027, 2, 1, 20, tzinfo=UTC))

        assert [
            (row.numbers["first_answers"]["first"], row.numbers["first_answers"]["count"])
            for row in PublishedNumbers.objects.all()
        ] == [("2026-10-01", 12), ("2026-07-01", 12)]

    def test_a_new_program_publishes_nothing(self, db):
        assert publish_next(now=DUE) is False

    def test_the_task_catches_up(self, answer, monkeypatch):
        answer()
        monkeypatch.setattr(
            "reporting.tasks.timezone.now", lambda: datetime(2027, 6, 1, 20, tzinfo=UTC)
        )

        tasks.publish_numbers()

        assert [row.first.month for row in PublishedNumbers.objects.order_by("first")] == [7, 10, 1]

    def test_what_was_published_never_changes(self, db):
        row = published_row()

        for change in (row.save, row.delete):
            with pytest.raises(InternalError), transaction.atomic():
                change()

    @pytest.mark.parametrize(
        ("day", "first", "last", "due_on"),
        [
            (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31), date(2026, 5, 1)),
            (date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 31), date(2028, 5, 1)),
            (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31), date(2027, 2, 1)),
        ],
    )
    def test_a_quarter_knows_its_days(self, day, first, last, due_on):
        quarter = Quarter.of(day)

        assert (quarter.first, quarter.last, quarter.due_on) == (first, last, due_on)
        assert quarter.next.first == last + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_a_quarter_once(answer):
    answer()

    at_once(lambda: publish_next(now=DUE), lambda: publish_next(now=DUE))

    assert PublishedNumbers.objects.count() == 1


class TestThePage:
    def test_it_says_the_numbers_and_leads_from_the_footer(self, client, db):
        published_row(badges_issued=ISSUED, first_answers=ANSWERS, agreement=AGREEMENT)

        page = client.get(reverse("reporting:promises")).content.decode()

        for words in (
            "2,525",
            "1,120",
            "at least 99%",
            "25%",
            "75%",
            "3.5",
            "21%",
            "88%",
            "Jul 2026",
        ):
            assert words in page
        assert f'href="{reverse("reporting:promises")}"' in client.get("/badges/").content.decode()

    def test_in_spanish_too(self, client, db):
        published_row(badges_issued=ISSUED, first_answers=ANSWERS, agreement=AGREEMENT)

        page = client.get(
            reverse("reporting:promises"), headers={"Accept-Language": "es"}
        ).content.decode()

        assert "al menos 99 %" in page

    def test_before_the_first_numbers_it_says_when_they_come(self, client, db):
        page = client.get(reverse("reporting:promises")).content.decode()

        assert "No numbers yet" in page

    def test_what_is_left_out_is_too_few_to_say(self, client, db):
        published_row(first_answers=ANSWERS | {"returned": None, "approved_later": None})

        page = client.get(reverse("reporting:promises")).content.decode()

        assert page.count("too few to say") == 5

    def test_it_costs_one_query_more_than_any_page(self, client, db, django_assert_max_num_queries):
        published_row(badges_issued=ISSUED, first_answers=ANSWERS, agreement=AGREEMENT)

        with django_assert_max_num_queries(4) as found:
            client.get(reverse("reporting:promises"))

        assert len([q for q in found if "reporting_publishednumbers" in q["sql"]]) == 1

    def test_the_same_is_there_for_software_from_any_site(self, client, db):
        published_row(badges_issued=ISSUED, first_answers=ANSWERS, agreement=AGREEMENT)

        response = client.get(reverse("reporting:promises_json"))

        assert response["Content-Type"] == "application/json"
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response.json() == {
            "shape": 1,
            "program": "Educator Badges",
            "fewest_people": 10,
            "quarters": [
                {
                    "first": "2026-07-01",
                    "last": "2026-09-30",
                    "published_at": "2026-11-01T20:00:00+00:00",
                    "badges_issued": ISSUED,
                    "first_answers": ANSWERS,
                    "agreement": AGREEMENT,
                }
            ],
        }
