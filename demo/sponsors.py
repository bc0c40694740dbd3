"""Creates the sponsors, each with its logo."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.files.base import ContentFile

from accounts.models import Agency
from demo.content import Row
from demo.sponsor_logos import logo_png
from rewards.models import Sponsor


def create_sponsors(rows: Sequence[Row], *, agency: Agency) -> None:
    for position, row in enumerate(rows, 1):
        sponsor = Sponsor(
            agency=agency,
            **{name: row[name] for name in ("slug", "name", "thanks", "since")},
            url=row["link"],
            email=f"hello@{urlsplit(row['link']).hostname}",
            position=position,
        )
        sponsor.logo.save("logo.png", ContentFile(logo_png(row["logo"])), save=False)
        sponsor.save()
