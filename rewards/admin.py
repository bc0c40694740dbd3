from django.contrib import admin

from audit.admin import ReadOnlyAdmin
from rewards.models import Sponsor


@admin.register(Sponsor)
class SponsorAdmin(ReadOnlyAdmin):
    list_display = ["name", "url", "position", "is_current", "since"]
    list_filter = ["is_current"]
    search_fields = ["name"]
