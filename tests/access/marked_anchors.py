"""Anchors of one place, one as a draft and one that reviewers have read, with marks in them."""

from __future__ import annotations

from accounts.models import Membership, User
from catalog.models import BadgeClass
from editing.forms import Edit
from reviewing.calibration.operations import anchors, readings
from reviewing.models import Anchor
from reviewing.snippets import operations as snippets
from tests.access.marks import Marks
from tests.reviewing.calibration.anchors import required


class MarkedAnchors(Marks):
    """For `MarkedRecords`, which makes the people before."""

    def make_anchors(self) -> None:
        badge = self._plain_badge()
        self.add("badge with anchors", slug=badge.slug)
        self._anchor(badge, "draft")
        practice = self._anchor(badge, "published")
        anchors.publish(practice, **self.by)
        for reviewer in User.objects.filter(
            memberships__agency=self.agency, memberships__role=Membership.Role.REVIEWER
        ):
            self._answer(practice, by=reviewer)

    def make_snippets(self) -> None:
        for kind, owner in [
            ("own", {"by": self.place.reviewer}),
            ("of an agency", {"by": self.coordinator, "agency": self.agency}),
        ]:
            words = {
                part: self.mark(f"reviewing.Snippet.{part}", kind) for part in ("name", "text")
            }
            snippet = snippets.add(**words, **owner)
            self.add("own snippet" if kind == "own" else "agency snippet", pk=snippet.pk)

    def _anchor(self, badge: BadgeClass, state: str) -> Anchor:
        name = f"{self.mark('reviewing.Anchor.name')} {state}"
        anchor = anchors.create(badge, name=name, use="practice", **self.by)
        link = f"https://{self.mark('reviewing.AnchorEvidence.url', state)}.example/"
        parts = {
            "text": self.mark("reviewing.AnchorEvidence.text", state),
            "links": link,
            "verdict": "met",
            "why": self.mark("reviewing.AnchorVerdict.why", state),
        }
        changes = {
            f"{part}_{criterion.thread.hex}": value
            for criterion in required(badge)
            for part, value in parts.items()
        }
        anchors.write(anchor, edit=Edit(changes), **self.by)
        self.add("practice work", public_id=anchor.public_id)
        return anchor

    def _answer(self, practice: Anchor, *, by: User) -> None:
        version = Anchor.objects.get(pk=practice.pk).published_version
        verdicts = dict.fromkeys(required(practice.badge_class), "met")
        readings.practice(version, by=by, verdicts=verdicts)
