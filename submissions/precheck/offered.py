"""What a badge gives to everybody: its links, and the files that they lead to."""

from __future__ import annotations

import hashlib
import re
import time

from catalog.models import BadgeVersion
from fetching.safe_fetch import Fetcher, NotFetched
from submissions.files import FileRefused, clean_bytes
from submissions.precheck.looking import digest_of_link

MOST_LINKS = 10
# Shorter than the lease of the worker that looks.
SECONDS = 45.0


def links_of(version: BadgeVersion) -> list[str]:
    """The links of its resources and in its own words, each once."""
    links = list(version.badge_class.resources.values_list("url", flat=True))
    texts = [version.about, version.description]
    for criterion in version.criteria.all():
        texts += [criterion.description, criterion.evidence_prompt]
    for text in texts:
        links += re.findall(r"https?://[^\s<>()\[\]\"']+", text)
    return list(dict.fromkeys(link.rstrip(".,;:") for link in links))


def digests_of_links(version: BadgeVersion) -> set[str]:
    return {digest_of_link(link) for link in links_of(version)}


def is_file_of(version: BadgeVersion, digest: str, *, fetcher: Fetcher) -> bool:
    """Whether a stored file is one that the badge offers for download, sent in as it was.

    What is offered is cleaned as evidence is, so that the same file is the same bytes. A site that
    does not answer offers nothing.
    """
    until = time.monotonic() + SECONDS
    for link in links_of(version)[:MOST_LINKS]:
        if time.monotonic() > until:
            return False
        try:
            answer = fetcher.fetch(link)
            offered = clean_bytes(answer.body, link) if answer.status == 200 else None
        except (NotFetched, FileRefused):
            continue
        if offered and hashlib.sha256(offered.file.read()).hexdigest() == digest:
            return True
    return False
