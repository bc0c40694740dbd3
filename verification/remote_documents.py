"""Documents of other sites, with limits on bytes, time and the number of requests."""

from __future__ import annotations

import threading
import time

from django.utils.translation import gettext as _

from fetching.safe_fetch import Fetched, Fetcher, NotFetched
from issuing import addresses
from openbadges import parsing, vc_jwt
from verification import local_documents
from verification.report import host_of, printable

# The most threads of a process that wait for other sites, which may be slow. The other threads keep
# serving, so that checking slow sites on purpose blocks only this page.
MAX_WAITING_THREADS = 2
_waiting_slots = threading.BoundedSemaphore(MAX_WAITING_THREADS)

MAX_REQUESTS = 12  # per check
SECONDS = 20.0  # per check


class NotAnswered(Exception):
    """The document could not be fetched or read. The message tells the user why."""


class WebSession:
    """The requests of one check. Every URL is requested once; local URLs need no request."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._answers: dict[str, Fetched | NotFetched] = {}
        self._holds_slot = False
        self._ends_at = time.monotonic() + SECONDS

    @property
    def has_time(self) -> bool:
        """False once the check has used up its time."""
        return time.monotonic() < self._ends_at

    def __enter__(self) -> WebSession:
        return self

    def __exit__(self, *_error) -> None:
        if self._holds_slot:
            _waiting_slots.release()
            self._holds_slot = False

    def get(self, address: str) -> Fetched:
        """The response, with any status. Raises NotAnswered."""
        url = address.partition("#")[0]
        if url not in self._answers:
            self._answers[url] = self._request(url)
        answer = self._answers[url]
        if isinstance(answer, NotFetched):
            raise NotAnswered(_not_fetched_message(answer, url))
        return answer

    def document(self, address: str) -> dict:
        """The JSON object at a URL. Raises NotAnswered."""
        answer = self.get(address)
        if answer.status != 200:
            raise NotAnswered(not_found_message(address, answer.status))
        return self.read_document(answer, address)

    def read_document(self, answer: Fetched, address: str) -> dict:
        """The JSON object in a response. Raises NotAnswered."""
        try:
            return parsing.parse(answer.body.decode("utf-8-sig"))
        except (UnicodeDecodeError, parsing.Unreadable):
            raise NotAnswered(_no_data_message(address)) from None

    def signed_document(self, address: str) -> dict | str:
        """The signed document at a URL: JSON with its proof, or a VC-JWT. Raises NotAnswered."""
        answer = self.get(address)
        text = answer.body[: vc_jwt.LONGEST + 1].decode("utf-8", "replace").strip()
        if answer.status == 200 and vc_jwt.looks_like_jwt(text):
            return text
        return self.document(address)

    def _request(self, url: str) -> Fetched | NotFetched:
        if addresses.is_ours(url):
            return local_documents.fetch_local(url)
        if not self._holds_slot:
            if not _waiting_slots.acquire(blocking=False):
                raise NotAnswered(_("Too many requests. Please wait a few minutes."))
            self._holds_slot = True
        if len(self._answers) >= MAX_REQUESTS or not self.has_time:
            return NotFetched(NotFetched.SLOW)
        try:
            return self._fetcher.fetch(url)
        except NotFetched as error:
            return error


def not_found_message(address: str, status: int) -> str:
    return _("%(host)s has nothing at this address (answer %(status)s).") % {
        "host": site_name(address),
        "status": status,
    }


def site_name(address: str) -> str:
    return printable(host_of(address) or address)[:200]


def _no_data_message(address: str) -> str:
    return _("%(host)s did not send badge data.") % {"host": site_name(address)}


def _not_fetched_message(error: NotFetched, address: str) -> str:
    return {
        NotFetched.ADDRESS: _("This is not an address on the public web."),
        NotFetched.PRIVATE: _("The address is not on the public web, so we do not open it."),
        NotFetched.SLOW: _("%(host)s did not answer in time. Try again later."),
        NotFetched.LARGE: _("%(host)s sent more data than a badge can have."),
        NotFetched.REDIRECTS: _("%(host)s keeps redirecting from one address to another."),
        NotFetched.UNREACHABLE: _("%(host)s can’t be reached. Try again later."),
    }[error.reason] % {"host": site_name(address)}
