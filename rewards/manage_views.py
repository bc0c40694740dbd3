"""A coordinator's drawings up to the announcement: rules, prizes, people, sponsors."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import FileInput
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from audit.moves import TransitionNotAllowed
from rewards import drafting, drawings, flags, operations
from rewards.answer_forms import ExcludeForm, SamePersonForm
from rewards.drawing_forms import PrizeFormSet, RulesForm, SourceFormSet
from rewards.forms import SponsorForm
from rewards.models import Drawing, DrawingRules, ExcludedPerson, SamePerson, Sponsor
from rewards.permissions import accounts_known_to, can_create, can_merge
from rewards.states import DrawingStatus


@login_required
@require_safe
def manage_list(request):
    if not can_create(request.user):
        raise PermissionDenied
    found = Drawing.objects.coordinated_by(request.user).select_related("rules", "agency")
    context = {"drawings": found, "sponsors": Sponsor.objects.all()}
    return render(request, "rewards/manage/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    if not can_create(request.user):
        raise PermissionDenied
    form = RulesForm(request.POST or None, user=request.user)
    sources = SourceFormSet(request.POST or None, prefix="source")
    if request.method == "POST" and _are_valid(form, sources):
        form.instance.sources = sources.contents
        made = drafting.create_drawing(
            title=form.cleaned_data["title"],
            agency=form.cleaned_data["agency"],
            rules=form.instance,
            sets=form.chosen_sets,
            by=request.user,
        )
        messages.success(request, _("The draft is kept. Now add the prizes."))
        return redirect("rewards:manage_prizes", made.slug)
    return _render_rules(request, form, sources, drawing=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_rules(request, slug):
    drawing = coordinated(request, slug)
    if drawing.status not in {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED}:
        messages.info(request, _("The list is closed; the rules stand."))
        return redirect("rewards:manage_drawing", slug)
    rules = drafting.rules_to_edit(drawing)
    announced_sets = {}
    if rules.pk is None:
        announced_sets = drafting.sets_of(DrawingRules.objects.get(pk=drawing.rules_id))
        # The number is told to the form, so that it asks what changes.
        rules.number += 1
    form = RulesForm(
        request.POST or None, instance=rules, user=request.user, initial=announced_sets
    )
    sources = SourceFormSet(request.POST or None, prefix="source", initial=rules.sources)
    if request.method == "POST" and _are_valid(form, sources):
        form.instance.sources = sources.contents
        try:
            drafting.save_rules(
                drawing,
                form.instance,
                sets=form.chosen_sets,
                by=request.user,
                title=form.cleaned_data.get("title"),
            )
        except TransitionNotAllowed:
            messages.info(request, _("The list was closed meanwhile; the rules stand."))
            return redirect("rewards:manage_drawing", slug)
        except drafting.WrittenMeanwhile:
            form.add_error(
                None,
                _(
                    "Somebody announced these rules or changed them at the same moment. Nothing of "
                    "yours was kept yet: look at what they say now, then save again."
                ),
            )
            return _render_rules(request, form, sources, drawing=drawing)
        messages.success(request, _("The rules are kept. They hold once you announce them."))
        return redirect("rewards:manage_rules", slug)
    return _render_rules(request, form, sources, drawing=drawing)


def _are_valid(form, sources):
    is_valid = form.is_valid()
    sources.final_from = form.cleaned_data.get("disputes_until")
    sources.draws_at = form.cleaned_data.get("draws_at")
    sources.full_clean()
    # What the set's own clean() adds to a row makes the row wrong, too.
    return sources.is_valid() and not any(sources.errors) and is_valid


def _render_rules(request, form, sources, *, drawing):
    refused = request.method == "POST"
    context = {"form": form, "sources": sources, "drawing": drawing, "frame": "rules"}
    template = "rewards/manage/rules.html"
    return render(request, template, context, status=422 if refused else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_prizes(request, slug):
    drawing = coordinated(request, slug)
    prizes = list(drawing.prizes.select_related("sponsor"))
    for prize in prizes:
        prize.drawing = drawing
    initial = [
        {
            "pk": prize.pk, "name": prize.name, "worth": prize.worth, "quantity": prize.quantity,
            "sponsor": prize.sponsor_id, "description": prize.description,
            "how_to_collect": prize.how_to_collect, "adults_only": prize.adults_only,
            "picture_alt": prize.picture_alt,
        }
        for prize in prizes
    ]  # fmt: skip
    rows = PrizeFormSet(
        request.POST or None, request.FILES or None, prefix="prize", initial=initial
    )
    status = 200
    if request.method == "POST":
        if rows.is_valid():
            try:
                drafting.save_prizes(drawing, rows.contents, by=request.user)
            except TransitionNotAllowed:
                messages.info(request, _("The prizes are announced and stay as they are."))
            else:
                messages.success(request, _("The prizes are kept."))
            return redirect("rewards:manage_prizes", slug)
        status = 422
    context = {"drawing": drawing, "prizes": prizes, "rows": rows, "frame": "prizes"}
    return render(request, "rewards/manage/prizes.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request, slug):
    drawing = coordinated(request, slug)
    if request.method == "POST":
        try:
            drawings.announce(drawing, by=request.user)
        except drawings.NotReady:
            messages.info(request, _("Nothing was announced yet: see below what is missing."))
            return redirect("rewards:manage_announce", slug)
        messages.success(request, _("It is announced. Everyone can read it now."))
        return redirect(drawing)
    waiting = drawing.rules_versions.filter(announced_at=None).first()
    prizes = list(drawing.prizes.select_related("sponsor"))
    for prize in prizes:
        prize.drawing = drawing
    context = {
        "drawing": drawing,
        "rules": waiting,
        "prizes": prizes,
        "missing": drawings.what_is_missing(drawing, waiting, now=timezone.now()),
        "commitment": drawings.commitment(drawing),
        "frame": "announce",
    }
    return render(request, "rewards/manage/announce.html", context)


@login_required
@require_safe
def people(request, slug):
    return _people(request, coordinated(request, slug))


def _people(request, drawing, *, exclude_form=None, same_form=None, status=200):
    taking_part = drawing.entries.values("user")
    found = SamePerson.objects.select_related("user", "main", "found_by")
    found = list(found.filter(user__in=taking_part) | found.filter(main__in=taking_part))
    accounts = {pk for one in found for pk in (one.user_id, one.main_id)}
    known = set(
        accounts_known_to(request.user).filter(pk__in=accounts).values_list("pk", flat=True)
    )
    context = {
        "drawing": drawing,
        "excluded": ExcludedPerson.objects.filter(drawing=drawing).select_related(
            "user", "excluded_by"
        ),
        "same": [(one, one.user_id in known and one.main_id in known) for one in found],
        "exclude_form": exclude_form or ExcludeForm(by=request.user, drawing=drawing),
        "same_form": same_form or SamePersonForm(by=request.user),
        "flags": flags.bulk_awards(drawing) if drawing.rules else [],
        "many": flags.MANY,
        "can_let_in": drawing.status in {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED},
        "frame": "people",
    }
    return render(request, "rewards/manage/people.html", context, status=status)


@login_required
@require_POST
def exclude(request, slug):
    drawing = coordinated(request, slug)
    form = ExcludeForm(request.POST, by=request.user, drawing=drawing)
    if not form.is_valid():
        return _people(request, drawing, exclude_form=form, status=422)
    try:
        drafting.exclude(drawing, by=request.user, **form.cleaned_data)
    except TransitionNotAllowed:
        messages.info(
            request, _("The public numbers may be known; nobody can be excluded any more.")
        )
    else:
        messages.success(request, _("This person is passed over in this drawing."))
    return redirect("rewards:manage_people", slug)


@login_required
@require_POST
def let_in(request, slug, pk):
    drawing = coordinated(request, slug)
    user = get_object_or_404(User, pk=pk)
    try:
        drafting.let_in(drawing, user, by=request.user)
    except TransitionNotAllowed:
        messages.info(request, _("The list is closed; exclusions stand."))
    return redirect("rewards:manage_people", slug)


@login_required
@require_POST
def merge(request, slug):
    drawing = coordinated(request, slug)
    form = SamePersonForm(request.POST, by=request.user)
    if not form.is_valid():
        return _people(request, drawing, same_form=form, status=422)
    if not can_merge(request.user, form.cleaned_data["user"], form.cleaned_data["main"]):
        raise PermissionDenied
    try:
        drafting.merge(by=request.user, agency=drawing.agency, **form.cleaned_data)
    except drawings.NotReady as error:
        messages.info(request, error.missing[0])
    else:
        messages.success(request, _("These accounts count as one person from now on."))
    return redirect("rewards:manage_people", slug)


@login_required
@require_POST
def part(request, slug, pk):
    drawing = coordinated(request, slug)
    found = get_object_or_404(SamePerson.objects.select_related("user", "main"), pk=pk)
    if not can_merge(request.user, found.user, found.main):
        raise PermissionDenied
    try:
        drafting.part(found, by=request.user, agency=drawing.agency)
    except TransitionNotAllowed:
        messages.info(
            request,
            _(
                "They take part in a drawing whose numbers may be known. "
                "Try again once it is drawn."
            ),
        )
    else:
        messages.success(request, _("From the next list on these accounts count apart."))
    return redirect("rewards:manage_people", slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_sponsor(request, slug=None):
    if not can_create(request.user):
        raise PermissionDenied
    sponsor = get_object_or_404(Sponsor, slug=slug) if slug else None
    form = SponsorForm(request.POST or None, request.FILES or None, instance=sponsor)
    # The stored name says nothing to anybody; the page shows the logo itself.
    form.fields["logo"].widget = FileInput()
    if request.method == "POST" and form.is_valid():
        kept = form.instance
        if form.logo_png is not None:
            # The stored name until the new picture has its own.
            kept.logo = Sponsor.objects.filter(pk=kept.pk).values_list("logo", flat=True).first()
        operations.save_sponsor(kept, by=request.user, logo=form.logo_png)
        messages.success(request, _("The sponsor is kept."))
        return redirect("rewards:manage_list")
    context = {"form": form, "sponsor": sponsor}
    status = 422 if request.method == "POST" else 200
    return render(request, "rewards/manage/sponsor.html", context, status=status)


def coordinated(request, slug):
    """The drawing, if this person runs it; for everyone else it is not there."""
    found = Drawing.objects.coordinated_by(request.user).select_related("rules", "agency")
    return get_object_or_404(found, slug=slug)
