"""What the database refuses about appeals and holds."""

from __future__ import annotations

import pgtrigger

HAS_A_READER = pgtrigger.Condition('NEW."reader_id" IS NOT NULL AND NEW."ended_at" IS NULL')

_PARTS = """
    SELECT reviewer_id AS person_id FROM reviewing_assignment WHERE submission_id = {submission}
    UNION ALL
    SELECT review.reviewer_id FROM reviewing_review review
    JOIN submissions_attempt attempt ON attempt.id = review.attempt_id
    WHERE attempt.submission_id = {submission}
    UNION ALL
    SELECT unnest(ARRAY[decision.decided_by_id, decision.confirmed_by_id, decision.ended_by_id])
    FROM reviewing_decision decision
    JOIN submissions_attempt attempt ON attempt.id = decision.attempt_id
    WHERE attempt.submission_id = {submission}
    UNION ALL
    SELECT unnest(ARRAY[placed_by_id, ended_by_id]) FROM reviewing_integrityhold
    WHERE submission_id = {submission}
    UNION ALL
    SELECT reopened_by_id FROM reviewing_reopening WHERE submission_id = {submission}
"""


class ReadByTheUninvolved(pgtrigger.Trigger):
    """The reader of an appeal had no part in the submission, with any of their accounts."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    condition = HAS_A_READER
    func = f"""
        IF EXISTS (
            SELECT 1 FROM ({_PARTS.format(submission="NEW.submission_id")}) part
            JOIN accounts_user involved ON involved.id = part.person_id
            JOIN accounts_user reader ON reader.person_key = involved.person_key
            WHERE reader.id = NEW.reader_id
        ) THEN
            RAISE EXCEPTION 'an appeal is read by somebody who had no part in the submission';
        END IF;
        RETURN NEW;
    """  # noqa: S608


class AboutADecisionInEffect(pgtrigger.Trigger):
    """An appeal is about what ended a reading of its submission, if that was no approval."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert
    func = """
        IF NOT EXISTS (
            SELECT 1 FROM reviewing_decision decision
            JOIN submissions_attempt attempt ON attempt.id = decision.attempt_id
            WHERE decision.id = NEW.decision_id AND attempt.submission_id = NEW.submission_id
                AND decision.status = 'in_effect' AND decision.outcome <> 'approve'
        ) AND NOT EXISTS (
            SELECT 1 FROM reviewing_integrityhold
            WHERE id = NEW.hold_id AND submission_id = NEW.submission_id AND status = 'confirmed'
        ) THEN
            RAISE EXCEPTION 'an appeal is about a decision that is in effect';
        END IF;
        RETURN NEW;
    """


class AnsweredOnce(pgtrigger.Trigger):
    """What the earner answered to a hold does not change. An erasure may empty it."""

    when = pgtrigger.Before
    operation = pgtrigger.Update
    condition = pgtrigger.Q(old__answered_at__isnull=False)
    func = """
        IF NEW.answered_at IS DISTINCT FROM OLD.answered_at
            OR NEW.answer <> OLD.answer
                AND coalesce(current_setting('privacy.erasing', true), '') <> 'on' THEN
            RAISE EXCEPTION 'an answer to a hold does not change';
        END IF;
        RETURN NEW;
    """


class InEffectUnlessHeld(pgtrigger.Trigger):
    """No decision takes effect while there is an open hold about its submission."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    condition = pgtrigger.Q(new__status="in_effect")
    func = """
        IF EXISTS (
            SELECT 1 FROM reviewing_integrityhold hold
            JOIN submissions_attempt attempt ON attempt.submission_id = hold.submission_id
            WHERE attempt.id = NEW.attempt_id AND hold.status = 'open'
        ) THEN
            RAISE EXCEPTION 'a decision does not take effect under a hold';
        END IF;
        RETURN NEW;
    """
