from django.apps import AppConfig


class ReviewingConfig(AppConfig):
    name = "reviewing"

    def ready(self) -> None:
        from reviewing import emails, receivers  # noqa: F401
        from reviewing.due_process import emails as due_process  # noqa: F401
        from reviewing.due_process.pauses import holds_of
        from reviewing.permissions import can_read_evidence, has_begun_to_read, reads_blind
        from submissions.pauses import pause_lookups
        from submissions.permissions import (
            blind_reading_checks,
            evidence_access_checks,
            reading_checks,
        )
        from submissions.querysets import shown_with_submission

        evidence_access_checks.append(can_read_evidence)
        reading_checks.append(has_begun_to_read)
        blind_reading_checks.append(reads_blind)
        pause_lookups.append(holds_of)
        shown_with_submission.append("anchor_consent")
