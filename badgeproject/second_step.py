"""People whose role needs a second step are led to set one up, before pages of any role."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import needs_second_step
from accounts.sign_in.seen_browsers import see_browser_of
from badgeproject.typed import typed_text

# Pages of the account itself, among them those that set up the second step.
OPEN_PREFIXES = ("account_", "mfa_")
OPEN_NAMES = {
    "set_language",
    "healthz",
    "accounts:browsers",
    "accounts:end_browsers",
    "accounts:providers",
}
# Where people who are not signed in yet give the second step.
FOR_VISITORS = {"mfa_authenticate", "mfa_login_webauthn"}
# What visitors may read, too.
OPEN_ROOMS = {"catalog", "verification", "mail", "demo", "program"}


def ask_for_second_step(get_response):
    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        name = request.resolver_match.view_name
        if name.startswith("mfa_") and name not in FOR_VISITORS and request.user.is_anonymous:
            # allauth would keep what strangers post in a session.
            return redirect_to_login(request.get_full_path())
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        see_browser_of(request)
        if is_open(request.resolver_match) or not needs_second_step(request.user):
            return None
        if request.method == "POST":
            context = {"typed": typed_text(request)}
            return render(request, "second_step_needed.html", context, status=403)
        messages.info(request, _("Your role needs a second step to sign in. Set one up to go on."))
        return redirect("mfa_index")

    middleware.process_view = process_view
    return middleware


def is_open(match) -> bool:
    if match.view_name in OPEN_NAMES or match.view_name.startswith(OPEN_PREFIXES):
        return True
    return match.namespace in OPEN_ROOMS and not (match.url_name or "").startswith("manage_")
