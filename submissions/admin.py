from django.contrib import admin

from audit.admin import ReadOnlyAdmin
from submissions.models import StatusChange, Submission


class StatusChangeInline(admin.TabularInline):
    model = StatusChange
    extra = 0
    can_delete = False
    fields = readonly_fields = ["changed_at", "from_status", "to_status", "actor"]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """Where submissions stand and how they came there. Evidence is not for operators to read."""

    list_display = ["version", "earner", "status", "started_at", "submitted_at", "due_on"]
    list_filter = ["status"]
    list_select_related = ["version", "earner"]
    search_fields = ["public_id", "earner__email", "earner__name", "version__name"]
    exclude = ["met_criteria"]
    inlines = [StatusChangeInline]
    show_full_result_count = False
