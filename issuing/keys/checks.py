from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connections

from issuing.keys.operations import moved
from issuing.models import PublicOrigin


@register(Tags.database)
def the_origin_is_the_one_that_badges_name(databases=None, **kwargs):
    """`migrate` runs this too, so an installation with another origin says so when it starts."""
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        tables = connections["default"].introspection.table_names(cursor)
    if PublicOrigin._meta.db_table not in tables:
        return []
    kept = PublicOrigin.objects.first()
    if kept is None or kept.origin == settings.PUBLIC_ORIGIN:
        return []
    # A demo may well come up at another port; only its new badges wait.
    finding, hint = Error, None
    if settings.DEMO:
        finding, hint = Warning, "Or begin the demo anew with `make demo`."
    return [finding(moved(kept.origin), hint=hint, id="issuing.origin")]
