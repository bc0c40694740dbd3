"""Pages that every visitor gets alike, kept for as long as nothing they show has changed.

Rendering the catalog takes fifty times as long as everything else about a request. So each process
keeps what it rendered, by the address, the language and the revision of what pages show
(`PageRevision`), which is read first. A change is on the page with the request after it. What only
the clock changes is on it within KEPT_SECONDS, unless the view says that nothing does.

Only visitors without a session get a kept page, and only what was made for one is kept.
"""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from postgres.prebuilt_query import PrebuiltQuery
from serving.models import PageRevision

KEPT_SECONDS = 60
KEPT_BYTES = 4 * 1024 * 1024  # compressed, in each process
LARGEST_KEPT = 256 * 1024
LONGEST_QUERY = 200  # characters
# As Django's own middleware reads the header.
ACCEPTS_GZIP = re.compile(r"\bgzip\b")

_REVISION = PrebuiltQuery(lambda id: PageRevision.objects.order_by().values_list("number"))


class KeptPage(NamedTuple):
    compressed: bytes  # gzip, which nearly every browser takes as it is
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, response: HttpResponse) -> KeptPage:
        return cls(gzip.compress(response.content), tuple(response.headers.items()))

    def response_to(self, request: HttpRequest) -> HttpResponse:
        takes_gzip = ACCEPTS_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        content = self.compressed if takes_gzip else gzip.decompress(self.compressed)
        response = HttpResponse(content, headers=dict(self.headers))
        if takes_gzip:
            response["Content-Encoding"] = "gzip"
        return response


_pages: LRUCache = LRUCache(KEPT_BYTES, getsizeof=lambda page: len(page.compressed))
_lock = Lock()


def kept_page(view=None, *, version: Callable[..., object] | None = None, has_times: bool = True):
    """A decorator for a page that depends on the tables with the trigger `ChangesPages` only.

    `version` gets the view's arguments and returns what else the page depends on. `has_times` says
    that the page may also become another one while nothing changes, because time passes.
    """
    if view is None:
        return lambda view: kept_page(view, version=version, has_times=has_times)

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not _is_for_everybody(request):
            return view(request, *args, **kwargs)
        key = (
            # As it came: two queries that read differently can be the same when quoted again.
            request.path_info,
            request.META.get("QUERY_STRING", ""),
            translation.get_language(),
            *_REVISION.rows(),
            version(*args, **kwargs) if version else None,
            current_minute() if has_times else None,
        )
        with _lock:
            page = _pages.get(key)
        if page is None:
            response = view(request, *args, **kwargs)
            if _may_be_kept(request, response):
                page = KeptPage.of(response)
                with _lock:
                    _pages[key] = page
        if page is not None:
            response = page.response_to(request)
        # Signed in, in another language or for an old program, this address has another answer.
        patch_vary_headers(response, ["Cookie", "Accept-Language", "Accept-Encoding"])
        return response

    return wrapper


def current_minute() -> int:
    """Another number after KEPT_SECONDS."""
    return int(time.time() / KEPT_SECONDS)


def _is_for_everybody(request: HttpRequest) -> bool:
    """Without a session and its messages. In an open transaction, nothing is known of changes."""
    return (
        request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and CookieStorage.cookie_name not in request.COOKIES
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and not connection.in_atomic_block
    )


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Not if it carries a form of this visitor, or a page is so large that it drives out others."""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and len(response.content) <= LARGEST_KEPT
    )
