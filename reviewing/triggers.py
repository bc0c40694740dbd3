"""What the database refuses about assignments, reviews and decisions."""

from __future__ import annotations

import pgtrigger

from accounts.models import Agency
from postgres.erasure import IS_ERASING

_SCHOOLS = ", ".join(f"'{kind}'" for kind in Agency.SCHOOLS)
OF_ATTEMPT = "SELECT submission_id FROM submissions_attempt WHERE id = NEW.attempt_id"


class NotTheEarner(pgtrigger.Trigger):
    """Refuses a `person` who is the earner of the submission, with any of their accounts.

    What was done before two accounts were linked stays. A draft may still be saved with it: its
    decision is refused.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(
        self,
        *,
        name: str,
        submission: str,
        person: str = "reviewer_id",
        with_any_account: bool = True,
    ) -> None:
        """`submission` is an SQL expression over NEW that gives the submission's primary key."""
        is_new = "false"
        if with_any_account:
            is_new = f"TG_OP = 'INSERT' OR NEW.{person} IS DISTINCT FROM OLD.{person}"
        super().__init__(
            name=name,
            func=f"""
                IF EXISTS (
                    SELECT 1 FROM submissions_submission
                    WHERE id = ({submission}) AND earner_id = NEW.{person}
                ) OR ({is_new}) AND EXISTS (
                    SELECT 1 FROM submissions_submission submission
                    JOIN accounts_user earner ON earner.id = submission.earner_id
                    JOIN accounts_user own ON own.person_key = earner.person_key
                    WHERE submission.id = ({submission}) AND own.id = NEW.{person}
                ) THEN
                    RAISE EXCEPTION 'nobody reviews their own submission';
                END IF;
                RETURN NEW;
            """,  # noqa: S608
        )


# The schools where each person is or was, by what any of their accounts or they themselves say.
_SCHOOLS_OF_PEOPLE = f"""
    SELECT account.person_key, held.agency_id
    FROM accounts_membership held
    JOIN accounts_user account ON account.id = held.user_id
    JOIN accounts_agency school ON school.id = held.agency_id AND school.kind IN ({_SCHOOLS})
    UNION ALL
    SELECT account.person_key, past.agency_id
    FROM reviewing_pastschool past JOIN accounts_user account ON account.id = past.user_id
"""  # noqa: S608


class NoConflict(pgtrigger.Trigger):
    """Refuses a `person` who is or was at the same school as the earner, or if one named the other.

    The same rule as `reviewing/conflicts.py: in_conflict`.
    """

    when = pgtrigger.Before
    declare = [("the_person", "BIGINT"), ("the_earner", "BIGINT")]

    def __init__(
        self, *, name: str, submission: str, person: str = "reviewer_id", **kwargs
    ) -> None:
        """`submission` is an SQL expression over NEW that gives the submission's primary key."""
        super().__init__(
            name=name,
            func=f"""
                SELECT person_key INTO the_person FROM accounts_user WHERE id = NEW.{person};
                SELECT earner.person_key INTO the_earner
                FROM submissions_submission submission
                JOIN accounts_user earner ON earner.id = submission.earner_id
                WHERE submission.id = ({submission});
                IF EXISTS (
                    SELECT 1 FROM ({_SCHOOLS_OF_PEOPLE}) own
                    JOIN ({_SCHOOLS_OF_PEOPLE}) theirs ON theirs.agency_id = own.agency_id
                    WHERE own.person_key = the_person AND theirs.person_key = the_earner
                ) THEN
                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';
                END IF;
                IF EXISTS (
                    SELECT 1 FROM reviewing_namedconflict named
                    JOIN accounts_user one ON one.id = named.person_id
                    JOIN accounts_user other ON other.id = named.other_id
                    WHERE named.ended_at IS NULL
                        AND (one.person_key, other.person_key)
                            IN ((the_person, the_earner), (the_earner, the_person))
                ) THEN
                    RAISE EXCEPTION 'nobody reviews the submission of a person who was named';
                END IF;
                RETURN NEW;
            """,  # noqa: S608
            **kwargs,
        )


class TwoPeople(pgtrigger.Trigger):
    """Refuses a `second` who is the `first` person, with another account.

    That it is not the same account is a check constraint.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self, *, name: str, first: str, second: str, **kwargs) -> None:
        super().__init__(
            name=name,
            func=f"""
                IF EXISTS (
                    SELECT 1 FROM accounts_user one
                    JOIN accounts_user other
                        ON other.person_key = one.person_key AND other.id <> one.id
                    WHERE one.id = NEW.{first} AND other.id = NEW.{second}
                ) THEN
                    RAISE EXCEPTION 'it takes two people';
                END IF;
                RETURN NEW;
            """,  # noqa: S608
            **kwargs,
        )


class OnlyASchool(pgtrigger.Trigger):
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    func = f"""
        IF NOT EXISTS (
            SELECT 1 FROM accounts_agency WHERE id = NEW.agency_id AND kind IN ({_SCHOOLS})
        ) THEN
            RAISE EXCEPTION 'only a school makes colleagues';
        END IF;
        RETURN NEW;
    """  # noqa: S608


class OnePlaceEach(pgtrigger.Trigger):
    """Refuses a person who has another place of the same attempt, with any of their accounts."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert
    declare = [("the_attempt", "BIGINT"), ("the_submission", "BIGINT")]
    func = """
        SELECT place.attempt_id, attempt.submission_id INTO the_attempt, the_submission
        FROM reviewing_place place JOIN submissions_attempt attempt ON attempt.id = place.attempt_id
        WHERE place.id = NEW.place_id;
        IF the_submission IS DISTINCT FROM NEW.submission_id THEN
            RAISE EXCEPTION 'a reviewer takes a place of the submission';
        END IF;
        IF EXISTS (
            SELECT 1 FROM reviewing_assignment taken
            JOIN reviewing_place place ON place.id = taken.place_id
            JOIN accounts_user reader ON reader.id = taken.reviewer_id
            JOIN accounts_user person ON person.person_key = reader.person_key
            WHERE place.attempt_id = the_attempt AND taken.released_at IS NULL
                AND person.id = NEW.reviewer_id
        ) THEN
            RAISE EXCEPTION 'nobody reads the same attempt in two places';
        END IF;
        RETURN NEW;
    """


