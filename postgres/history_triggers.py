"""History that the database itself keeps as it was."""

from __future__ import annotations

import pgtrigger


class FrozenWith(pgtrigger.Trigger):
    """Refuses every write to a part once the whole that it belongs to is published or sent."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, name: str, table: str, whole: str, since: str, refusal: str) -> None:
        """`whole` is an SQL expression over `the_row` that yields a primary key of `table`.

        `since` is the column that tells when the whole was done; `refusal` says what is refused.
        """
        refuse = f"""
            IF EXISTS (
                SELECT 1 FROM {table}
                WHERE id = ({whole}) AND {since} IS NOT NULL
            ) THEN
                RAISE EXCEPTION '{refusal}';
            END IF;
        """  # noqa: S608
        super().__init__(
            name=name,
            declare=[("the_row", "RECORD")],
            # Both where a part comes from and where it goes: it must not be moved out either.
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
