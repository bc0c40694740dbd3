"""Who may read what is written about awards, keys and endorsements."""

from audit.audiences import (
    COORDINATORS,
    EVERYONE,
    OPERATORS,
    Audience,
    Reader,
    register_act,
    register_program_texts,
    register_texts,
    with_readers,
)

_OFFERED: Audience = frozenset({Reader.COORDINATOR})
# Endorsements of an award are between the endorser and the earner until they are accepted.
_OF_AN_AWARD: Audience = frozenset({Reader.CONCERNED, Reader.ENDORSER})

register_texts(
    "issuing",
    {
        "Assertion.revocation_reason": EVERYONE,
        "Assertion.narrative": EVERYONE,
        # As evidence of a submission, it may show students.
        "EvidenceLink.url": {"private": frozenset({Reader.CONCERNED}), "shown": EVERYONE},
        "ReplacementRequest.refusal": with_readers(COORDINATORS, Reader.CONCERNED),
        "IssuerKey.revocation_reason": COORDINATORS,
        "Endorsement.endorser_name": {
            "offered": COORDINATORS,
            "accepted": EVERYONE,
            "offered for an award": with_readers(_OF_AN_AWARD, Reader.OPERATOR),
        },
        "Endorsement.endorser_url": {
            "offered": _OFFERED,
            "accepted": EVERYONE,
            "offered for an award": _OF_AN_AWARD,
        },
        "Endorsement.endorser_about": {
            "offered": _OFFERED,
            "accepted": EVERYONE,
            "offered for an award": _OF_AN_AWARD,
        },
        "Endorsement.comment": {
            "offered": with_readers(_OFFERED, Reader.ENDORSER),
            "accepted": EVERYONE,
            "offered for an award": _OF_AN_AWARD,
        },
    },
)
register_program_texts(
    "issuing",
    [
        # Copies of the person's name and address, for which accounts says who may read them.
        "Assertion.recipient_name",
        "Assertion.recipient_email",
        "Assertion.short_code",
        "Assertion.source_key",
        "Assertion.salt",
        # As of the award before it was replaced; the earlier name is for coordinators alone.
        "ReplacedCredential.recipient_name",
        "ReplacedCredential.recipient_email",
        "ReplacedCredential.short_code",
        "ReplacedCredential.salt",
        "StatusList.signed",
        "PublicOrigin.origin",
        "IssuerKey.fragment",
        "IssuerKey.public_pem",
        "CredentialText.digest",
        "CredentialText.text",
        "SignedCredential.gaps",
        "SignedCredential.proof",
        "SignedCredential.jwt_signature",
        "Endorsement.credential",
        "Endorsement.key",
    ],
)

register_act("award held", note=COORDINATORS)
register_act("award pending", note=COORDINATORS)
register_act("award cancelled", note=COORDINATORS)
register_act("award revoked", note=EVERYONE)
register_act("new credential asked", note=COORDINATORS)
register_act("new credential allowed", note=COORDINATORS)
register_act("new credential refused", note=with_readers(COORDINATORS, Reader.CONCERNED))
register_act("new credential withdrawn", note=COORDINATORS)
register_act("credential replaced", note=COORDINATORS)
register_act("key revoked", note=COORDINATORS)
for _act in ("offered", "declined", "withdrawn"):
    register_act(f"endorsement {_act}", actor=COORDINATORS, subject=COORDINATORS)
    register_act(f"award endorsement {_act}", actor=OPERATORS, subject=OPERATORS)
