from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.admin import ReadOnlyAdmin
from mail import operations as mail
from mail.models import OutgoingEmail


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnlyAdmin):
    list_display = ["kind", "to", "status", "due_at", "attempts", "sent_at"]
    list_filter = ["status", "kind"]
    search_fields = ["to", "key"]
    # Operators must not read emails: they may contain a link that opens an account.
    exclude = ["context"]
    actions = ["send_again"]

    @admin.action(description=_("Resend rejected emails"))
    def send_again(self, request, queryset):
        for email in queryset:
            mail.retry_email(email, by=request.user)
