"""What the database refuses about assignments, reviews and decisions."""

from __future__ import annotations

import pgtrigger

from accounts.models import Agency

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


class NoColleague(pgtrigger.Trigger):
    """Refuses a `person` who is or was at the same school as the earner."""

    when = pgtrigger.Before

    def __init__(
        self, *, name: str, submission: str, person: str = "reviewer_id", **kwargs
    ) -> None:
        """`submission` is an SQL expression over NEW that gives the submission's primary key."""
        super().__init__(
            name=name,
            func=f"""
                IF EXISTS (
                    SELECT 1 FROM submissions_submission submission
                    JOIN accounts_user earner ON earner.id = submission.earner_id
                    JOIN accounts_user their_account ON their_account.person_key = earner.person_key
                    JOIN accounts_membership theirs ON theirs.user_id = their_account.id
                    JOIN accounts_user person ON person.id = NEW.{person}
                    JOIN accounts_user own_account ON own_account.person_key = person.person_key
                    JOIN accounts_membership own
                        ON own.agency_id = theirs.agency_id AND own.user_id = own_account.id
                    JOIN accounts_agency school
                        ON school.id = own.agency_id AND school.kind IN ({_SCHOOLS})
                    WHERE submission.id = ({submission})
                ) THEN
                    RAISE EXCEPTION 'nobody reviews the submission of a colleague';
                END IF;
                RETURN NEW;
            """,  # noqa: S608
            **kwargs,
        )


class SentByADecision(pgtrigger.Trigger):
    """A review reaches the earner with a decision that is in effect, and in no other way."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    condition = pgtrigger.Q(new__sent_at__isnull=False)
    func = """
        IF NOT EXISTS (
            SELECT 1 FROM reviewing_decision
            WHERE review_id = NEW.id AND outcome = NEW.decision AND status = 'in_effect'
        ) THEN
            RAISE EXCEPTION 'a review is sent when its decision takes effect';
        END IF;
        RETURN NEW;
    """


class FrozenWhileDecided(pgtrigger.Trigger):
    """What a reviewer decided on does not change while the decision waits."""

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
                    WHERE review_id = {review} AND status IN ('unconfirmed', 'due')
                ) THEN
                    RAISE EXCEPTION 'a review does not change while its decision waits';
                END IF;
                RETURN the_row;
            """,  # noqa: S608
        )
