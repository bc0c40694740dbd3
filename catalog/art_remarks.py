"""Says in words what a badge's picture does not show of the uploaded file."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalog.art.fonts import FAMILY
from catalog.art_losses import Loss


def sentences(losses: Iterable[Iterable[str]]) -> list[str]:
    """A sentence for each loss, as it was kept with the art: a kind and what was lost."""
    return [sentence for loss in losses if (sentence := _sentence(Loss(*loss)))]


def _sentence(loss: Loss) -> str:
    words = {
        "font": _(
            "We don’t have the font “%(what)s”. The picture shows its text in %(ours)s. To keep "
            "the font, convert the text to paths and upload the file again."
        ),
        "characters": _(
            "No font here has these characters, so the picture does not show them: %(what)s. "
            "Convert the text to paths and upload the file again."
        ),
        "emoji": _("The picture shows these emoji in one color: %(what)s."),
        "scripts": _(
            "The text “%(what)s” mixes scripts. Check that its letters are joined correctly, or "
            "convert the text to paths."
        ),
        "text": _(
            "The text “%(what)s” can’t be seen in the picture. Check its color, size, and place."
        ),
        "unchecked": _(
            "The artwork takes long to draw, so not every text in it was checked. Look for each "
            "text in the picture."
        ),
        "animation": _("The picture does not move. It shows the artwork without its animation."),
        "element": _(
            "A part of the kind “%(what)s” was left out. If the picture lacks it, convert it to "
            "paths."
        ),
        "property": _("The style “%(what)s” is not drawn. Compare the picture with your original."),
        "selector": _(
            "The styles for “%(what)s” are not applied. Compare the picture with your original."
        ),
        "reference": _(
            "The part “%(what)s” was left out, and other parts use it. Compare the picture with "
            "your original."
        ),
        "colors": _(
            "The image is made for printing (CMYK) and has no color profile. Compare its colors "
            "with your original."
        ),
    }.get(loss.kind, "")
    return words % {"what": loss.what, "ours": FAMILY} if words else ""
