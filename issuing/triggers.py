"""The one way in which an issued award gets another number, code, name or address: ADR 63."""

from __future__ import annotations

from collections.abc import Sequence

import pgtrigger
from django.db import models

from postgres.erasure import admit_update, columns_of


class MovesWithItsReplacement(pgtrigger.Trigger):
    """What a credential says of its own and of its recipient changes only together.

    And only after the earlier values were kept as a ReplacedCredential, so that no document of an
    issued award is forgotten. A name may be added where there was none.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Update
    condition = pgtrigger.AnyChange(
        *("public_id", "short_code", "recipient_name", "recipient_email", "salt"),
        *("status_list", "status_index"),
    )
    func = """
        IF OLD.recipient_name = '' AND (
            NEW.public_id, NEW.short_code, NEW.recipient_email, NEW.salt, NEW.status_list_id,
            NEW.status_index
        ) = (
            OLD.public_id, OLD.short_code, OLD.recipient_email, OLD.salt, OLD.status_list_id,
            OLD.status_index
        ) THEN
            RETURN NEW;
        END IF;
        IF OLD.status <> 'issued' OR NEW.status <> 'issued'
            OR NEW.public_id = OLD.public_id
            OR NEW.short_code = OLD.short_code
            OR NEW.salt = OLD.salt
            OR (NEW.status_list_id, NEW.status_index) = (OLD.status_list_id, OLD.status_index)
            OR NOT EXISTS (
                SELECT 1 FROM issuing_replacedcredential kept
                WHERE kept.public_id = OLD.public_id
                    AND kept.assertion_id = OLD.id
                    AND kept.short_code = OLD.short_code
                    AND kept.salt = OLD.salt
                    AND kept.recipient_name = OLD.recipient_name
                    AND kept.recipient_email = OLD.recipient_email
                    AND kept.status_list_id = OLD.status_list_id
                    AND kept.status_index = OLD.status_index
            )
            OR EXISTS (
                SELECT 1 FROM issuing_replacedcredential kept
                WHERE kept.public_id = NEW.public_id
                    OR kept.short_code = NEW.short_code
                    OR (kept.status_list_id = NEW.status_list_id
                        AND kept.status_index = NEW.status_index)
            )
        THEN
            RAISE EXCEPTION 'pgtrigger: Cannot update rows from issuing_assertion table';
        END IF;
        RETURN NEW;
    """

    def __init__(self, *, personal: Sequence[str], name: str) -> None:
        """An erasure may change the `personal` fields."""
        super().__init__(name=name)
        self.personal = personal

    def get_func(self, model: type[models.Model]) -> str:
        return admit_update(columns_of(model, self.personal)) + super().get_func(model)
