"""Whether an anchor can be published, and which of the published ones reviewers can be given."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import BadgeClass
from reviewing.models import Anchor, AnchorVersion, CriterionJudgment
from submissions.querysets import accounts_of

Verdict = CriterionJudgment.Verdict


def missing_parts(draft: AnchorVersion) -> list[str]:
    """What keeps it from being published, one sentence each."""
    verdicts = {one.criterion_id: one for one in draft.verdicts.all()}
    with_evidence = {one.criterion_id for one in draft.evidence.all()}
    missing = []
    for criterion in draft.version.criteria.all():
        agreed = verdicts.get(criterion.pk)
        name = {"criterion": criterion.name}
        if agreed is None or not agreed.verdict:
            if criterion.required or criterion.pk in with_evidence:
                missing.append(_("“%(criterion)s” has no agreed verdict.") % name)
            continue
        if not agreed.why.strip():
            missing.append(_("“%(criterion)s” does not say why.") % name)
        if agreed.verdict == Verdict.MET and criterion.pk not in with_evidence:
            missing.append(_("“%(criterion)s” is met, but has no evidence.") % name)
    if not with_evidence:
        missing.append(_("There is no evidence to read."))
    return missing


def usable(
    badge_class: BadgeClass, use: str, *, without: User | None = None
) -> list[AnchorVersion]:
    """The newest published version of each anchor in use that covers today's required criteria.

    `without` leaves out the anchors that this person has made: they know what was agreed.
    """
    anchors = Anchor.objects.in_use().filter(badge_class=badge_class, use=use)
    if without is not None:
        anchors = anchors.exclude(made_by__in=accounts_of(without))
    required = _required_threads(badge_class)
    found = (_with_anchor(anchor) for anchor in anchors.with_verdicts())
    return [
        version
        for version in found
        if required <= _agreed_threads(version) and version.has_evidence
    ]


def is_behind(anchor: Anchor) -> bool:
    """The badge has required criteria about which its published version says nothing."""
    published = anchor.published_version
    if published is None:
        return False
    return not _required_threads(anchor.badge_class) <= _agreed_threads(published)


def _with_anchor(anchor: Anchor) -> AnchorVersion:
    version = anchor.published_version
    assert version is not None  # noqa: S101 - in_use() has published ones only
    version.anchor = anchor
    return version


def _required_threads(badge_class: BadgeClass) -> set:
    criteria = badge_class.published_version.criteria.all()
    return {criterion.thread for criterion in criteria if criterion.required}


def _agreed_threads(version: AnchorVersion) -> set:
    return {one.criterion.thread for one in version.verdicts.all() if one.verdict}
