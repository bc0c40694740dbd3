"""What the program promises and how it does, for everybody: a page, and the same as JSON."""

import json

from django.shortcuts import render
from django.views.decorators.http import require_safe

from program.current import current
from reporting.models import PublishedNumbers
from reporting.promises import shown
from reporting.promises.protection import FEWEST_PEOPLE
from serving.documents import JSON, allow_any_origin, document_response, public_document
from serving.kept_pages import kept_page

QUARTERS_SHOWN = 12
SHAPE = 1  # of the JSON; a property that is added does not change it


@require_safe
@kept_page
def promises(request):
    rows = list(PublishedNumbers.objects.all()[:QUARTERS_SHOWN])
    context = {
        "latest": shown.latest(rows),
        "rows": [(row, shown.values(row)) for row in rows],
    }
    return render(request, "reporting/promises.html", context)


@public_document
def promises_json(request):
    """All quarters. docs/promises.md describes it."""
    document = {
        "shape": SHAPE,
        "program": current().name,
        "fewest_people": FEWEST_PEOPLE,
        "quarters": [
            {
                "first": row.first.isoformat(),
                "last": row.last.isoformat(),
                "published_at": row.published_at.isoformat(),
                **row.numbers,
            }
            for row in PublishedNumbers.objects.all()
        ],
    }
    text = json.dumps(document, ensure_ascii=False)
    return allow_any_origin(document_response(request, text, media_type=JSON))
