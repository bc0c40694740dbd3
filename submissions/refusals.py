"""Why the operations of a submission refuse."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import Agency
from audit.moves import TransitionNotAllowed
from catalog.models import Criterion


class CannotStart(Exception):
    """This person can't start the badge now; the message says why."""


class NotEditable(Exception):
    """The evidence has been sent in, or the criterion is already met."""


class EvidenceLimitReached(Exception):
    """The maximum number of evidence items has been reached."""


class ConsentMissing(Exception):
    """The earner is a minor, and a guardian has not agreed yet, as `agency` asks."""

    def __init__(self, agency: Agency) -> None:
        super().__init__(agency.name)
        self.agency = agency


class Incomplete(Exception):
    """The required `criteria` have no evidence yet."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        super().__init__(", ".join(criterion.name for criterion in criteria))
        self.criteria = list(criteria)


class AlreadyBeingRead(TransitionNotAllowed):
    """A reviewer has begun to read, so it can be withdrawn and no longer taken back."""
