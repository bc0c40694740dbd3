from django.contrib import admin, messages

from audit.admin import ReadOnly, ReadOnlyAdmin
from reviewing import operations
from reviewing.models import (
    Appeal,
    Assignment,
    CriterionJudgment,
    Decision,
    IntegrityHold,
    Reopening,
    Review,
)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ["submission", "reviewer", "assigned_at", "released_at", "decided_at"]
    list_filter = ["decided_at", "released_at"]
    list_select_related = ["submission__badge_class", "reviewer"]
    search_fields = ["reviewer__name", "reviewer__email"]
    actions = ["give_back"]

    @admin.action(description="Give back to the queue, for a reviewer who cannot")
    def give_back(self, request, queryset):
        for assignment in queryset:
            try:
                operations.release(assignment, by=request.user, note="by an operator")
            except operations.AlreadyDecided:
                messages.info(request, f"{assignment} had ended already.")


class JudgmentInline(ReadOnly, admin.TabularInline):
    model = CriterionJudgment
    fields = readonly_fields = ["criterion", "verdict", "comment", "reopened_because"]
    extra = 0


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ["attempt", "reviewer", "decision", "begun_at", "sent_at"]
    list_filter = ["decision"]
    list_select_related = ["attempt__submission__badge_class", "reviewer"]
    inlines = [JudgmentInline]

    def get_queryset(self, request):
        """Drafts are only their reviewer's, as the page of a review promises."""
        return super().get_queryset(request).exclude(sent_at=None)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["attempt", "outcome", "status", "decided_by", "decided_at", "ended_at"]
    list_filter = ["status", "outcome"]
    list_select_related = ["attempt__submission__badge_class", "decided_by"]

    def get_queryset(self, request):
        """Until a decision takes effect, only its reviewer and those who may confirm it see it."""
        return super().get_queryset(request).exclude(ended_at=None)


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ["submission", "status", "outcome", "made_at", "due_on", "ended_at"]
    list_filter = ["status", "outcome"]
    list_select_related = ["submission__badge_class"]


@admin.register(IntegrityHold)
class IntegrityHoldAdmin(ReadOnlyAdmin):
    list_display = ["submission", "status", "placed_by", "placed_at", "answered_at", "ended_at"]
    list_filter = ["status"]
    list_select_related = ["submission__badge_class", "placed_by"]


@admin.register(Reopening)
class ReopeningAdmin(ReadOnlyAdmin):
    list_display = ["submission", "reopened_by", "reopened_at"]
    list_select_related = ["submission__badge_class", "reopened_by"]
