from django.contrib import admin

from audit.models import AuditEntry


class ReadOnly:
    """For rows that only operations write. Goes before ModelAdmin, or the class of an inline."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """A read-only page of the operator."""


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "act", "subject", "agency"]
    list_filter = ["act", "agency"]
    search_fields = ["subject", "note", "actor__email"]
