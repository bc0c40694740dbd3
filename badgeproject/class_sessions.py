"""Sessions that began with a class code end with the class, a new card, and after some hours."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.utils.translation import gettext as _

from accounts.classes.sessions import has_ended


def end_class_sessions(get_response):
    def middleware(request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES and has_ended(request):
            logout(request)
            messages.info(request, _("You are signed out. Sign in again with your card."))
        return get_response(request)

    return middleware
