"""Signing in with the code of a class, and the class as its instructors see it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.classes import operations as classes
from accounts.classes.codes import is_secret_of, read_code
from accounts.classes.forms import ClassCodeForm, ClassSignInForm, SecretForm
from accounts.classes.limits import begin_class_try, know_browser
from accounts.classes.pages import ClassPages
from accounts.classes.sessions import (
    leave_the_class,
    note_secret_typed_again,
    sign_in_of,
    sign_in_to,
)
from accounts.decorators import instructors_only
from accounts.known_browsers import remember_browser
from accounts.languages import current_language, set_language_cookie
from accounts.models import ClassCode, ClassSignIn, Group
from accounts.own_pages import own_page
from accounts.rate_limits import exceeds_rate_limit, minutes_to_wait
from accounts.sign_in_limits import Refusal

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
    said = _(
        "The user name and the secret number do not belong together. Look at your card, or ask "
        "your teacher for a new one."
    )
    return found if _is_right(request, code, user_name, found, secret, form, said) else None


def _is_right(request, code, user_name, found, secret, form, wrong: str) -> bool:
    """Counts the try. The form says why it is refused."""
    attempt = begin_class_try(request, code, user_name, found)
    is_right = is_secret_of(found, secret)
    if attempt.refusal:
        form.add_error(None, _too_many(attempt))
    elif not is_right:
        form.add_error(None, wrong)
    else:
        attempt.take_back()
        return True
    return False


def _too_many(attempt) -> str:
    if attempt.refusal == Refusal.CLASS:
        return _(
            "There were too many wrong tries for this class. Wait five minutes, or ask your "
            "teacher for a new class code."
        )
    return _("Too many wrong tries. Wait five minutes, or ask your teacher for a new card.")


def _let_in(request, found):
    language = classes.keep_first_language(found.user, current_language())
    sign_in_to(request, found, now=timezone.now())
    response = set_language_cookie(language, redirect(settings.LOGIN_REDIRECT_URL))
    remember_browser(request, found.user, response)
    return response


@sensitive_post_parameters("secret")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def type_again(request):
    """The secret once more, before the person changes how they sign in."""
    next_page = own_page(request, request.GET.get("next", "")) or reverse("accounts:profile")
    card = sign_in_of(request)
    code = card and ClassCode.objects.current().filter(group=card.group_id).first()
    if not code:
        return redirect(next_page)
    form = SecretForm(request.POST or None)
    if form.is_bound and form.is_valid():
        wrong = _("This is not the number on your card. Look at it, or ask your teacher.")
        secret = form.cleaned_data["secret"]
        if _is_right(request, code, card.user_name, card, secret, form, wrong):
            note_secret_typed_again(request, now=timezone.now())
            return redirect(next_page)
    context = {"form": form, "card": card}
    status = 422 if form.errors else 200
    return render(request, "accounts/classes/again.html", context, status=status)


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
@require_http_methods(["GET", "HEAD", "POST"])
def add(request, public_id):
    return _pages(request, public_id).add()


@instructors_only
@require_http_methods(["GET", "HEAD", "POST"])
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
