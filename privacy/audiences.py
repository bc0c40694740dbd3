"""Who may read what is written about requests."""

from audit.audiences import (
    COORDINATORS,
    Reader,
    register_act,
    register_program_texts,
    register_texts,
    with_readers,
)

register_program_texts(
    "privacy", ["PersonalCopy.file", "PrivacyRequest.kind", "PrivacyRequest.status"]
)
register_texts(
    "privacy",
    {
        "EvidenceHold.reason": COORDINATORS,
        "PrivacyRequest.reason": with_readers(COORDINATORS, Reader.CONCERNED),
    },
)
for _act in ("erasure refused", "erasure put on hold"):
    register_act(_act, note=COORDINATORS)
register_act("evidence held", note=COORDINATORS)
for _act in (
    "hold of evidence lifted",
    "evidence deleted",
    "erasure asked for",
    "erasure no longer asked for",
    "erasure off hold",
    "person erased",
    "copy of own data asked for",
    "closing of account asked for",
    "account kept",
    "account closed",
):
    register_act(_act)
