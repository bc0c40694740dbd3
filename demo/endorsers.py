"""Creates endorsements by a university: two accepted ones and an open offer."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from catalog.models import BadgeClass
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion

ENDORSED_BADGE = "rubrics-students-can-use"
ENDORSER = {
    "name": "Lantern Ridge University, School of Education",
    "url": "https://education.lantern-ridge.example/",
    "about": "We prepare a third of the teachers who come to this county.",
}
OF_BADGE = (
    "We accept this badge as one unit of continuing education. Its criteria ask for student work "
    "before and after, and our faculty would ask for the same."
)
OF_ISSUER = (
    "We have read a sample of its reviews every spring since the program began. They are careful, "
    "and they say what is missing."
)
OF_AWARD = "We saw this work at our summer institute. It is as good as the badge says."


def create_endorsements(
    badges: dict[str, BadgeClass], *, earner: User, by: User, now: datetime
) -> None:
    """Endorse a badge and its issuer, and offer an endorsement of one of the earner's awards."""
    dean = User.objects.create_user(
        "ingrid.solheim@lantern-ridge.example",
        name="Ingrid Solheim",
        joined_at=now - timedelta(days=60),
    )
    version = badges[ENDORSED_BADGE].current_version
    for target, comment in ((version.badge_class.issuer, OF_ISSUER), (version, OF_BADGE)):
        offered = endorsing.offer(
            target, by=dean, **ENDORSER, comment=comment, now=now - timedelta(days=12)
        )
        endorsing.accept(offered, by=by, now=now - timedelta(days=9))
    shown = Assertion.objects.issued().of(earner).filter(shows_name=True).with_badge()
    if award := shown.order_by("issued_on", "pk").first():
        endorsing.offer(award, by=dean, **ENDORSER, comment=OF_AWARD, now=now - timedelta(hours=3))
