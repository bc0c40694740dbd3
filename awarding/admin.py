from django.contrib import admin

from audit.admin import ReadOnlyAdmin
from awarding.models import AwardList, ClaimCode


@admin.register(AwardList)
class AwardListAdmin(ReadOnlyAdmin):
    list_display = ["name", "badge_class", "status", "made_by", "made_at"]
    list_filter = ["status", "badge_class__issuer"]
    list_select_related = ["badge_class", "made_by"]
    search_fields = ["name", "badge_class__slug"]


@admin.register(ClaimCode)
class ClaimCodeAdmin(ReadOnlyAdmin):
    list_display = ["label", "badge_class", "code", "limit", "opens_at", "closes_at", "ended_at"]
    list_filter = ["badge_class__issuer"]
    list_select_related = ["badge_class"]
    search_fields = ["label", "code", "badge_class__slug"]
