"""Signing in with the code of a class, and the class as its instructors see it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.classes import operations as classes
from accounts.classes.codes import is_secret_of, read_code
from accounts.classes.forms import ClassCodeForm, ClassSignInForm
from accounts.classes.limits import begin_class_try, know_browser
from accounts.classes.pages import ClassPages
from accounts.classes.sessions import leave_the_class, sign_in_to
from accounts.decorators import instructors_only
from accounts.known_browsers import remember_browser
from accounts.languages import current_language, set_language_cookie
from accounts.models import ClassCode, ClassSignIn, Group
from accounts.rate_limits import exceeds_rate_limit, minutes_to_wait

# Codes typed from one network in five minutes, in which a whole school may be.
CODES_TYPED = 300


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request):
    """Which class?"""
    form = ClassCodeForm(request.POST or None)
    if request.method == "POST":
        if exceeds_rate_limit(request, "class", times=CODES_TYPED, seconds=300):
            return _too_often(request, form)
        if form.is_valid():
            code = ClassCode.objects.current().filter(code=form.cleaned_data["code"]).first()
            if code:
                return redirect(code.get_sign_in_url())
            form.add_error("code", _unknown())
    status = 422 if form.errors else 200
    return render(request, "accounts/classes/ask.html", {"form": form}, status=status)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_in(request, typed):
    """Who are you? Nobody's name is shown before."""
    plain = read_code(typed)
    code = ClassCode.objects.current().filter(code=plain).first() if plain else None
    if code is None:
        form = ClassCodeForm({"code": typed})
        if exceeds_rate_limit(request, "class", times=CODES_TYPED, seconds=300):
            return _too_often(request, form)
        if form.is_valid():
            form.add_error("code", _unknown())
        return render(request, "accounts/classes/ask.html", {"form": form}, status=404)
    form = ClassSignInForm(request.POST or None)
    if form.is_bound and form.is_valid():
        found = _check(request, code, form)
        if found:
            return _let_in(request, found)
    context = {"form": form, "code": code}
    status = 422 if form.errors else 200
    response = render(request, "accounts/classes/sign_in.html", context, status=status)
    know_browser(request, response)
    return response


def _check(request, code, form) -> ClassSignIn | None:
    user_name, secret = form.cleaned_data["user_name"], form.cleaned_data["secret"]
    usable = ClassSignIn.objects.usable().select_related("user")
    found = usable.filter(group=code.group_id, user_name=user_name).first()
    attempt = begin_class_try(request, code, user_name, found)
    is_right = is_secret_of(found, secret)
    if attempt.refusal:
        said = _("Too many wrong tries. Wait five minutes, or ask your teacher for a new card.")
        form.add_error(None, said)
    elif not is_right:
        said = _(
            "The user name and the secret number do not belong together. Look at your card, or ask "
            "your teacher for a new one."
        )
        form.add_error(None, said)
    else:
        attempt.take_back()
        return found
    return None


def _let_in(request, found):
    language = classes.keep_first_language(found.user, current_language())
    sign_in_to(request, found, now=timezone.now())
    response = set_language_cookie(language, redirect(settings.LOGIN_REDIRECT_URL))
    remember_browser(request, found.user, response)
    return response


@login_required
@require_POST
def end_own(request):
    """The person has an email address by now, and no longer uses the card."""
    if classes.end_own(request.user):
        leave_the_class(request)
        messages.success(request, _("Your class card no longer works. Sign in with your email."))
    return redirect("accounts:profile")


def _too_often(request, form):
    context = {"form": form, "wait": minutes_to_wait(request, "class")}
    return render(request, "accounts/classes/ask.html", context, status=429)


def _unknown() -> str:
    return _("No class has this code now. Check it on your card, or ask your teacher.")


# --- Instructors ----------------------------------------------------------------------------------


@instructors_only
@require_safe
def class_page(request, public_id):
    return _pages(request, public_id).show()


@instructors_only
@require_POST
def add(request, public_id):
    return _pages(request, public_id).add()


@instructors_only
@require_POST
def cards(request, public_id):
    return _pages(request, public_id).renew_cards()


@instructors_only
@require_POST
def change_code(request, public_id):
    return _pages(request, public_id).change_code()


def _pages(request, public_id) -> ClassPages:
    """A coordinator has to allow it."""
    mine = Group.objects.taught_by(request.user).filter(instructors_add_learners=True)
    group = get_object_or_404(mine.select_related("agency"), public_id=public_id)
    return ClassPages(request, group, name="accounts:class", template="accounts/classes/class")
