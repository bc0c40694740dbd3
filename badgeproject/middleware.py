"""What holds for every page of the site."""

from urllib.parse import parse_qs, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from badgeproject.errors import typed_words


def signed_out_meanwhile(get_response):
    """A form that comes after its session has ended loses none of the words in it.

    Signing in leads back to the page with the form, not to the address that took it.
    """

    def middleware(request):
        response = get_response(request)
        if request.method != "POST" or not _leads_to_sign_in(response):
            return response
        page = _page_with_the_form(request)
        sign_in = redirect_to_login(page).url if page else response.url
        typed = typed_words(request)
        if not typed or request.headers.get("Accept", "").startswith("application/json"):
            return redirect(sign_in)
        context = {"typed": typed, "sign_in": sign_in}
        return render(request, "signed_out.html", context, status=403)

    return middleware


def personal_pages_are_not_kept(get_response):
    """On the computer in the staff room, going back shows nothing of who has signed out."""

    def middleware(request):
        response = get_response(request)
        # A page that never asked for the session says nothing of a person, and can be kept.
        if (
            "Cache-Control" not in response
            and request.session.accessed
            and request.user.is_authenticated
        ):
            add_never_cache_headers(response)
        return response

    return middleware


def _leads_to_sign_in(response) -> bool:
    """Sent away because signing in is needed, which says where to go on, and for nothing else."""
    if response.status_code != 302:
        return False
    to = urlsplit(response.url)
    return to.path == resolve_url("account_login") and REDIRECT_FIELD_NAME in parse_qs(to.query)


def _page_with_the_form(request) -> str:
    """Where the browser says that the form stood, if that is here."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return ""
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
