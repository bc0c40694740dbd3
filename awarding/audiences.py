"""Who may read what is written for awards in bulk."""

from audit.audiences import (
    COORDINATORS,
    EVERYONE,
    REPORTERS,
    Reader,
    register_act,
    register_program_texts,
    register_texts,
    with_readers,
)

_COORDINATORS = COORDINATORS - {Reader.OPERATOR}
# Of the people of their groups.
_INSTRUCTORS_TOO = with_readers(_COORDINATORS, Reader.INSTRUCTOR)

for act in ("badge allowed for a group", "badge withdrawn from a group"):
    register_act(act, note=COORDINATORS, subject=COORDINATORS)
register_texts(
    "awarding",
    {
        # Everyone who has the code can read what it is for.
        "ClaimCode.label": EVERYONE,
        "ApiToken.name": REPORTERS,
        "ScoreRule.test": REPORTERS,
        "ScoreRule.levels": REPORTERS,
        "ScoreRule.also": REPORTERS,
        "ScoreImport.name": REPORTERS,
        "AwardList.name": REPORTERS,
        # The copy in each revoked award is public.
        "AwardList.undone_because": COORDINATORS,
        "AwardListRow.email": _COORDINATORS,
        "AwardListRow.name": _COORDINATORS,
        # Once awarded, it is the narrative of the award.
        "AwardListRow.narrative": _COORDINATORS,
        "AwardListRow.ids_given": _COORDINATORS,
        # Once awarded, each link is an evidence link of the award.
        "AwardListRow.evidence": _COORDINATORS,
        "AwardListRow.evidence_given": _COORDINATORS,
        "AwardListRow.day_given": _COORDINATORS,
        "AwardListRow.expires_given": _COORDINATORS,
        "ListUpload.name": REPORTERS,
        "ScoreUpload.name": REPORTERS,
        "ScoreResult.email": _COORDINATORS,
        "ScoreResult.name": _COORDINATORS,
        "ScoreResult.test": _INSTRUCTORS_TOO,
        "ScoreResult.identifier": _COORDINATORS,
        "ScoreResult.known_name": _COORDINATORS,
        "PersonId.identifier": _COORDINATORS,
        "PersonId.email": _COORDINATORS,
        "PersonId.name": _COORDINATORS,
        "ScoreResult.form": _INSTRUCTORS_TOO,
        "ScoreResult.day_given": _INSTRUCTORS_TOO,
        "ScoreResult.pre": _INSTRUCTORS_TOO,
        "ScoreResult.post": _INSTRUCTORS_TOO,
        "ScoreResult.level": _INSTRUCTORS_TOO,
    },
)
register_program_texts(
    "awarding",
    [
        "ApiToken.digest",
        "ApiToken.ending",
        "ScoreImport.columns",
        "AwardList.columns",
        "AwardListRow.given_key",
        "ListUpload.choice",
        "ListUpload.reading",
        "ListUpload.columns",
        "ListUpload.badges",
        "RememberedColumn.heading",
        "RememberedScoreColumn.heading",
        "ScoreUpload.choice",
        "ScoreUpload.fields",
        "ScoreUpload.day_order",
        "ClaimCode.code",
    ],
)

# How many were added, never which.
register_act("person ids imported", note=REPORTERS)
register_act("score rule made", note=REPORTERS)
register_act("score rule removed", note=REPORTERS)
