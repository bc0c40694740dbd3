from django.contrib import admin

from audit.admin import ReadOnly, ReadOnlyAdmin
from submissions.models import StatusChange, Submission


class StatusChangeInline(ReadOnly, admin.TabularInline):
    model = StatusChange
    extra = 0
    fields = readonly_fields = ["changed_at", "from_status", "to_status", "actor"]


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """The status and history of submissions. Operators must not read evidence."""

    list_display = ["version", "earner", "status", "started_at", "submitted_at", "due_on"]
    list_filter = ["status"]
    list_select_related = ["version", "earner"]
    search_fields = ["public_id", "earner__email", "earner__name", "version__name"]
    exclude = ["met_criteria"]
    inlines = [StatusChangeInline]
    show_full_result_count = False
