"""Who may read what reviewers write."""

from audit.audiences import (
    COORDINATORS,
    Audience,
    Reader,
    register_act,
    register_texts,
    with_readers,
)

_DRAFT: Audience = frozenset({Reader.REVIEWER})
_SENT = with_readers(COORDINATORS, Reader.REVIEWER, Reader.CONCERNED)

register_texts(
    "reviewing",
    {
        "Review.summary": {"draft": _DRAFT, "sent": _SENT, "declined": _SENT},
        "CriterionJudgment.comment": {"draft": _DRAFT, "sent": _SENT},
    },
)

register_act("review given back", note=COORDINATORS)
