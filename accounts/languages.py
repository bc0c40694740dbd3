from django.conf import settings
from django.http import HttpResponseBase
from django.utils.translation import get_language


def current_language() -> str:
    """The language of the page, as accounts have it: "en" or "es"."""
    return (get_language() or "en")[:2]


def set_language_cookie(language: str, response: HttpResponseBase) -> HttpResponseBase:
    """Show this browser its next pages in the given language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response
