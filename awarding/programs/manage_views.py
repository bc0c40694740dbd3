"""Coordinators' pages of API tokens for other programs."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import coordinators_only
from awarding.models import ApiToken
from awarding.programs.forms import TokenForm
from awarding.programs.operations import tokens


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def api_tokens(request):
    """All tokens and a form for a new one, whose secret is shown in this response only."""
    form = TokenForm(request.POST or None, user=request.user)
    made = secret = None
    if form.is_bound and form.is_valid():
        agency, name = form.cleaned_data["agency"], form.cleaned_data["name"]
        try:
            made, secret = tokens.make_token(agency, name=name, by=request.user)
        except tokens.NameTaken:
            form.add_error(
                "name", _("There is already a token with this name. Choose another one.")
            )
        else:
            form = TokenForm(user=request.user)
    coordinated = ApiToken.objects.coordinated_by(request.user)
    context = {
        "form": form,
        "made": made,
        "secret": secret,
        "tokens": coordinated.select_related("agency", "made_by", "revoked_by"),
    }
    response = render(
        request, "awarding/manage/tokens.html", context, status=422 if form.errors else 200
    )
    add_never_cache_headers(response)
    return response


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request, public_id):
    in_force = ApiToken.objects.coordinated_by(request.user).in_force().select_related("agency")
    token = get_object_or_404(in_force, public_id=public_id)
    if request.method == "POST":
        tokens.revoke_token(token, by=request.user)
        messages.success(request, _("The token is revoked. It can no longer award anything."))
        return redirect("awarding:manage_tokens")
    return render(request, "awarding/manage/token_revoke.html", {"token": token})
