"""Middleware for every page of the site."""

from urllib.parse import parse_qs, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.rate_limits import origin_of
from badgeproject.typed import typed_text
from program.current import read_once
from program.languages import one_that_is_offered
from sandbox import places


def keep_text_of_expired_sessions(get_response):
    """Show the text of a form that was sent after its session ended, so that it is not lost.

    Signing in leads back to the page with the form, not to the URL that it was posted to.
    """

    def middleware(request):
        response = get_response(request)
        if request.method != "POST" or not _is_redirect_to_sign_in(response):
            return response
        page = _page_with_form(request)
        sign_in = redirect_to_login(page).url if page else response.url
        typed = typed_text(request)
        if not typed or request.headers.get("Accept", "").startswith("application/json"):
            return redirect(sign_in)
        context = {"typed": typed, "sign_in": sign_in}
        return render(request, "signed_out.html", context, status=403)

    return middleware


def read_the_program_once(get_response):
    def middleware(request):
        with read_once():
            return get_response(request)

    return middleware


def offer_languages(get_response):
    """Answer in a language that the program offers, whatever the browser prefers."""

    def middleware(request):
        language = one_that_is_offered(request.LANGUAGE_CODE)
        if language != request.LANGUAGE_CODE:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return get_response(request)

    return middleware


def share_places_fairly(get_response):
    """One person's uploads are read one after the other: see `sandbox.places`."""

    def middleware(request):
        def whose():
            user = request.user
            return f"user {user.pk}" if user.is_authenticated else origin_of(request)

        with places.on_behalf_of(whose):
            return get_response(request)

    return middleware


def never_cache_personal_pages(get_response):
    """On a shared computer, the back button must not show pages of a person who signed out."""

    def middleware(request):
        response = get_response(request)
        # A page that did not access the session is not personal and can be cached.
        if (
            "Cache-Control" not in response
            and request.session.accessed
            and request.user.is_authenticated
        ):
            add_never_cache_headers(response)
        return response

    return middleware


def _is_redirect_to_sign_in(response) -> bool:
    """True for the redirect of `login_required`, which has a `next` parameter."""
    if response.status_code != 302:
        return False
    to = urlsplit(response.url)
    return to.path == resolve_url("account_login") and REDIRECT_FIELD_NAME in parse_qs(to.query)


def _page_with_form(request) -> str:
    """The page that the form was on, from the Referer header; "" if it is another site."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return ""
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
