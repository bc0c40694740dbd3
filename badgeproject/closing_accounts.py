"""Until an account closes, its person can only keep it, take a copy, or sign out."""

from django.conf import settings
from django.shortcuts import redirect

OPEN_NAMES = {
    "privacy:closing",
    "privacy:keep_account",
    "privacy:ask_for_copy",
    "privacy:copy",
    "privacy:what_we_keep",
    "account_logout",
    "account_reauthenticate",
    "set_language",
    "healthz",
}
# Files of pages, and what everybody may read.
OPEN_ROOMS = {"program", "mail"}


def lead_to_closing(get_response):
    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        match = request.resolver_match
        if match.view_name in OPEN_NAMES or match.namespace in OPEN_ROOMS:
            return None
        if not request.user.is_authenticated or request.user.closes_at is None:
            return None
        return redirect("privacy:closing")

    middleware.process_view = process_view
    return middleware
