"""Names that must not be in an anchor: of the earner, their school, and the learners they teach."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from reviewing.models import Anchor, AnchorVersion
from submissions.precheck.names import names_around, names_in


def names_of(earner: User) -> list[str]:
    """Also each word of the earner's own name, as people sign with their first name."""
    own = [word for word in earner.name.split() if len(word) > 2]
    return [*names_around(earner), earner.name, *own]


def without_names(text: str, names: Iterable[str]) -> str:
    """Longer names first, so that a first name does not cut a whole name in two."""
    for name in sorted({one for one in names if one.strip()}, key=len, reverse=True):
        words = r"\W+".join(map(re.escape, name.split()))
        text = re.sub(rf"(?<!\w){words}(?!\w)", _("[name]"), text, flags=re.IGNORECASE)
    return text


def names_left(anchor: Anchor, version: AnchorVersion) -> list[str]:
    """Names that are still in the texts and links of an anchor from real work."""
    if anchor.consent is None:
        return []
    written = "\n".join(f"{one.text}\n{one.url}" for one in version.evidence.all())
    return names_in(written, names_around(anchor.consent.submission.earner))
