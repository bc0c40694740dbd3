"""Triggers that keep sent and published records unchanged."""

from __future__ import annotations

import pgtrigger


class FrozenWithParent(pgtrigger.Trigger):
    """Refuses every write to a child row once its parent is published or sent."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, name: str, table: str, parent_id: str, since: str, refusal: str) -> None:
        """`parent_id` is an SQL expression over `the_row` that yields a primary key of `table`.

        `since` is the parent's datetime column that is set once it is frozen. `refusal` is the
        error message.
        """
        refuse = f"""
            IF EXISTS (
                SELECT 1 FROM {table}
                WHERE id = ({parent_id}) AND {since} IS NOT NULL
            ) THEN
                RAISE EXCEPTION '{refusal}';
            END IF;
        """  # noqa: S608
        super().__init__(
            name=name,
            declare=[("the_row", "RECORD")],
            # Both the old and the new parent: a row must not be moved out of a frozen one either.
            func=f"""
                IF TG_OP <> 'INSERT' THEN
                    the_row := OLD;
                    {refuse}
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    the_row := NEW;
                    {refuse}
                END IF;
                RETURN the_row;
            """,
        )
