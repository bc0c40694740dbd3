"""Says what a document is that is not somebody's badge, and what to look for instead."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from verification.report import printable

_LISTS = {
    "BitstringStatusListCredential",
    "StatusList2021Credential",
    "RevocationList2020Credential",
}
_BADGES = {"OpenBadgeCredential", "AchievementCredential"}
_BASE_TYPES = {"VerifiableCredential", "VerifiableCredentialV2"}


class SomethingElse(NamedTuple):
    """`name` completes “This is not somebody’s badge but …”."""

    name: str
    advice: str


def recognize(document: dict) -> SomethingElse | None:
    """What a document is, or None if it is, or could be, somebody's badge."""
    types = _types(document)
    if "credentialSubject" in document:
        return _recognize_credential(types, document["credentialSubject"])
    if "Assertion" in types or ("badge" in document and "recipient" in document):
        return None
    named = [_NAMED[name]() for name in types if name in _NAMED]
    if named:
        return named[0]
    for properties, describe in _BY_PROPERTIES:
        if properties <= document.keys():
            return describe()
    if document.keys() == {"@context"}:
        return _vocabulary()
    return _other_document(types[0]) if types else None


def is_learner_record(document: dict) -> bool:
    subject = document.get("credentialSubject")
    subject_types = _types(subject) if isinstance(subject, dict) else []
    return "ClrCredential" in _types(document) or "ClrSubject" in subject_types


def _recognize_credential(types: list[str], subject: object) -> SomethingElse | None:
    subject = subject if isinstance(subject, dict) else {}
    subject_types = _types(subject)
    if _BADGES & set(types):
        return None
    if "EndorsementCredential" in types or "EndorsementSubject" in subject_types:
        return _endorsement()
    if _LISTS & set(types) or "encodedList" in subject:
        return _status_list()
    if "ClrCredential" in types or "ClrSubject" in subject_types:
        return _learner_record()
    if "achievement" in subject or "AchievementSubject" in subject_types:
        return None
    others = [name for name in types if name not in _BASE_TYPES]
    return _other_credential(others[0]) if others else None


def _types(document: dict) -> list[str]:
    found = document.get("type", document.get("@type"))
    found = found if isinstance(found, list) else [found]
    # "obi:Assertion" and "https://w3id.org/openbadges#Assertion" mean the same.
    return [t.rpartition("#")[2].rpartition(":")[2] for t in found if isinstance(t, str)]


def _endorsement() -> SomethingElse:
    return SomethingElse(
        _("an endorsement"),
        _(
            "With it, somebody speaks for a badge, an issuer, or a person. Upload the badge "
            "itself: endorsements inside it are checked, too."
        ),
    )


def _status_list() -> SomethingElse:
    return SomethingElse(
        _("a list of revoked badges"),
        _(
            "An issuer publishes it, and it says nothing about one person. Upload the badge "
            "itself: the list that it names is checked, too."
        ),
    )


def _learner_record() -> SomethingElse:
    return SomethingElse(
        _("a learner record (CLR)"),
        _("It can contain badges. Each of them can be verified on its own."),
    )


def _badge_class() -> SomethingElse:
    return SomethingElse(
        _("the description of a badge"),
        _(
            "It says what can be earned, and not who earned it. Ask the earner for their own file "
            "or link: in Open Badges it is called an assertion or a credential."
        ),
    )


def _issuer() -> SomethingElse:
    return SomethingElse(
        _("the profile of an issuer"),
        _("It says who awards badges. Ask the earner for their badge: its file or its link."),
    )


def _key() -> SomethingElse:
    return SomethingElse(
        _("a public key"),
        _("An issuer publishes it so that signatures can be checked. Upload the badge itself."),
    )


def _did_document() -> SomethingElse:
    return SomethingElse(
        _("the list of an issuer’s keys (a DID document)"),
        _("An issuer publishes it so that signatures can be checked. Upload the badge itself."),
    )


def _collection() -> SomethingElse:
    return SomethingElse(
        _("a collection of badges"),
        _("Open one badge in it, and download that badge or copy its link."),
    )


def _presentation() -> SomethingElse:
    return SomethingElse(
        _("a presentation without a badge"),
        _("A wallet made it, but put no badge into it. Ask the earner to share the badge again."),
    )


def _vocabulary() -> SomethingElse:
    return SomethingElse(
        _("a technical document (a vocabulary or a schema)"),
        _("Badges refer to it. Upload the badge itself."),
    )


def _other_credential(name: str) -> SomethingElse:
    return SomethingElse(
        _("a credential of another kind (%(name)s)") % {"name": printable(name)},
        _("This page checks Open Badges only, so it makes no claim about this one."),
    )


def _other_document(name: str) -> SomethingElse:
    return SomethingElse(
        _("a document of another kind (%(name)s)") % {"name": printable(name)},
        _("Ask the earner for their badge: its file or its link."),
    )


def signed_text() -> SomethingElse:
    return SomethingElse(
        _("a signed text of another kind"),
        _("This page checks Open Badges only, so it makes no claim about this one."),
    )


_NAMED = {
    "BadgeClass": _badge_class,
    "Achievement": _badge_class,
    "Issuer": _issuer,
    "IssuerOrg": _issuer,
    "Profile": _issuer,
    "CryptographicKey": _key,
    "Multikey": _key,
    "JsonWebKey": _key,
    "RevocationList": _status_list,
    "1EdTechRevocationList": _status_list,
    "Endorsement": _endorsement,
    "Collection": _collection,
    "VerifiablePresentation": _presentation,
    "Clr": _learner_record,
    "CLR": _learner_record,
}
_BY_PROPERTIES = [
    ({"verificationMethod"}, _did_document),
    ({"assertionMethod"}, _did_document),
    ({"keys"}, _key),
    ({"kty"}, _key),
    ({"publicKeyPem"}, _key),
    ({"publicKeyMultibase"}, _key),
    ({"revokedCredential"}, _status_list),
    ({"revokedAssertions"}, _status_list),
    ({"encodedList"}, _status_list),
    ({"endorsementComment"}, _endorsement),
    ({"criteria", "name"}, _badge_class),
    ({"verifiableCredential"}, _presentation),
    ({"$schema"}, _vocabulary),
    ({"name", "url", "email"}, _issuer),
    ({"origin", "name"}, _issuer),
]
