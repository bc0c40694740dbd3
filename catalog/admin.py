from django import forms
from django.contrib import admin

from catalog.models import (
    Alignment,
    BadgeClass,
    BadgeVersion,
    Category,
    Criterion,
    Issuer,
    LearningResource,
    Pathway,
    PathwayStep,
)
from catalog.signable import SignableTextMixin, SignableURLField
from editing.admin import EditAdmin


class ReadOnly:
    """Badges are edited in the coordinators' editor, which makes versions, not in the admin."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class SignableForm(SignableTextMixin, forms.ModelForm):
    """The text of this form becomes part of signed badges."""


class IssuerForm(SignableForm):
    url = SignableURLField(label=Issuer._meta.get_field("url").verbose_name)


@admin.register(Category)
class CategoryAdmin(EditAdmin, admin.ModelAdmin):
    form = SignableForm
    list_display = ["name", "slug", "position"]
    list_editable = ["position"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]


@admin.register(Issuer)
class IssuerAdmin(EditAdmin, admin.ModelAdmin):
    form = IssuerForm
    list_display = ["name", "agency", "url", "email", "waiting_hours"]
    list_select_related = ["agency"]
    readonly_fields = ["public_id"]
    search_fields = ["name"]

    def has_delete_permission(self, request, obj=None):
        # Awarded badges refer to their issuer for as long as they are verified.
        return False


class VersionInline(ReadOnly, admin.TabularInline):
    model = BadgeVersion
    fields = ["number", "name", "level", "hours", "units", "published_at", "published_by"]
    readonly_fields = ["published_at"]
    show_change_link = True
    extra = 0


class ResourceInline(ReadOnly, admin.TabularInline):
    model = LearningResource
    extra = 0


@admin.register(BadgeClass)
class BadgeClassAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["slug", "current_version", "category", "issuer", "status"]
    list_filter = ["status", "category", "issuer"]
    list_select_related = ["current_version", "category", "issuer"]
    search_fields = ["slug", "versions__name"]
    inlines = [VersionInline, ResourceInline]


class CriterionInline(ReadOnly, admin.StackedInline):
    model = Criterion
    extra = 0


class AlignmentInline(ReadOnly, admin.TabularInline):
    model = Alignment
    extra = 0


@admin.register(BadgeVersion)
class BadgeVersionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "number", "badge_class", "published_at"]
    list_select_related = ["badge_class"]
    search_fields = ["name"]
    inlines = [CriterionInline, AlignmentInline]
    readonly_fields = ["public_id", "published_at"]


class StepInline(ReadOnly, admin.TabularInline):
    model = PathwayStep
    extra = 0


@admin.register(Pathway)
class PathwayAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["__str__", "badge_class", "status", "created_at"]
    list_filter = ["status"]
    list_select_related = ["badge_class"]
    search_fields = ["name", "badge_class__slug"]
    inlines = [StepInline]
