from __future__ import annotations

from django.utils.text import slugify

from rewards.models import Drawing, Sponsor


def unique_slug(model: type[Drawing | Sponsor], name: str, *, longest: int = 100) -> str:
    """A slug that no other object of the model has."""
    stem = slugify(name)[:longest].strip("-") or model._meta.model_name
    slug, number = stem, 2
    while model.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug
