"""Records about people, for tests of the pages of the office."""

from accounts.models import Agency
from issuing.models import Assertion
from tests.factories import BadgeFactory, IssuerFactory
from tests.issuing.awards import issued_award


def issued_by(agency: Agency, **kwargs) -> Assertion:
    """An award of a badge of this agency."""
    return issued_award(badge_class=BadgeFactory(issuer=IssuerFactory(agency=agency)), **kwargs)
