from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from accounts import operations
from accounts.agencies.operations import Closed
from accounts.minors.operations import IsMinor
from accounts.models import Agency, ClosedDay, Membership, User
from editing.admin import EditAdmin


class MembershipInline(admin.TabularInline):
    """Roles are added or ended, never edited, so the activity log has an entry for each change."""

    model = Membership
    extra = 0
    autocomplete_fields = ["agency"]

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).current()


@admin.register(User)
class UserAdmin(EditAdmin, DjangoUserAdmin):
    ordering = ["email"]
    list_display = ["email", "name", "language", "is_active", "is_staff"]
    list_filter = [
        ("joined_at", admin.EmptyFieldListFilter),
        "is_active",
        "is_staff",
        "memberships__role",
    ]
    search_fields = ["email", "name"]
    readonly_fields = ["joined_at", "invited_at", "last_login"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "language"]}),
        (_("Operator"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["joined_at", "invited_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "password1", "password2"]})]

    def save_formset(self, request, form, formset, change):
        if formset.model is not Membership:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for membership in formset.deleted_objects:
            operations.take_role(membership, by=request.user)
        for membership in formset.new_objects:
            try:
                operations.give_role(
                    membership.user, membership.agency, membership.role, by=request.user
                )
            except Closed:
                refused = _("This agency has closed, so nobody can be given a role here.")
                messages.error(request, refused)
            except IsMinor as refusal:
                messages.error(request, str(refusal))


class ClosedDayInline(admin.TabularInline):
    model = ClosedDay
    extra = 0


@admin.register(Agency)
class AgencyAdmin(EditAdmin, admin.ModelAdmin):
    list_display = ["name", "kind", "parent"]
    list_filter = ["kind"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["parent"]
    inlines = [ClosedDayInline]
