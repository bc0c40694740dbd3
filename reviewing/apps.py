from django.apps import AppConfig


class ReviewingConfig(AppConfig):
    name = "reviewing"

    def ready(self) -> None:
        from reviewing import emails, receivers  # noqa: F401
        from reviewing.permissions import can_read_evidence
        from submissions.permissions import evidence_readers

        evidence_readers.append(can_read_evidence)
