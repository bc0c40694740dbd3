"""Coordinators' page to add and change sponsors."""

from django.contrib import messages
from django.forms import FileInput
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from audit.file_storage import NO_ROOM, NotStored, nothing_stored
from editing.views import compares_again
from rewards.models import Sponsor
from rewards.sponsors import operations as sponsors
from rewards.sponsors.forms import SponsorForm


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def edit_sponsor(request, slug=None):
    coordinated = Sponsor.objects.coordinated_by(request.user)
    sponsor = get_object_or_404(coordinated, slug=slug) if slug else None
    form = SponsorForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        instance=sponsor,
        user=request.user,
    )
    # Hide the name of the stored file; the page shows the logo itself.
    form.fields["logo"].widget = FileInput()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        edited = form.instance
        if form.logo_png is not None:
            # Undo the form's assignment of the raw upload; save_sponsor() saves the PNG.
            edited.logo = (
                Sponsor.objects.filter(pk=edited.pk).values_list("logo", flat=True).first()
            )
        try:
            sponsors.save_sponsor(edited, by=request.user, logo=form.logo_png, edit=form.edit)
        except NotStored:
            form.add_error("logo", nothing_stored())
            status = NO_ROOM
        else:
            messages.success(request, _("The sponsor is saved."))
            return redirect("rewards:manage_list")
    context = {"form": form, "sponsor": sponsor}
    return render(request, "rewards/manage/sponsor.html", context, status=status)


@coordinators_only
@require_POST
def remove_logo(request, slug):
    sponsor = get_object_or_404(Sponsor.objects.coordinated_by(request.user), slug=slug)
    sponsors.remove_logo(sponsor, by=request.user)
    messages.success(request, _("The logo is removed. Announced drawings keep it."))
    return redirect("rewards:manage_sponsor", slug)
