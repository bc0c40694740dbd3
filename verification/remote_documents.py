"""What other sites say, asked for with an end to bytes, time and number of questions."""

from __future__ import annotations

import threading
import time

from django.utils.translation import gettext as _

from fetching.safe_fetch import Fetched, Fetcher, NotFetched
from issuing import addresses
from openbadges import parsing, vc_jwt
from verification import local_documents
from verification.report import host_of, printable

# Other sites may take their time. So many threads of a process wait for them at most, and the rest
# go on answering: whoever asks about slow sites on purpose stops this page, and no other.
AT_ONCE = 2
_free = threading.BoundedSemaphore(AT_ONCE)

MOST_QUESTIONS = 12
SECONDS = 20.0


class NotAnswered(Exception):
    """Nothing could be learned. The words say why, and name the site."""


class Web:
    """The questions that one check may ask. Every address is asked once."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._answers: dict[str, Fetched | NotFetched] = {}
        self._holds_a_place = False
        self._ends_at = time.monotonic() + SECONDS

    @property
    def has_time(self) -> bool:
        """A check ends, whatever it is fed."""
        return time.monotonic() < self._ends_at

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_error) -> None:
        if self._holds_a_place:
            _free.release()
            self._holds_a_place = False

    def get(self, address: str) -> Fetched:
        """What stands at an address, whatever its answer."""
        url = address.partition("#")[0]
        if url not in self._answers:
            self._answers[url] = self._ask(url)
        answer = self._answers[url]
        if isinstance(answer, NotFetched):
            raise NotAnswered(_why_not(answer, url))
        return answer

    def document(self, address: str) -> dict:
        """The JSON that stands at an address."""
        answer = self.get(address)
        if answer.status != 200:
            raise NotAnswered(nothing_there(address, answer.status))
        try:
            return parsing.parse(answer.body.decode("utf-8-sig"))
        except (UnicodeDecodeError, parsing.Unreadable):
            raise NotAnswered(_no_data(address)) from None

    def signed(self, address: str) -> dict | str:
        """A signed document: JSON with its proof, or a signed text."""
        answer = self.get(address)
        text = answer.body[: vc_jwt.LONGEST + 1].decode("utf-8", "replace").strip()
        if answer.status == 200 and vc_jwt.looks_like_jwt(text):
            return text
        return self.document(address)

    def _ask(self, url: str) -> Fetched | NotFetched:
        if addresses.is_ours(url):
            return local_documents.answer(url)
        if not self._holds_a_place:
            if not _free.acquire(blocking=False):
                raise NotAnswered(_("Too many questions. Wait some minutes."))
            self._holds_a_place = True
        if len(self._answers) >= MOST_QUESTIONS or not self.has_time:
            return NotFetched(NotFetched.SLOW)
        try:
            return self._fetcher.fetch(url)
        except NotFetched as error:
            return error


def nothing_there(address: str, status: int) -> str:
    return _("%(host)s has nothing at this address (answer %(status)s).") % {
        "host": site(address),
        "status": status,
    }


def site(address: str) -> str:
    return printable(host_of(address) or address)[:200]


def _no_data(address: str) -> str:
    return _("%(host)s answers with no badge data.") % {"host": site(address)}


def _why_not(error: NotFetched, address: str) -> str:
    return {
        NotFetched.ADDRESS: _("This is not an address on the public web."),
        NotFetched.PRIVATE: _("The address is not on the public web, so it is not opened."),
        NotFetched.SLOW: _("%(host)s did not answer in time. Try again later."),
        NotFetched.LARGE: _("%(host)s answered with more than a badge can be."),
        NotFetched.REDIRECTS: _("%(host)s sends us from one address to another."),
        NotFetched.UNREACHABLE: _("%(host)s cannot be reached. Try again later."),
    }[error.reason] % {"host": site(address)}
