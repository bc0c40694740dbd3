from django.http import JsonResponse
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
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def snippet(request, pk):
    return pages.edit_page(
        request,
        Snippet.objects.of(request.user),
        pk,
        template="reviewing/snippets/edit.html",
        list_url=reverse("reviewing:snippets"),
        remove_url=reverse("reviewing:remove_snippet", args=[pk]),
    )


@reviewers_only
@require_POST
def remove_snippet(request, pk):
    own = Snippet.objects.of(request.user)
    return pages.remove_and_return(request, own, pk, list_url=reverse("reviewing:snippets"))
