"""The first edition of the Open Badges 3.0 context (`context.json`, without a number).

No installed package ships it. It defines the same terms as 3.0.1 except for these, so it is built
from 3.0.1, and a digest of the result is checked.
"""

from __future__ import annotations

import copy

_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
# Path of terms inside the nested contexts -> its definition, or None if it is not defined there.
_DIFFERENCES: dict[str, str | None] = {
    "Achievement/creator/@id": f"{_OB}Profile",
    "Achievement/image/@id": None,
    "Achievement/image/@type": None,
    "AchievementSubject/achievement/@id": f"{_OB}Achievement",
    "AchievementSubject/image/@id": None,
    "AchievementSubject/image/@type": None,
    "AchievementSubject/source/@type": f"{_OB}Profile",
    "Alignment/@id": "https://schema.org/Alignment",
    "Profile/address/@id": f"{_OB}Address",
    "Profile/address/@type": None,
    "Profile/image/@id": None,
    "Profile/image/@type": None,
    "Profile/parentOrg/@type": "xsd:string",
    "Profile/phone/@id": f"{_OB}PhoneNumber",
    "awardedDate/@id": None,
    "awardedDate/@type": None,
    "image/@type": f"{_OB}Image",
    "Achievement/alignment/@type": f"{_OB}Alignment",
    "Achievement/otherIdentifier/@type": f"{_OB}IdentifierEntry",
    "Achievement/related/@type": f"{_OB}Related",
    "Achievement/resultDescription/@type": f"{_OB}ResultDescription",
    "AchievementSubject/identifier/@type": f"{_OB}IdentityObject",
    "AchievementSubject/result/@type": f"{_OB}Result",
    "Profile/otherIdentifier/@type": f"{_OB}IdentifierEntry",
    "ResultDescription/rubricCriterionLevel/@type": f"{_OB}RubricCriterionLevel",
    "alignment/@type": f"{_OB}Alignment",
    "endorsement/@type": f"{_OB}EndorsementCredential",
}


def of_3_0_1(context: dict) -> dict:
    """The first edition, made from the document of context 3.0.1."""
    edition = copy.deepcopy(context)
    for path, value in _DIFFERENCES.items():
        *terms, last = path.split("/")
        place = edition["@context"]
        for term in terms:
            place = place.get("@context", place)[term]
        if value is None:
            del place[last]
        else:
            place[last] = value
    _remove_empty(edition)
    return edition


def _remove_empty(context: dict) -> None:
    for name, value in list(context.items()):
        if isinstance(value, dict):
            _remove_empty(value)
            if not value:
                del context[name]
