"""Triggers that keep sent and published records unchanged."""

from __future__ import annotations

from collections.abc import Sequence

import pgtrigger

from postgres.erasure import IS_DELETING_EVIDENCE, IS_ERASING, admit_update


class FrozenWithParent(pgtrigger.Trigger):
    """Refuses every write to a child row once its parent is published or sent."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(
        self,
        *,
        name: str,
        table: str,
        parent_id: str,
        since: str,
        refusal: str,
        personal: Sequence[str] = (),
        may_be_erased: bool = False,
        may_expire: bool = False,
    ) -> None:
        """`parent_id` is an SQL expression over `the_row` that yields a primary key of `table`.

        `since` is the parent's datetime column that is set once it is frozen. `refusal` is the
        error message. An erasure may change the `personal` columns, and delete the row if it
        `may_be_erased`. The program may delete a row that `may_expire` when its time is over.
        """
        admitted = admit_update(personal) if personal else ""
        if may_be_erased:
            admitted += f"IF TG_OP = 'DELETE' AND {IS_ERASING} THEN RETURN OLD; END IF;"
        if may_expire:
            admitted += f"IF TG_OP = 'DELETE' AND {IS_DELETING_EVIDENCE} THEN RETURN OLD; END IF;"
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
                {admitted}
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
