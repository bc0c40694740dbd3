from __future__ import annotations

from django.utils.text import slugify

from rewards.models import Drawing, Sponsor


def free_slug(model: type[Drawing | Sponsor], name: str, *, longest: int = 100) -> str:
    """A short name for addresses that nothing else of its kind has."""
    stem = slugify(name)[:longest].strip("-") or model._meta.model_name
    slug, number = stem, 2
    while model.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug
