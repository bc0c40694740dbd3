"""The program's own pages, its logo, and its accent color as a style sheet."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from program import colors
from program.current import current
from program.models import Page
from program.pages import page_to_show
from serving.documents import public_document, unchanged_response
from serving.kept_pages import kept_page

CACHE_SECONDS = 365 * 24 * 3600
KEPT_FOR_EVER = f"public, max-age={CACHE_SECONDS}, immutable"
STYLES = """:root {{
  --color-action: light-dark({0.light}, {0.dark});
  --color-action-hover: light-dark({0.light_hover}, {0.dark_hover});
  --color-action-ink: light-dark({0.light_ink}, {0.dark_ink});
  --color-link: light-dark({0.light}, {0.dark});
  --color-header-edge: {0.dark};
}}
"""


@require_safe
@kept_page
def page(request, slug):
    """One of the program's own pages, in the office's words or the default ones."""
    program = current()
    if slug not in Page.Slug.values or slug in program.hidden_pages:
        raise Http404
    return render(request, "program/page.html", {"page": page_to_show(slug, program)})


@public_document
def accent(request, color):
    """The accent in place of the color that comes with the software (`static/css/tokens.css`).

    It follows from the address alone. Pages have no inline styles, so it is a file.
    """
    if not colors.is_dark_enough(f"#{color}"):
        raise Http404
    response = HttpResponse(STYLES.format(colors.look(f"#{color}")), content_type="text/css")
    response["Cache-Control"] = KEPT_FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    return response


@public_document
def logo(request, name):
    """A logo as it was saved, also one that has been replaced: emails that were sent show it."""
    etag = f'"{name}"'
    response = unchanged_response(request, etag)
    if response is None:
        try:
            file = default_storage.open(f"program/{name}.png")
        except FileNotFoundError as missing:
            raise Http404 from missing
        response = FileResponse(file, content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = KEPT_FOR_EVER
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
