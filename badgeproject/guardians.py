"""Minors whose agency asks for a guardian's consent to the account cannot use it before."""

from django.conf import settings
from django.shortcuts import render

from accounts.minors.consents import missing_consent
from accounts.models import ConsentPurpose
from accounts.permissions import is_minor
from badgeproject.second_step import is_open


def ask_for_consent(get_response):
    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not is_minor(request.user):
            return None
        if is_open(request.resolver_match):
            return None
        if agency := missing_consent(request.user, ConsentPurpose.ACCOUNT):
            return render(request, "consent_needed.html", {"agency": agency}, status=403)
        return None

    middleware.process_view = process_view
    return middleware
