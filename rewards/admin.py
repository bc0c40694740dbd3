from django.contrib import admin

from editing.admin import EditAdmin
from rewards.models import Sponsor
from rewards.sponsors import operations as sponsors
from rewards.sponsors.forms import SponsorForm


@admin.register(Sponsor)
class SponsorAdmin(EditAdmin, admin.ModelAdmin):
    form = SponsorForm
    list_display = ["name", "url", "position", "is_current", "since"]
    list_filter = ["is_current"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request, obj, form, change):
        if form.logo_png is not None:
            obj.logo = Sponsor.objects.filter(pk=obj.pk).values_list("logo", flat=True).first()
        sponsors.save_sponsor(obj, by=request.user, logo=form.logo_png, edit=form.edit)
