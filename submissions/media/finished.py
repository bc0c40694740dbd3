"""Whether all recordings have become evidence. It is asked before evidence is sent in."""

from __future__ import annotations

from submissions.models import Submission


class RecordingsUnfinished(Exception):
    """A recording is still arriving or being checked, so it would not be sent."""


def require_finished_recordings(submission: Submission) -> None:
    if submission.recording_uploads.unfinished().exists():
        raise RecordingsUnfinished
