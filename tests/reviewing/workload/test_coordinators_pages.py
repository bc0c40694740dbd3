"""Who reviews what, for coordinators: what they see, and what they move and write."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from audit.models import AuditEntry
from audit.moves import ReasonMissing
from mail.composing import NotWanted, compose
from mail.models import OutgoingEmail
from mail.tasks import send_due_emails
from reviewing import operations as reviewing
from reviewing.due_process.operations import reopening
from reviewing.models import Assignment, Place, ReviewerSettings
from reviewing.operations import ReviewerNotAllowed
from reviewing.workload import manage_views, operations
from reviewing.workload.allowed import may_be_given, why_not
from submissions.models import Submission
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    IssuerFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.reviewing.calibration.anchors import asks, published_anchor
from tests.reviewing.due_process.cases import approved, latest_decision
from tests.reviewing.pages import body
from tests.reviewing.readers import badge_read_by_two, reads, sends, sent_for

pytestmark = pytest.mark.django_db

PAGE = "/manage/reviews/"
MOVE = PAGE + "move/"
EMAIL = PAGE + "email/"


@pytest.fixture
def coordinator(badge_class):
    return coordinator_for(badge_class)


@pytest.fixture
def coordinating(client, coordinator):
    client.force_login(coordinator)
    return client


def late(assignment):
    yesterday = timezone.localdate() - timedelta(days=1)
    Submission.objects.filter(pk=assignment.submission_id).update(due_on=yesterday)
    return assignment


def row(assignment):
    return f"{assignment.place_id}-{assignment.pk}"


def moves(assignment, *, to, by, **kwargs):
    operations.move(
        assignment.place,
        reader=kwargs.pop("reader", assignment.pk),
        to=to,
        by=by,
        reason=kwargs.pop("reason", "She is ill."),
        **kwargs,
    )


def readers_of(submission):
    active = Assignment.objects.active().filter(submission=submission)
    return [one.reviewer for one in active.select_related("reviewer").order_by("pk")]


def rows_of(response):
    return {
        one.reviewer: (one.in_hand, one.late, one.this_week) for one in response.context["rows"]
    }


def test_each_reviewer_is_a_row_with_what_is_open_and_late(coordinating, badge_class, reviewer):
    late(reads(sent_for(badge_class), reviewer))
    reads(sent_for(badge_class), reviewer, now=timezone.now() - timedelta(days=8))
    idle = reviewer_for(badge_class)
    sends(reads(sent_for(badge_class), idle))

    response = coordinating.get(PAGE)

    assert rows_of(response) == {reviewer: (2, 1, 1), idle: (0, 0, 1)}
    [first, second] = response.context["rows"]
    assert (first.reviewer, first.last_decided, first.median_days) == (reviewer, None, None)
    assert (second.last_decided is None, second.median_days) == (False, 0)
    assert "Reviewers have 0 to 2 in hand; half of them have 1 or fewer." in body(response)


def test_rows_sort_by_every_column(coordinating, badge_class):
    anna = reviewer_for(badge_class, user__name="Anna")
    zoe = reviewer_for(badge_class, user__name="Zoe")
    late(reads(sent_for(badge_class), zoe))
    sends(reads(sent_for(badge_class), zoe))

    def order(sort):
        found = coordinating.get(PAGE, {"sort": sort}).context["rows"]
        return [one.reviewer for one in found]

    assert order("name") == order("in_hand") == order("late") == order("week") == [anna, zoe]
    assert order("-name") == order("-in_hand") == order("-late") == order("-week") == [zoe, anna]
    assert order("days") == order("-days") == order("last") == order("-last") == [zoe, anna]


def test_filters_in_the_address_narrow_the_open_reviews(coordinating, badge_class, reviewer):
    other_badge = BadgeFactory(issuer=badge_class.issuer)
    mine = late(reads(sent_for(badge_class), reviewer))
    theirs = reads(sent_for(other_badge), reviewer_for(badge_class))
    waiting = sent_for(badge_class)

    def shown(**filters):
        places = coordinating.get(PAGE, filters).context["places"]
        return {place.attempt.submission for place in places}

    assert shown() == {mine.submission, theirs.submission, waiting}
    assert shown(late="on") == {mine.submission}
    assert shown(reviewer=reviewer.pk) == {mine.submission}
    assert shown(reviewer="nobody") == {waiting}
    assert shown(badge=other_badge.slug) == {theirs.submission}
    assert coordinating.get(PAGE, {"reviewer": "x"}).status_code == 422


def test_what_is_elsewhere_decided_or_their_own_is_not_shown(
    coordinating, badge_class, coordinator, reviewer
):
    elsewhere = BadgeFactory()
    hidden = reads(sent_for(elsewhere))
    sends(reads(sent_for(badge_class), reviewer))
    sent_for(badge_class, earner=coordinator)

    response = coordinating.get(PAGE)

    assert list(response.context["places"]) == []
    assert hidden.reviewer.name not in body(response)


def test_a_coordinator_who_reads_sees_nothing_of_the_other_reader(client):
    badge = badge_read_by_two()
    coordinator = coordinator_for(badge)
    MembershipFactory(user=coordinator, agency=badge.issuer.agency, role="reviewer")
    other = reviewer_for(badge)
    submission = sent_for(badge)
    mine, theirs = reads(submission, coordinator), reads(submission, other)
    client.force_login(coordinator)

    response = client.get(PAGE)
    assert [place.pk for place in response.context["places"]] == [mine.place_id]
    assert rows_of(response) == {coordinator: (1, 0, 1), other: (0, 0, 0)}
    client.post(MOVE, {"rows": [row(theirs)], "to": "", "reason": "No.", "confirm": ""})
    assert readers_of(submission) == [coordinator, other]
    assert other.name not in body(client.get(EMAIL))
    checks = [
        client.post(MOVE, {"rows": [row(mine)], "to": to.pk}).context
        for to in (other, reviewer_for(badge))
    ]
    assert [[why for _place, why in check["cannot"]] for check in checks] == [
        ["You read it yourself. You can only give it back to the queue."]
    ] * 2
    with pytest.raises(ReviewerNotAllowed):
        moves(mine, to=reviewer_for(badge), by=coordinator)

    sends(mine)
    sends(theirs)
    assert rows_of(client.get(PAGE))[other] == (0, 0, 1)


def test_the_check_names_each_that_stays_and_why(coordinating, badge_class, reviewer):
    school = SchoolFactory()
    to = reviewer_for(badge_class)
    MembershipFactory(user=to, agency=school, role="earner")
    conflict, fine = (reads(sent_for(badge_class), reviewer) for _ in range(2))
    MembershipFactory(user=conflict.submission.earner, agency=school, role="earner")
    theirs = reads(sent_for(badge_class), to)
    rows = [row(one) for one in (conflict, theirs, fine)]

    response = coordinating.post(MOVE, {"rows": rows, "to": to.pk})

    assert [place.pk for place in response.context["can"]] == [fine.place_id]
    assert {place.pk: why for place, why in response.context["cannot"]} == {
        conflict.place_id: "They may not judge this educator’s work.",
        theirs.place_id: "They read it already.",
    }
    assert readers_of(fine.submission) == [reviewer]


def test_reasons_are_said_exactly_of_those_that_may_not_be_given(
    badge_class, reviewer, coordinator
):
    elsewhere, here = sent_for(BadgeFactory()), sent_for(badge_class)
    keys = [elsewhere.pk, here.pk]

    assert why_not(reviewer, keys, by=coordinator) == {
        elsewhere.pk: "They don’t review for this issuer."
    }
    assert list(may_be_given(reviewer)) == [here]

    ReviewerSettings.objects.filter(user=reviewer).update(languages=["es"])

    assert why_not(reviewer, [here.pk], by=coordinator) == {
        here.pk: "They don’t read its language."
    }
    assert list(may_be_given(reviewer)) == []


def test_who_has_not_qualified_or_has_read_it_before_hears_so(badge_class, reviewer, coordinator):
    submission = approved(badge_class=badge_class)
    reader = latest_decision(submission).decided_by
    reopening.reopen(submission, reason="A mistake.", by=coordinator, by_others=True)

    assert why_not(reader, [submission.pk], by=coordinator) == {
        submission.pk: "They have read it before, and somebody else was asked for."
    }

    published_anchor(badge_class, use="qualification")
    asks(badge_class, is_required=True)

    assert why_not(reviewer, [submission.pk], by=coordinator) == {
        submission.pk: "They have not qualified for this badge."
    }


def test_chosen_ones_are_given_with_a_reason_and_drafts_are_kept(
    coordinating, badge_class, reviewer
):
    to = reviewer_for(badge_class)
    moved, kept = (reads(sent_for(badge_class), reviewer) for _ in range(2))
    reviewing.save_draft(moved, by=reviewer, judgments=judge_all(moved), summary="Nearly.")

    coordinating.post(
        MOVE, {"rows": [row(moved)], "to": to.pk, "reason": "She is ill.", "confirm": ""}
    )

    assert readers_of(moved.submission) == [to]
    assert readers_of(kept.submission) == [reviewer]
    assert moved.attempt.reviews.get(reviewer=reviewer).summary == "Nearly."
    entry = AuditEntry.objects.get(act="review taken away")
    assert (entry.note, reviewer.pk in entry.people) == ("She is ill.", True)
    coordinating.force_login(reviewer)
    assert "She is ill." in body(coordinating.get(moved.get_absolute_url()))
    OutgoingEmail.objects.exclude(kind="review_taken").delete()
    send_due_emails()
    [email] = mail.outbox
    assert email.to == [reviewer.email]
    assert moved.get_absolute_url() in email.body
    assert "She is ill." not in email.body


def test_all_of_the_list_goes_back_to_the_queue(coordinating, badge_class, reviewer):
    one, two = (reads(sent_for(badge_class), reviewer) for _ in range(2))
    kept = reads(sent_for(badge_class), reviewer_for(badge_class))
    address = f"{MOVE}?reviewer={reviewer.pk}"

    checked = coordinating.post(address, {"all": "on", "to": ""})
    can = checked.context["can"]
    assert {place.pk for place in can} == {one.place_id, two.place_id}
    rows = [f"{place.pk}-{place.reading[0].pk}" for place in can]
    coordinating.post(address, {"rows": rows, "to": "", "reason": "Away.", "confirm": ""})

    assert [readers_of(one.submission) for one in (one, two, kept)] == [[], [], [kept.reviewer]]


def test_without_a_reason_nothing_is_moved(coordinating, badge_class, reviewer, coordinator):
    assignment = reads(sent_for(badge_class), reviewer)

    response = coordinating.post(MOVE, {"rows": [row(assignment)], "reason": " ", "confirm": ""})

    assert response.status_code == 422
    with pytest.raises(ReasonMissing):
        moves(assignment, to=None, by=coordinator, reason=" ")
    assert readers_of(assignment.submission) == [reviewer]


def test_what_was_decided_or_moved_meanwhile_is_left_and_named(
    coordinating, badge_class, reviewer, coordinator
):
    decided, moved = (reads(sent_for(badge_class), reviewer) for _ in range(2))
    sends(decided)
    other = reviewer_for(badge_class)
    moves(moved, to=other, by=coordinator)
    to = reviewer_for(badge_class)

    response = coordinating.post(
        MOVE,
        {"rows": [row(decided), row(moved)], "to": to.pk, "reason": "Ill.", "confirm": ""},
        follow=True,
    )

    page = body(response)
    assert f"{moved.submission.pseudonym}: It was decided or changed meanwhile." in page
    assert "1 is not open any more." in page
    assert readers_of(moved.submission) == [other]


def test_somebody_who_may_not_read_it_gets_nothing_and_nobody_loses_it(
    badge_class, reviewer, coordinator
):
    assignment = reads(sent_for(badge_class), reviewer)

    with pytest.raises(ReviewerNotAllowed):
        moves(assignment, to=reviewer_for(BadgeFactory()), by=coordinator)

    assert readers_of(assignment.submission) == [reviewer]


def test_one_of_two_readers_is_replaced_in_their_place(client):
    badge = badge_read_by_two()
    submission = sent_for(badge)
    first, second = reads(submission), reads(submission)
    to = reviewer_for(badge)

    moves(first, to=to, by=coordinator_for(badge))

    active = Assignment.objects.active().order_by("place__number")
    assert [(one.place_id, one.reviewer) for one in active] == [
        (first.place_id, to), (second.place_id, second.reviewer),
    ]  # fmt: skip


def test_an_email_lists_what_is_open_and_comes_once_a_day(coordinating, badge_class, reviewer):
    open_one = late(reads(sent_for(badge_class), reviewer))
    finished = reads(sent_for(badge_class), reviewer)
    other = reads(sent_for(badge_class), reviewer_for(badge_class))

    preview = coordinating.get(EMAIL)
    assert [person for person, _rows in preview.context["to_write"]] == [reviewer, other.reviewer]
    assert OutgoingEmail.objects.filter(kind="open_reviews").count() == 0

    for _ in range(2):
        coordinating.post(EMAIL, {"people": [reviewer.pk]})
    sends(finished)

    email = OutgoingEmail.objects.get(kind="open_reviews")
    assert email.to == reviewer.email
    message = compose(email)
    assert message.subject == "1 review is open"
    assert open_one.get_absolute_url() in message.body
    assert finished.get_absolute_url() not in message.body
    assert coordinating.get(EMAIL).context["had_one"] == [reviewer]

    sends(open_one)
    with pytest.raises(NotWanted):
        compose(email)


def test_reviews_that_are_finished_meanwhile_leave_no_email_to_show(
    coordinating, badge_class, reviewer, monkeypatch
):
    open_one = reads(sent_for(badge_class), reviewer)

    def finished_meanwhile(email):
        sends(open_one)
        return compose(email)

    monkeypatch.setattr(manage_views, "compose", finished_meanwhile)
    page = coordinating.get(EMAIL)
    nobody = coordinating.post(EMAIL, {"people": [reviewer.pk]}, follow=True)

    assert (page.status_code, page.context["preview"]) == (200, None)
    assert "No email is queued: choose somebody who still needs one." in body(nobody)


def test_another_coordinator_does_not_write_on_the_same_day(client, badge_class, reviewer):
    reads(sent_for(badge_class), reviewer)

    for _ in range(2):
        client.force_login(coordinator_for(badge_class))
        client.post(EMAIL, {"people": [reviewer.pk]})

    assert OutgoingEmail.objects.filter(kind="open_reviews").count() == 1


def test_each_account_of_a_person_gets_an_email_about_its_own(coordinating, badge_class, reviewer):
    other = reviewer_for(badge_class, user=UserFactory(linked_to=reviewer))
    mine, theirs = (reads(sent_for(badge_class), account) for account in (reviewer, other))

    coordinating.post(EMAIL, {"people": [reviewer.pk, other.pk]})

    sent = OutgoingEmail.objects.filter(kind="open_reviews")
    assert {email.to: email.context["assignments"] for email in sent} == {
        reviewer.email: [mine.pk],
        other.email: [theirs.pk],
    }


def test_the_filter_by_a_person_holds_on_every_page(coordinating, badge_class):
    main = UserFactory()
    account = reviewer_for(badge_class, user=UserFactory(linked_to=main))
    theirs = reads(sent_for(badge_class), account)
    reads(sent_for(badge_class))
    query = f"?reviewer={main.pk}"

    places = coordinating.get(PAGE + query).context["places"]
    checked = coordinating.post(MOVE + query, {"all": "on", "to": ""}).context["can"]
    written = coordinating.get(EMAIL + query).context["to_write"]

    assert [place.pk for place in places] == [place.pk for place in checked] == [theirs.place_id]
    assert [person for person, _rows in written] == [account]


def test_only_reviewers_of_their_own_part_lead_to_their_settings(client):
    top = AgencyFactory()
    badge = BadgeFactory(issuer=IssuerFactory(agency=AgencyFactory(parent=top)))
    own, above = reviewer_for(badge), MembershipFactory(agency=top, role="reviewer").user
    client.force_login(coordinator_for(badge))

    response = client.get(PAGE)

    assert set(rows_of(response)) == {own, above}
    assert re.findall(r"/manage/reviewers/([^/]+)/", body(response)) == [str(own.public_id)]


def test_pages_need_as_many_statements_with_many_rows(
    coordinating, badge_class, django_assert_max_num_queries
):
    for _ in range(3):
        other = reviewer_for(badge_class)
        sends(reads(sent_for(badge_class), other))
        late(reads(sent_for(badge_class), other))
        sent_for(badge_class)
    coordinating.get(PAGE)

    for address in (PAGE, EMAIL):
        with django_assert_max_num_queries(12):
            assert coordinating.get(address).status_code == 200
    assert Place.objects.count() == 9
