from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connections

from issuing.keys.operations import origin_moved_message
from issuing.models import PublicOrigin


@register(Tags.database)
def check_public_origin(databases=None, **kwargs):
    """Compare PUBLIC_ORIGIN with the origin in issued badges. `migrate` runs this, too."""
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        tables = connections["default"].introspection.table_names(cursor)
    if PublicOrigin._meta.db_table not in tables:
        return []
    recorded = PublicOrigin.objects.first()
    if recorded is None or recorded.origin == settings.PUBLIC_ORIGIN:
        return []
    # A demo may start on another port. Only its new badges have to wait.
    finding, hint = Error, None
    if settings.DEMO:
        finding, hint = Warning, "Or start the demo from scratch with `make demo`."
    return [finding(origin_moved_message(recorded.origin), hint=hint, id="issuing.origin")]
