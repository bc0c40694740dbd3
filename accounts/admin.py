from importlib import import_module

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts import operations
from accounts.agencies.operations import Closed
from accounts.minors.roles import RoleRefused
from accounts.models import Agency, Membership, User
from audit.admin import ReadOnlyAdmin
from audit.operations import record
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

    def has_delete_permission(self, request, obj=None):
        # People are erased, so that nothing of them is left behind and the log says so.
        return False

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
            except RoleRefused as refusal:
                messages.error(request, str(refusal))


@admin.register(Agency)
class AgencyAdmin(ReadOnlyAdmin):
    """Agencies are managed by coordinators. Another one at the root has nobody above it: add it."""

    list_display = ["name", "kind", "parent"]
    list_filter = ["kind"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "kind"]

    def has_add_permission(self, request):
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        record("agency added", obj, by=request.user, agency=obj)


# What libraries bring. Roles are memberships, addresses are confirmed by their mailbox, and a
# second step is reset on its own page, by email and with a reason.
for _module in ("django.contrib.auth.admin", "allauth.account.admin", "allauth.mfa.admin"):
    import_module(_module)  # so that they are registered by now
for _theirs in (Group, EmailAddress, Authenticator):
    admin.site.unregister(_theirs)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ["email", "user", "primary", "verified"]
    list_select_related = ["user"]
    search_fields = ["email", "user__email", "user__name"]


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Without its data, which are the secrets of the second step."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    fields = ["user", "type", "created_at", "last_used_at"]
    search_fields = ["user__email", "user__name"]
