from django.contrib import admin

from audit.admin import ReadOnly, ReadOnlyAdmin
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


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "position"]
    search_fields = ["name"]


@admin.register(Issuer)
class IssuerAdmin(ReadOnlyAdmin):
    list_display = ["name", "agency", "url", "email", "waiting_hours"]
    list_select_related = ["agency"]
    search_fields = ["name"]


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
class BadgeClassAdmin(ReadOnlyAdmin):
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
class BadgeVersionAdmin(ReadOnlyAdmin):
    list_display = ["name", "number", "badge_class", "published_at"]
    list_select_related = ["badge_class"]
    search_fields = ["name"]
    inlines = [CriterionInline, AlignmentInline]
    readonly_fields = ["public_id", "published_at"]


class StepInline(ReadOnly, admin.TabularInline):
    model = PathwayStep
    extra = 0


@admin.register(Pathway)
class PathwayAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "badge_class", "status", "created_at"]
    list_filter = ["status"]
    list_select_related = ["badge_class"]
    search_fields = ["name", "badge_class__slug"]
    inlines = [StepInline]
