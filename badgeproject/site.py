"""robots.txt and favicon.ico."""

from django.conf import settings
from django.http import HttpResponse
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView

# Personal and staff pages, which search engines should not visit.
PRIVATE = ["/account/", "/demo/", "/evidence/", "/manage/", "/my-badges/", "/operator/",
           "/reviews/", "/submissions/"]  # fmt: skip


@cache_control(public=True, max_age=3600)
def robots_txt(request):
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    if settings.DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@cache_control(public=True, max_age=86400)
def favicon(request):
    """For browsers that ignore the icon link in the page's head."""
    return RedirectView.as_view(url=static("img/mark.svg"))(request)
