"""Who may read what is written about requests."""

from audit.audiences import register_act, register_program_texts

register_program_texts("privacy", ["PrivacyRequest.kind", "PrivacyRequest.status"])
register_act("person erased")
