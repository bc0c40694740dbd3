from django.contrib import admin

from audit.admin import ReadOnly
from issuing.models import Assertion, SharedEvidence


class SharedEvidenceInline(ReadOnly, admin.TabularInline):
    model = SharedEvidence
    extra = 0
    readonly_fields = ["item", "link", "shared_at"]


@admin.register(Assertion)
class AssertionAdmin(admin.ModelAdmin):
    """Read-only: awards change through the coordinators' pages, which write the audit log."""

    list_display = ["version", "recipient_name", "status", "due_at", "issued_on"]
    list_filter = ["status", "badge_class__issuer"]
    list_select_related = ["version"]
    search_fields = ["public_id", "recipient_name", "recipient_email", "version__name"]
    date_hierarchy = "created_at"
    inlines = [SharedEvidenceInline]
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
