"""The set-up of a new installation, one plain page for each step. Afterwards it is not found."""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.languages import current_language
from accounts.rate_limits import exceeds_rate_limit, minutes_to_wait
from accounts.set_up import operations as set_up
from catalog.issuers.forms import IssuerForm
from catalog.issuers.operations import stored as stored_issuer
from catalog.models import Category, Issuer
from editing.views import compares_again
from office.setup import operations
from office.setup.forms import (
    CategoriesForm,
    CodeForm,
    IssuerLogoForm,
    OfficeForm,
    PasswordForm,
    PeopleForm,
    ProgramLogoForm,
    ProgramStepForm,
    YouForm,
)
from office.setup.steps import STEPS, first_open, place_of
from program import operations as program

SESSION = "set-up code"
TRIES, SECONDS = 10, 15 * 60
BACKEND = "accounts.backends.ModelBackend"


def step(name):
    return lambda view: _step(view, name)


def _step(view, name):
    """Open while the installation is being set up, to the people who may, in the order of steps."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @wraps(view)
    def checked(request):
        if not set_up.is_open():
            raise Http404
        if not _may(request):
            return redirect("office:set_up")
        row = set_up.current()
        first = first_open(row)
        if place_of(name) > first:
            return redirect(STEPS[first])
        try:
            return view(request, row)
        except set_up.NotInTurn:
            return redirect("office:set_up")
        except set_up.Finished:
            raise Http404 from None

    return checked


def _may(request) -> bool:
    if set_up.is_of_current_code(request.session.get(SESSION)):
        return True
    user = request.user
    return user.is_authenticated and (
        user.is_superuser or user.pk == set_up.current().coordinator_id
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def enter(request):
    """Asks for the code. A wrong one counts against the network that it comes from."""
    if not set_up.is_open():
        raise Http404
    if _may(request):
        return redirect(STEPS[first_open(set_up.current())])
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and exceeds_rate_limit(request, "set-up", times=TRIES, seconds=SECONDS):
        minutes = minutes_to_wait(request, "set-up")
        said = ngettext(
            "Too many tries. Wait %(minutes)s minute, then type the code again.",
            "Too many tries. Wait %(minutes)s minutes, then type the code again.",
            minutes,
        )
        form.add_error("code", said % {"minutes": minutes})
        status = 429
    elif form.is_bound and form.is_valid():
        number = set_up.number_of_code(form.cleaned_data["code"])
        if number is not None:
            request.session.cycle_key()
            request.session[SESSION] = number
            return redirect("office:set_up")
        form.add_error("code", _refusal())
    if form.errors and status == 200:
        status = 422
    return render(request, "office/set_up/enter.html", {"form": form}, status=status)


def _refusal() -> str:
    row = set_up.current()
    if row.coordinator_id and not row.code_hash:
        return _(
            "The code was used. Sign in as the person who began, or print a new code with "
            "manage.py setup_code."
        )
    return _("This is not the code. Copy it again, or print a new one with manage.py setup_code.")


@step("you")
def you(request, row):
    data = request.POST if request.method == "POST" else None
    begun = row.coordinator is not None
    if begun and row.coordinator == request.user:
        return _page(request, "you", {"person": row.coordinator})
    if not begun and request.user.is_authenticated:
        if data is not None:
            return _begin_as_operator(request)
        return _page(request, "you", {"operator": request.user})
    form = PasswordForm(data) if begun else YouForm(data)
    if form.is_bound and form.is_valid():
        try:
            if begun:
                user = set_up.choose_password(**form.cleaned_data)
            else:
                user = set_up.begin(language=current_language(), **form.cleaned_data)
        except set_up.AddressTaken:
            form.add_error("email", _("An account has this address. Sign in with it first."))
        except set_up.AlreadyBegun:
            messages.error(request, _begun_by_another())
            return redirect("office:set_up")
        else:
            login(request, user, backend=BACKEND)
            return redirect("office:set_up")
    return _page(request, "you", {"form": form, "returning": row.coordinator})


def _begin_as_operator(request):
    try:
        set_up.begin_as(request.user)
    except set_up.AlreadyBegun:
        messages.error(request, _begun_by_another())
    return redirect("office:set_up")


def _begun_by_another() -> str:
    return _("Somebody else has begun the set-up. Continue together, or ask them.")


@step("program")
@compares_again
def program_step(request, row):
    posted = request.method == "POST"
    form = ProgramStepForm(request.POST if posted else None, initial=program.stored())
    picture = ProgramLogoForm(
        request.POST if posted else None, request.FILES or None, prefix="logo"
    )
    if posted and form.is_valid() and picture.is_valid():
        operations.save_program(
            by=_by(request, row), edit=form.edit, png=picture.png,
            agency=row.agency,
        )  # fmt: skip
        return redirect(_after("program"))
    return _page(request, "program", {"form": form, "picture": picture})


@step("office")
@compares_again
def office(request, row):
    stored = program.stored()
    initial = {name: stored[name] for name in ("office_email", "postal_address")}
    if row.agency:
        initial |= {"name": row.agency.name, "kind": row.agency.kind}
    form = OfficeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        operations.save_office(by=_by(request, row), **form.cleaned_data)
        return redirect(_after("office"))
    return _page(request, "office", {"form": form})


@step("issuer")
@compares_again
def issuer(request, row):
    posted = request.method == "POST"
    known = Issuer.objects.filter(agency=row.agency).order_by("pk").first()
    if known:
        initial = stored_issuer(known)
    else:
        initial = {"name": row.agency.name, "email": program.stored()["office_email"]}
    form = IssuerForm(request.POST if posted else None, initial=initial, user=None)
    picture = IssuerLogoForm(
        request.POST if posted else None, request.FILES or None, prefix="logo",
        initial={"alt": known.logo_alt} if known else None,
    )  # fmt: skip
    if posted and form.is_valid() and picture.is_valid():
        operations.save_issuer(
            row.agency,
            by=_by(request, row),
            fields=form.cleaned_data,
            png=picture.art and picture.art.png,
            alt=picture.cleaned_data["alt"],
        )
        return redirect(_after("issuer"))
    return _page(request, "issuer", {"form": form, "picture": picture, "issuer": known})


@step("categories")
def categories(request, row):
    listed = list(Category.objects.all())
    data = request.POST if request.method == "POST" else None
    form = CategoriesForm(data, taken={category.name.casefold() for category in listed})
    if form.is_bound and form.is_valid():
        operations.add_categories(form.chosen, by=_by(request, row), agency=row.agency)
        return redirect(_after("categories"))
    return _page(request, "categories", {"form": form, "listed": listed})


@step("people")
def people(request, row):
    form = PeopleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        operations.invite_and_finish(
            row.agency, addresses=form.cleaned_data["addresses"], language=current_language(),
            by=_by(request, row),
        )  # fmt: skip
        messages.success(request, _("The program is set up. This page says what comes next."))
        return redirect("office:manage_ready")
    return _page(request, "people", {"form": form})


def _by(request, row):
    """The new person acts, also where a session with the code goes on without signing in."""
    return request.user if request.user.is_authenticated else row.coordinator


def _after(name: str):
    return STEPS[place_of(name) + 1]


def _page(request, name: str, context: dict):
    place = place_of(name)
    forms = [context[key] for key in ("form", "picture") if context.get(key)]
    context |= {
        "steps": STEPS,
        "step": STEPS[place],
        "number": place + 1,
        "before": STEPS[place - 1] if place else None,
        "after": STEPS[place + 1] if place + 1 < len(STEPS) else None,
        "has_errors": any(form.is_bound and form.errors for form in forms),
        "first_open": first_open(set_up.current()),
    }
    status = 422 if context["has_errors"] else 200
    return render(request, f"office/set_up/{name}.html", context, status=status)
