"""Coordinators' pages of announcements: write, look, test, send, watch, stop and go on."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from editing.shown import NotAsShown
from editing.views import compares_again
from mailings.announcements import operations as announcements
from mailings.announcements.forms import AnnouncementForm
from mailings.announcements.recipients import find, in_words, recipients_of, with_words
from mailings.emails import as_read_by
from mailings.models import Announcement
from program.current import current
from program.languages import offered, one_that_is_offered

PAGE_SIZE = 25


@coordinators_only
@require_safe
def announcement_index(request):
    found = Announcement.objects.coordinated_by(request.user).select_related(
        "mailing_list", "agency"
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "mailings/manage/announcements.html", {"page": page})


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    form = AnnouncementForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return redirect(announcements.draft(**form.cleaned_data, by=request.user))
    context = {"form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "mailings/manage/announcement_edit.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def edit(request, public_id):
    announcement = _get(request, public_id)
    if not announcement.is_draft:
        messages.error(request, _("It is being sent already, so its text can’t change."))
        return redirect(announcement)
    form = AnnouncementForm(
        request.POST if request.method == "POST" else None, instance=announcement, user=request.user
    )
    if request.method == "POST" and form.is_valid():
        announcements.change(announcement, by=request.user, edit=form.edit)
        return redirect(announcement)
    context = {"form": form, "announcement": announcement}
    status = 422 if request.method == "POST" else 200
    return render(request, "mailings/manage/announcement_edit.html", context, status=status)


@coordinators_only
@require_safe
@never_cache
def announcement(request, public_id):
    found = _get(request, public_id)
    context = {
        "announcement": found,
        "filters": found.filters_in_words(),
        "previews": _previews(found),
    }
    if (key := request.GET.get("as")) and found.is_draft:
        context["reader"] = _reader(found, key)
    if found.is_draft:
        recipients = announcements.count_recipients(found)
        context["recipients"] = recipients
        context["shown"] = announcements.mark(found, recipients)
        context["draft"] = announcements.mark(found, 0)
        context["has_postal_address"] = bool(current().postal_address)
    else:
        context["progress"] = announcements.progress(found)
    return render(request, "mailings/manage/announcement.html", context)


@coordinators_only
@require_safe
@never_cache
def recipients(request, public_id):
    """Who would get a draft now, or who gets what is being sent."""
    found = _get(request, public_id)
    who = with_words(recipients_of(found)) if found.is_draft else announcements.letters_of(found)
    page = Paginator(who, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        in_words(one) if found.is_draft else in_words(one.user or one.subscription)
        for one in page.object_list
    ]
    context = {"announcement": found, "page": page, "rows": rows}
    return render(request, "mailings/manage/announcement_recipients.html", context)


@coordinators_only
@require_POST
def send_test(request, public_id):
    found = _get(request, public_id)
    announcements.send_test(found, by=request.user)
    messages.success(request, _("A test is on its way to your own address."))
    return redirect(found)


@coordinators_only
@require_POST
def send(request, public_id):
    found = _get(request, public_id)
    try:
        announcements.start(found, by=request.user, shown=request.POST.get("shown", ""))
    except NotAsShown:
        words = _("The text or the number of people has changed meanwhile. Look again, then send.")
        messages.error(request, words)
    except announcements.NoPostalAddress:
        messages.error(request, _("First enter the postal address of the office in the settings."))
    except announcements.NobodyToWriteTo:
        messages.error(request, _("Nobody would get it. Change the list or the filters."))
    except TransitionNotAllowed:
        messages.info(request, _("It is being sent already."))
    else:
        messages.success(request, _("Sending has begun."))
    return redirect(found)


@coordinators_only
@require_POST
def discard(request, public_id):
    found = _get(request, public_id)
    try:
        announcements.discard(found, by=request.user, shown=request.POST.get("shown", ""))
    except NotAsShown:
        messages.error(
            request, _("The text has changed meanwhile. Look again before you delete it.")
        )
        return redirect(found)
    except TransitionNotAllowed:
        messages.error(request, _("It is being sent already, so it can’t be deleted."))
        return redirect(found)
    messages.success(request, _("The draft is deleted."))
    return redirect("mailings:manage_announcements")


@coordinators_only
@require_POST
def stop(request, public_id):
    found = _get(request, public_id)
    try:
        announcements.stop(found, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("There is nothing left to stop."))
    else:
        messages.success(request, _("Sending has stopped. You can go on later."))
    return redirect(found)


@coordinators_only
@require_POST
def go_on(request, public_id):
    found = _get(request, public_id)
    try:
        announcements.go_on(found, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("There is nothing to go on with."))
    else:
        messages.success(request, _("Sending goes on."))
    return redirect(found)


def _previews(found):
    """Subject and text as the readers of each language get them."""
    previews = []
    for language in offered():
        with translation.override(language):
            name = translation.get_language_info(language)["name_local"]
            previews.append({"name": name, "subject": str(found), "body": found.body_text})
    return previews


def _reader(found, key):
    """The email as one of its readers gets it."""
    try:
        recipient = find(found, str(UUID(key)))
    except ValueError:
        return None
    if recipient is None:
        return None
    words = in_words(recipient)
    language = one_that_is_offered(words.language)
    with translation.override(language):
        message = as_read_by(found, recipient)
    return {"who": words, "subject": message.subject, "text": message.body, "language": language}


def _get(request, public_id):
    found = Announcement.objects.coordinated_by(request.user).select_related(
        "mailing_list__agency", "agency", "group", "has_badge__current_version",
        "lacks_badge__current_version", "pathway__badge_class__current_version",
    )  # fmt: skip
    return get_object_or_404(found, public_id=public_id)
