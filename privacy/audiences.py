"""Who may read what is written about requests."""

from audit.audiences import (
    COORDINATORS,
    Reader,
    register_act,
    register_program_texts,
    register_texts,
)

register_program_texts(
    "privacy", ["PersonalCopy.file", "PrivacyRequest.kind", "PrivacyRequest.status"]
)
register_texts("privacy", {"EvidenceHold.reason": frozenset({Reader.COORDINATOR})})
register_act("evidence held", note=COORDINATORS)
for _act in (
    "hold of evidence lifted",
    "evidence deleted",
    "erasure asked for",
    "erasure no longer asked for",
    "person erased",
    "copy of own data asked for",
):
    register_act(_act)
