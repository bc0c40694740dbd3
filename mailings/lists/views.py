"""Pages for people who sign up for lists, without an account.

None of them needs a cookie: the signed link is the permission. Another site could at most ask an
address to confirm.
"""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.rate_limits import exceeds_rate_limit, minutes_to_wait
from mailings.lists import links
from mailings.lists import operations as lists
from mailings.lists.forms import LanguageForm, SignUpForm

# A school has one address for all of its people, and a workshop ends with everyone signing up.
SIGN_UPS_AN_HOUR = 100
HOUR = 3600


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request):
    form = SignUpForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "asked": "asked" in request.GET}
    status = 200
    if request.method == "POST":
        status = 422
        if exceeds_rate_limit(request, "sign-up-for-lists", times=SIGN_UPS_AN_HOUR, seconds=HOUR):
            status = 429
            context["wait"] = minutes_to_wait(request, "sign-up-for-lists")
        elif form.is_valid():
            chosen = form.cleaned_data["lists"]
            language = translation.get_language() or "en"
            lists.sign_up(form.cleaned_data["email"], chosen, language=language)
            return redirect(f"{reverse('mailings:lists')}?asked=1")
    return _answer(request, "mailings/lists.html", context, status=status)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, token):
    """Opening the link changes nothing: mail scanners open every link."""
    subscriber = links.subscriber_to_confirm(token)
    if subscriber is None:
        return _answer(request, "mailings/link_expired.html", {}, status=404)
    context = {"pending": [], "confirmed": []}
    if request.method == "POST":
        context["confirmed"] = lists.confirm(subscriber)
        context["yours"] = links.yours_url(subscriber)
    else:
        pending = subscriber.subscriptions.pending().select_related("mailing_list")
        context["pending"] = list(pending)
    return _answer(request, "mailings/confirm.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def yours(request, token):
    subscriber = links.subscriber_to_change(token)
    if subscriber is None:
        return _answer(request, "mailings/link_expired.html", {}, status=404)
    current = subscriber.subscriptions.current().select_related("mailing_list", "subscriber")
    form = LanguageForm(initial={"language": subscriber.language})
    if request.method == "POST" and "end" in request.POST:
        typed = request.POST["end"]
        is_key = typed.isdecimal() and len(typed) < 19
        ended = get_object_or_404(current, pk=typed if is_key else None)
        lists.end(ended)
        return redirect(request.path)
    if request.method == "POST":
        form = LanguageForm(request.POST)
        if form.is_valid():
            lists.change_language(subscriber, form.cleaned_data["language"])
            return redirect(request.path)
    context = {"subscriber": subscriber, "subscriptions": current, "form": form}
    return _answer(request, "mailings/yours.html", context, status=422 if form.errors else 200)


@csrf_exempt  # mail programs post without a page or a cookie (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request, token):
    subscription = links.subscription_to_leave(token)
    if subscription is None:
        raise Http404
    if request.method == "POST":
        lists.end(subscription)
    context = {
        "mailing_list": subscription.mailing_list,
        "done": request.method == "POST",
        "yours": links.yours_url(subscription.subscriber),
    }
    return _answer(request, "mailings/leave.html", context)


def _answer(request, template, context, *, status=200):
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response
