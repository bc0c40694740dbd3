"""Who may read what reviewers write."""

from collections.abc import Mapping

from audit.audiences import (
    COORDINATORS,
    Audience,
    Reader,
    register_act,
    register_program_texts,
    register_texts,
    with_readers,
)

_DRAFT: Audience = frozenset({Reader.REVIEWER})
_SHARED: Audience = frozenset({Reader.REVIEWER, Reader.SECOND_REVIEWER, Reader.COORDINATOR})
_WAITING: Audience = frozenset({Reader.REVIEWER, Reader.SECOND_REVIEWER, Reader.COORDINATOR})
_SENT = with_readers(COORDINATORS, Reader.REVIEWER, Reader.CONCERNED)
_COMMENT: Mapping[str, Audience] = {
    "draft": _DRAFT,
    "while another reader reads": _DRAFT,
    "to be approved": _WAITING,
    "sent": _SENT,
}
_WITH_THE_EARNER = with_readers(COORDINATORS, Reader.CONCERNED)

# A draft is for coordinators; reviewers read what is published, and why once they have answered.
_WRITING: Audience = frozenset({Reader.COORDINATOR})
_PRACTICING = with_readers(_WRITING, Reader.REVIEWER, Reader.SECOND_REVIEWER)
_ANCHORS: Mapping[str, Audience] = {"draft": _WRITING, "published": _PRACTICING}

register_program_texts(
    "reviewing",
    ["Assignment.why", "ReadingPlan.seed", "AnchorEvidence.file", "AnchorEvidence.content_type"],
)
register_texts(
    "reviewing",
    {
        "Review.summary": {
            "draft": _DRAFT,
            "while another reader reads": _DRAFT,
            "decline to be confirmed": _WAITING,
            "to be approved": _WAITING,
            "sent": _SENT,
            "declined": _SENT,
        },
        "CriterionJudgment.comment": _COMMENT,
        "CriterionJudgment.reopened_because": _COMMENT,
        # Only in the copy of the data of who named somebody. The other one never learns of it.
        "NamedConflict.address": frozenset(),
        # Operators read it in the activity log.
        "Anchor.name": COORDINATORS,
        "AnchorEvidence.text": _ANCHORS,
        "AnchorEvidence.url": _ANCHORS,
        "AnchorVerdict.why": _ANCHORS,
        "Snippet.name": {
            "own": _DRAFT,
            # Operators read it in the activity log.
            "of an agency": with_readers(_SHARED, Reader.OPERATOR),
        },
        "Snippet.text": {"own": _DRAFT, "of an agency": _SHARED},
        "SubmissionNote.text": frozenset({Reader.COORDINATOR, Reader.REVIEWER}),
        # And the reader of the appeal, who is no kind of people of its own.
        "Appeal.words": _WITH_THE_EARNER,
        "Appeal.reasons": _WITH_THE_EARNER,
        "IntegrityHold.reason": _WITH_THE_EARNER,
        "IntegrityHold.answer": _WITH_THE_EARNER,
        "IntegrityHold.ended_because": _WITH_THE_EARNER,
        "Reopening.reason": _WITH_THE_EARNER,
        "Decision.note": with_readers(COORDINATORS, Reader.REVIEWER),
    },
)

register_act("review given back", note=COORDINATORS)
register_act("review taken away", note=with_readers(COORDINATORS, Reader.REVIEWER))
register_act("review assigned")
register_act("review not begun in time")
register_act("review of somebody who left returned")
register_act("decision taken back")
register_act("decline confirmed")
register_act("confirmation taken back")
register_act("decline sent back", note=COORDINATORS)
register_act("review approved")
register_act("review sent back", note=COORDINATORS)
register_act("conflict named")
register_act("conflict ended")
register_act("school of a reviewer removed")
register_act("settings of a reviewer changed")
register_act("submission reopened", note=COORDINATORS)
register_act("appeal made")
register_act("appeal given", note=COORDINATORS)
register_act("appeal upheld")
register_act("appeal changed")
register_act("hold placed", note=COORDINATORS)
register_act("hold answered")
register_act("hold lifted", note=COORDINATORS)
register_act("hold confirmed", note=COORDINATORS)

for _act in ("made", "published", "retired", "brought back"):
    register_act(f"anchor {_act}", subject=COORDINATORS)
for _act in ("added", "changed", "removed"):
    register_act(f"snippet {_act}", subject=COORDINATORS)
