"""Where a person goes next, as an address or a form says it."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_page(request: HttpRequest, address: str) -> str:
    """The address, if it is one of our own pages; otherwise nothing."""
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}) else ""
