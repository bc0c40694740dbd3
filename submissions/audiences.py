"""Who may read evidence: only the earner until it is sent, everyone only if they show it."""

from audit.audiences import EVERYONE, Audience, Reader, register_program_texts, register_texts

_EARNER: Audience = frozenset({Reader.CONCERNED})
_COORDINATED = _EARNER | {Reader.COORDINATOR}
_READ_BY_REVIEWER = _COORDINATED | {Reader.REVIEWER}

_TEXT = {
    "unsent": _EARNER,
    "sent": _READ_BY_REVIEWER,
    "read by a second person": _READ_BY_REVIEWER | {Reader.SECOND_REVIEWER},
    "shown with the badge": EVERYONE,
}

register_texts(
    "submissions",
    {
        "EvidenceItem.title": _TEXT,
        "EvidenceItem.text": _TEXT,
        "EvidenceItem.url": _TEXT,
        "EvidenceItem.answers": _TEXT,
        "ChangeNote.text": {
            "sent": _READ_BY_REVIEWER,
            "read by a second person": _READ_BY_REVIEWER | {Reader.SECOND_REVIEWER},
        },
        "AiDisclosure.how": {
            "sent": _READ_BY_REVIEWER,
            "read by a second person": _READ_BY_REVIEWER | {Reader.SECOND_REVIEWER},
        },
        "EvidenceItem.subtitles": _TEXT,
        "RecordingUpload.file_name": _EARNER,
        # Original file names often have names in them; everybody else sees neutral ones.
        "EvidenceItem.file_name": {
            "unsent": _EARNER,
            "sent": _COORDINATED,
            "read by a second person": _COORDINATED,
            "shown with the badge": _COORDINATED | {Reader.OPERATOR},
        },
    },
)
register_program_texts(
    "submissions",
    [
        "EvidenceItem.content_type",
        "RecordingUpload.mark",
        "RecordingUpload.refusal",
        "RecordingPiece.digest",
        # What the machine noticed, for the earner until they send.
        "ItemCheck.digest",
        "ItemCheck.names",
        # The pages of evidence as pictures and words, for those who may read the file itself.
        "FilePreview.source",
        "FilePreview.content_type",
        "FilePreview.parts",
    ],
)
