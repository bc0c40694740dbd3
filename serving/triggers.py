"""The trigger of every table that public pages read: docs/adr/0046-kept-pages.md."""

from __future__ import annotations

import pgtrigger


class ChangesPages(pgtrigger.Trigger):
    """A change of this table gives all kept pages up, in the same commit.

    It waits for the end of the transaction, so that its lock on the one row is the last one that
    the transaction asks for: two transactions can't wait for each other because of it.
    """

    when = pgtrigger.After
    level = pgtrigger.Row
    timing = pgtrigger.Deferred
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    func = """
        IF current_setting('serving.revision', true)
            IS DISTINCT FROM pg_current_xact_id()::text
        THEN
            INSERT INTO serving_pagerevision (id, number)
            VALUES (1, pg_current_xact_id()::text::bigint)
            ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number;
            PERFORM set_config('serving.revision', pg_current_xact_id()::text, true);
        END IF;
        RETURN NULL;
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class LinkingChangesPages(ChangesPages):
    """Pages that count people read which accounts are linked, and nothing else of an account."""

    operation = pgtrigger.UpdateOf("linked_to_id")
