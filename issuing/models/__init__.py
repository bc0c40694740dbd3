from issuing.models.assertions import Assertion, SharedEvidence, new_salt

__all__ = ["Assertion", "SharedEvidence", "new_salt"]
