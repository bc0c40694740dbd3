from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts import operations
from accounts.agencies.operations import Closed
from accounts.forms import ProfileForm, SchoolForm
from accounts.languages import set_language_cookie
from accounts.models import Agency, Membership, User
from editing.views import compares_again

# As many as a person can scan on a phone. The page says when there are more.
MAX_SHOWN = 40


@login_required
@compares_again
def profile(request):
    # Not request.user: the form assigns what was typed, which the page's header would show.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        operations.save_profile(request.user, edit=form.edit)
        language = form.cleaned_data["language"]
        with override(language):
            messages.success(request, _("Saved."))
        return set_language_cookie(language, redirect("accounts:profile"))
    memberships = list(
        request.user.memberships.current()
        .select_related("agency__parent")
        .order_by("agency__name", "role")
    )
    workplace = next((m for m in memberships if m.role == Membership.Role.EARNER), None)
    context = {
        "form": form,
        "workplace": workplace,
        "turned_down": None if workplace else _turned_down_workplace(request.user),
        "roles": [m for m in memberships if m.role != Membership.Role.EARNER],
        "addresses": request.user.emailaddress_set.order_by("-primary", "email"),
        "class_sign_ins": request.user.class_sign_ins.current(),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@login_required
def school(request, *, welcome=False):
    """Choose where you work, by a search that is quick with 8 schools and with 8,000."""
    words = request.GET.get("q", "").strip()[:100]
    found = list(Agency.objects.workplaces().named_like(words)[: MAX_SHOWN + 1])
    form = SchoolForm(request.POST or None, shown=found[:MAX_SHOWN])
    if request.method == "POST" and form.is_valid():
        try:
            operations.choose_school(request.user, form.cleaned_data["agency"])
        except Closed:
            form.add_error("agency", _("This agency has closed. Choose another one."))
        else:
            messages.success(
                request, _("Thank you. We noted where you work. A coordinator will confirm it.")
            )
            return redirect("catalog:home" if welcome else "accounts:profile")
    context = {
        "form": form,
        "words": words,
        "found": bool(found),
        "more": len(found) > MAX_SHOWN,
        "welcome": welcome,
        "chosen": Agency.objects.filter(
            memberships__in=request.user.memberships.current().workplaces()
        ).first(),
    }
    return render(request, "accounts/school.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def leave_school(request):
    operations.choose_school(request.user, None)
    messages.success(request, _("We no longer list you with a school."))
    return redirect("accounts:profile")


def _turned_down_workplace(user) -> Membership | None:
    """The workplace that this person named last, if a coordinator refused or ended it."""
    return user.memberships.turned_down().select_related("agency").first()
