"""What can be said of a link or a file without judging it. Nothing is written here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from fetching.safe_fetch import Fetcher, NotFetched
from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Stopped
from submissions.metadata import PasswordProtected, Unreadable
from submissions.models import EvidenceItem, ItemCheck
from submissions.precheck.document_text import reads
from submissions.precheck.lengths import count_words
from submissions.precheck.names import names_in

Outcome = ItemCheck.Outcome
LIMITS = Limits(memory=512 * MEGABYTE, processor_seconds=10, seconds=25, output=5 * MEGABYTE)
LARGEST_READ = 30 * MEGABYTE
_SIGN_IN_HOSTS = {
    "accounts.google.com", "login.microsoftonline.com", "login.live.com", "login.yahoo.com",
}  # fmt: skip
_SIGN_IN_PATHS = ("/login", "/signin", "/sign-in", "/sign_in", "/servicelogin", "/accounts/login")


@dataclass(frozen=True)
class Seen:
    outcome: Outcome
    digest: str = ""
    names: list[str] = field(default_factory=list)
    words: int | None = None


def look_at(item: EvidenceItem, *, names: Iterable[str], fetcher: Fetcher) -> Seen:
    """Raises sandbox.refusals.Busy if the machine reads too many files, and OSError."""
    if item.kind == EvidenceItem.Kind.LINK:
        return Seen(outcome_of_link(item.url, fetcher), digest_of_link(item.url))
    digest = hashlib.sha256()
    with item.file.open("rb") as stored:
        for chunk in iter(lambda: stored.read(MEGABYTE), b""):
            digest.update(chunk)
    if not reads(item.content_type) or item.size > LARGEST_READ:
        return Seen(Outcome.FINE, digest.hexdigest())
    with item.file.open("rb") as stored:
        data = stored.read()
    try:
        reply = run.call(
            "submissions.precheck.document_text:text_of",
            data,
            limits=LIMITS,
            raises=[Unreadable, PasswordProtected],
            kind=item.content_type,
        )
    except PasswordProtected:
        return Seen(Outcome.PROTECTED, digest.hexdigest())
    except Unreadable:
        return Seen(Outcome.UNREADABLE, digest.hexdigest())
    except Stopped:  # too long to read is no fault of its earner
        return Seen(Outcome.FINE, digest.hexdigest())
    text = reply.data.decode()
    return Seen(Outcome.FINE, digest.hexdigest(), names_in(text, names), count_words(text))


def outcome_of_link(url: str, fetcher: Fetcher) -> Outcome:
    """Only a clear answer counts: a site that is slow or refuses machines may be open to people."""
    try:
        answer = fetcher.fetch(url)
    except NotFetched as error:
        if error.reason == NotFetched.LARGE:
            return Outcome.FINE
        if error.reason in {NotFetched.ADDRESS, NotFetched.PRIVATE}:
            return Outcome.GONE
        return Outcome.UNSURE
    if answer.status in {404, 410}:
        return Outcome.GONE
    if answer.status == 401 or (answer.url != url and _asks_to_sign_in(answer.url)):
        return Outcome.PRIVATE
    return Outcome.FINE if answer.status < 400 else Outcome.UNSURE


def digest_of_link(url: str) -> str:
    """The same for spellings of one address."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    same = urlunsplit(("", host, parts.path.rstrip("/"), parts.query, ""))
    return hashlib.sha256(f"link {same}".encode()).hexdigest()


def _asks_to_sign_in(url: str) -> bool:
    parts = urlsplit(url)
    path = parts.path.lower()
    return (parts.hostname or "") in _SIGN_IN_HOSTS or path.startswith(_SIGN_IN_PATHS)
