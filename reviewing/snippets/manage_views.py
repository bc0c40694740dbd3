from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from editing.views import compares_again
from reviewing.models import Snippet
from reviewing.snippets import pages
from reviewing.snippets.forms import AgencySnippetForm


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def snippets(request):
    return pages.list_page(
        request,
        AgencySnippetForm(request.POST or None, user=request.user),
        template="reviewing/manage/snippets.html",
        context={"shared": Snippet.objects.coordinated_by(request.user)},
    )


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def snippet(request, pk):
    return pages.edit_page(
        request,
        Snippet.objects.coordinated_by(request.user),
        pk,
        template="reviewing/manage/snippet.html",
        list_url=reverse("reviewing:manage_snippets"),
        remove_url=reverse("reviewing:manage_remove_snippet", args=[pk]),
    )


@coordinators_only
@require_POST
def remove_snippet(request, pk):
    shared = Snippet.objects.coordinated_by(request.user)
    return pages.remove_and_return(
        request, shared, pk, list_url=reverse("reviewing:manage_snippets")
    )
