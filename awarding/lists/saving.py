"""From the form with a file or pasted text to a saved upload."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from awarding.lists import reading
from spreadsheets.file_formats import Choice, Unreadable


def save_read(form, save, *, read_file=reading.read):
    """Read the form's file or text, and return what `save` returns.

    If it cannot be read, add the reason to the field and return None.
    """
    file, pasted = form.cleaned_data["file"], form.cleaned_data["pasted"]
    pasted_at = date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    content = file.read() if file else pasted.encode("utf-8", "surrogatepass")
    try:
        read = read_file(content, is_pasted=not file, choice=Choice())
        return save(read=read, name=file.name if file else _("Pasted %s") % pasted_at)
    except Unreadable as error:
        form.add_error("file" if file else "pasted", str(error))
        return None
