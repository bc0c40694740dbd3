"""Who may read what is written about sponsors, drawings and winners."""

from audit.audiences import (
    COORDINATORS,
    EVERYONE,
    REPORTERS,
    Reader,
    everyone_once,
    register_act,
    register_program_texts,
    register_texts,
    with_readers,
)

_COORDINATORS = COORDINATORS - {Reader.OPERATOR}
_ONCE_ANNOUNCED = everyone_once("announced", before=_COORDINATORS)

register_texts(
    "rewards",
    {
        "Sponsor.name": EVERYONE,
        "Sponsor.url": EVERYONE,
        "Sponsor.thanks": EVERYONE,
        "Sponsor.email": COORDINATORS,
        "Drawing.title": everyone_once("announced", before=COORDINATORS),
        "Drawing.cancelled_because": EVERYONE,
        "DrawingRules.text": _ONCE_ANNOUNCED,
        "DrawingRules.sources": _ONCE_ANNOUNCED,
        "DrawingRules.change_note": EVERYONE,
        "Prize.name": _ONCE_ANNOUNCED,
        "Prize.description": _ONCE_ANNOUNCED,
        "Prize.picture_alt": _ONCE_ANNOUNCED,
        "Prize.how_to_collect": {
            "draft": _COORDINATORS,
            "announced": with_readers(_COORDINATORS, Reader.CONCERNED),
        },
        # The form says that it may appear in the published sequence.
        "ExcludedPerson.reason": {
            "not on the list": with_readers(COORDINATORS, Reader.CONCERNED),
            "skipped in the sequence": EVERYONE,
        },
        "Dispute.text": with_readers(_COORDINATORS, Reader.CONCERNED),
        "Dispute.answer": with_readers(COORDINATORS, Reader.CONCERNED),
        "EntryList.reason": EVERYONE,
        "Draw.reason": EVERYONE,
        # Once confirmed, it is that of the repeated draw.
        "RepeatRequest.reason": COORDINATORS,
        "DrawNote.text": EVERYONE,
        "Win.given_up_because": EVERYONE,
        "Win.collected_note": COORDINATORS,
    },
)
register_program_texts(
    "rewards",
    [
        "Sponsor.slug",
        # Copies of public names and links, made when the drawing is announced.
        "DrawingRules.announced_names",
        "Prize.donor_name",
        "Prize.donor_url",
        "Drawing.slug",
        "Drawing.secret",
        "Entry.token",
        "Entry.voided_because",
        "EntryList.sha256",
        "ListPiece.first_token",
        "ListPiece.text",
        "ListedEntry.person",
        "Draw.sources",
        # Copied from a public page; others see it once two people typed the same.
        "TypedValue.values",
        "Draw.key",
        "RepeatRequest.mark",
        "Seal.inputs",
        "Seal.sha256",
        "StageStep.shown",
        "Skip.person",
        # The reason for which the person was excluded, or the program's own words.
        "Skip.reason",
        "DrandRound.signature",
    ],
)

# Only coordinators see drafts, also their titles.
register_act("drawing drafted", subject=COORDINATORS)
register_act("rules # written", subject=COORDINATORS)
register_act("prizes written", note=REPORTERS, subject=COORDINATORS)
register_act("drawing cancelled", note=EVERYONE)
register_act("list corrected", note=EVERYONE)
register_act("draw #", note=EVERYONE)
register_act("value typed", note=EVERYONE)
register_act("repeat asked for", note=COORDINATORS)
register_act("repeat refused")
register_act("repeat withdrawn")
register_act("note on a draw", note=EVERYONE)
register_act("drand round kept", note=EVERYONE)
register_act("sponsors thanked", note=REPORTERS)
# Who takes part, who is left out and who won stays hidden, unless the winner agreed.
register_act("free chance taken", actor=COORDINATORS)
register_act("list disputed", actor=COORDINATORS)
register_act("dispute answered", note=COORDINATORS)
register_act("excluded from the drawing", note=COORDINATORS)
register_act("let in again", note=COORDINATORS)
register_act("prize confirmed", actor=COORDINATORS)
register_act("prize declined", note=EVERYONE, actor=COORDINATORS)
register_act("prize lapsed", note=EVERYONE)
register_act("prize collected", note=COORDINATORS)