class SentByADecision(pgtrigger.Trigger):
    """A review reaches the earner with a decision that is in effect, and in no other way."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    condition = pgtrigger.Q(new__sent_at__isnull=False)
    func = """
        IF NOT EXISTS (
            SELECT 1 FROM reviewing_decision
            WHERE coalesce(wording_id, review_id) = NEW.id AND outcome = NEW.decision
                AND status = 'in_effect'
        ) THEN
            RAISE EXCEPTION 'a review is sent when its decision takes effect';
        END IF;
        RETURN NEW;
    """


class FrozenOnceFinished(pgtrigger.Trigger):
    """What a reviewer judged stays. They may reopen it as long as no other reader has finished."""

    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete
    condition = pgtrigger.Q(old__finished_at__isnull=False)

    declare = [("may_change", "TEXT[]")]
    func = f"""
        may_change := ARRAY['finished_at', 'decision', 'sent_at'];
        IF {IS_ERASING} THEN may_change := may_change || 'summary'::TEXT; END IF;
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - may_change <> to_jsonb(NEW) - may_change THEN
            RAISE EXCEPTION 'a finished review does not change';
        END IF;
        IF NEW.finished_at IS NULL THEN
            IF OLD.role = 'reader' AND EXISTS (
                SELECT 1 FROM reviewing_review other
                WHERE other.attempt_id = OLD.attempt_id AND other.id <> OLD.id
                    AND other.role <> 'approver' AND other.finished_at IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'what two readers finished does not change';
            END IF;
        ELSIF NEW.finished_at <> OLD.finished_at OR NEW.decision <> OLD.decision THEN
            RAISE EXCEPTION 'a finished review does not change';
        END IF;
        RETURN NEW;
    """  # noqa: S608


class FrozenWhileDecided(pgtrigger.Trigger):
    """What a decision rests on, and how it is worded, does not change while it waits."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, name: str, review: str) -> None:
        """`review` is an SQL expression over `the_row` that yields the review's primary key."""
        super().__init__(
            name=name,
            declare=[("the_row", "RECORD")],
            func=f"""
                IF TG_OP = 'DELETE' THEN the_row := OLD; ELSE the_row := NEW; END IF;
                IF EXISTS (
                    SELECT 1 FROM reviewing_decision
                    WHERE (review_id = {review} OR wording_id = {review})
                        AND status IN ('unconfirmed', 'due')
                ) OR EXISTS (
                    SELECT 1 FROM reviewing_decisionbasis basis
                    JOIN reviewing_decision decision ON decision.id = basis.decision_id
                    WHERE basis.review_id = {review} AND decision.status IN ('unconfirmed', 'due')
                ) THEN
                    RAISE EXCEPTION 'a review does not change while its decision waits';
                END IF;
                RETURN the_row;
            """,  # noqa: S608
        )


class OfTheSameAttempt(pgtrigger.Trigger):
    """A decision rests on finished reviews of its own attempt, while it has not ended."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert
    func = """
        IF NOT EXISTS (
            SELECT 1 FROM reviewing_review review
            JOIN reviewing_decision decision ON decision.attempt_id = review.attempt_id
            WHERE review.id = NEW.review_id AND decision.id = NEW.decision_id
                AND review.finished_at IS NOT NULL AND review.role <> 'approver'
        ) THEN
            RAISE EXCEPTION 'a decision rests on finished reviews of its attempt';
        END IF;
        RETURN NEW;
    """


class RestsOnAReview(pgtrigger.Trigger):
    """When a decision is committed, it rests on the review that is sent with it."""

    when = pgtrigger.After
    operation = pgtrigger.Insert
    timing = pgtrigger.Deferred
    func = """
        IF NOT EXISTS (
            SELECT 1 FROM reviewing_decisionbasis
            WHERE decision_id = NEW.id AND review_id = NEW.review_id
        ) THEN
            RAISE EXCEPTION 'a decision rests on at least one review';
        END IF;
        RETURN NULL;
    """


class WordedByTheApprover(pgtrigger.Trigger):
    """Another wording has the judgments of the review, and is by the person who confirmed it."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    condition = pgtrigger.Condition('NEW."wording_id" IS NOT NULL')
    func = """
        IF NOT EXISTS (
            SELECT 1 FROM reviewing_review
            WHERE id = NEW.wording_id AND attempt_id = NEW.attempt_id AND role = 'approver'
                AND reviewer_id = NEW.confirmed_by_id AND decision = NEW.outcome
        ) OR EXISTS (
            SELECT 1
            FROM (
                SELECT * FROM reviewing_criterionjudgment WHERE review_id = NEW.wording_id
            ) worded FULL JOIN (
                SELECT * FROM reviewing_criterionjudgment WHERE review_id = NEW.review_id
            ) judged ON judged.criterion_id = worded.criterion_id
            WHERE judged.verdict IS DISTINCT FROM worded.verdict
                OR judged.level_id IS DISTINCT FROM worded.level_id
        ) THEN
            RAISE EXCEPTION 'an approver changes words, never a judgment';
        END IF;
        RETURN NEW;
    """
