"""The operator's pages change a record as all other forms do: only what was changed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from editing.forms import EditFormMixin


class AdminEditForm(EditFormMixin):
    """The pages of Django's admin have no place for the other version, so the error names it."""

    def conflict_sentence(self, name: str) -> str:
        sentence = super().conflict_sentence(name)
        if not self._is_text(name):
            return sentence
        return _("%(sentence)s Now stored: “%(stored)s”") % {
            "sentence": sentence, "stored": self.conflicts[name],
        }  # fmt: skip


class EditAdmin:
    """For a ModelAdmin whose records can be changed. Goes before ModelAdmin."""

    change_form_template = "admin/edit_form.html"

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (AdminEditForm, form), {}) if change else form

    def get_queryset(self, request):
        """Locked while a change is posted: Django compares and saves in one transaction."""
        queryset = super().get_queryset(request)
        match = request.resolver_match
        if request.method == "POST" and match and match.url_name.endswith("_change"):
            return queryset.select_for_update(no_key=True, of=("self",))
        return queryset

    def save_model(self, request, obj, form, change):
        if not change:
            super().save_model(request, obj, form, change)
            return
        concrete = {field.name for field in obj._meta.concrete_fields}
        if fields := concrete & form.edit.changes.keys():
            obj.save(update_fields=fields)
