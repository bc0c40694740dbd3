"""Who may read what is written about requests."""

from audit.audiences import register_act, register_program_texts

register_program_texts(
    "privacy", ["PersonalCopy.file", "PrivacyRequest.kind", "PrivacyRequest.status"]
)
for _act in (
    "erasure asked for",
    "erasure no longer asked for",
    "person erased",
    "copy of own data asked for",
):
    register_act(_act)
