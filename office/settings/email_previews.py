"""An email as it would be with other words, on the newest real one of its kind."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from mail.composing import compose, trying
from mail.models import OutgoingEmail
from program.current import current
from program.email_words import fill, values_of

log = logging.getLogger(__name__)
# Links of a real email are its reader's: they may open an account or end a list.
_LINK = re.compile(r"https?://\S+")


class Preview(NamedTuple):
    subject: str
    text: str
    is_real: bool


def preview(kind: str, language: str, words: Mapping[str, str]) -> Preview:
    newest = OutgoingEmail.objects.filter(kind=kind).order_by("-pk").first()
    with translation.override(language):
        link = f"({_('link')})"
        if newest:
            newest.language = language
            try:
                with trying(words):
                    message = compose(newest)
                return Preview(message.subject, _LINK.sub(link, message.body), True)
            except Exception:  # what it was about may be gone
                log.info("No preview of email %s (%s)", newest.pk, kind)
        values = values_of(current(), _("The subject that comes with the software"))
        subject = fill(words["subject"], values) or values["subject"]
        return Preview(subject, f"{fill(words['opening'], values)}\n\n…".strip(), False)
