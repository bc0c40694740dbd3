"""Pages that exist only in demo mode: the outbox and the gallery."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from demo.gallery import gallery_context
from demo.models import OutboxAttachment, OutboxMessage

# Emails contain their own styles. They may show their own images and
# do nothing else, whatever they contain.
LETTER_POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@never_cache
def outbox(request):
    address = request.GET.get("to", "").strip()
    letters = OutboxMessage.objects.defer("text", "html").prefetch_related("attachments")
    if address:
        letters = letters.filter(to__icontains=address)
    page = Paginator(letters, 30).get_page(request.GET.get("page"))
    return render(request, "demo/outbox.html", {"page": page, "address": address})


@never_cache
@csp_update({"frame-src": [SELF]})
def outbox_message(request, pk):
    letter = get_object_or_404(OutboxMessage, pk=pk)
    attachments = [
        {"pk": file.pk, "name": file.name, "size": len(file.content)}
        for file in letter.attachments.all()
    ]
    context = {"letter": letter, "attachments": attachments}
    return render(request, "demo/outbox_message.html", context)


@never_cache
@xframe_options_sameorigin
@csp_replace(LETTER_POLICY)
def outbox_html(request, pk):
    letter = get_object_or_404(OutboxMessage, pk=pk).html
    # Open links in a new tab, not inside the frame.
    return HttpResponse(letter.replace("<head>", '<head><base target="_blank">', 1))


@never_cache
def outbox_attachment(request, pk):
    """Always a download, because an attachment must not run as a page of this site."""
    file = get_object_or_404(OutboxAttachment, pk=pk)
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def gallery(request):
    return render(request, "demo/gallery.html", gallery_context())
