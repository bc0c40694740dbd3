from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from editing.views import compares_again
from reviewing.models import Snippet
from reviewing.snippets import pages
from reviewing.snippets.forms import SnippetForm
from reviewing.views import reviewers_only


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def snippets(request):
    """The reviewer's own, with those of agencies; as JSON for the page on which they judge."""
    own = Snippet.objects.of(request.user)
    shared = Snippet.objects.shared_with(request.user)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(
            {
                "snippets": [
                    {"name": one.name, "text": one.text, "agency": str(one.agency or "")}
                    for one in [*own, *shared]
                ]
            }
        )
    return pages.list_page(
        request,
        SnippetForm(request.POST or None),
        template="reviewing/snippets/list.html",
        context={"own": own, "shared": shared},
        owner=request.user,
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def snippet(request, pk):
    found = get_object_or_404(Snippet.objects.of(request.user), pk=pk)
    return pages.edit_page(
        request,
        found,
        template="reviewing/snippets/edit.html",
        list_url=reverse("reviewing:snippets"),
    )


@reviewers_only
@require_POST
def remove_snippet(request, pk):
    found = get_object_or_404(Snippet.objects.of(request.user), pk=pk)
    return pages.remove_and_return(request, found, list_url=reverse("reviewing:snippets"))
