"""Signals of this app, sent inside the transaction of the change."""

from django.dispatch import Signal

submission_sent = Signal()  # submission, attempt
submission_withdrawn = Signal()  # submission
submission_approved = Signal()  # submission
submission_reopened = Signal()  # submission, now: it was closed, and is open again
submission_moved = Signal()  # submission, before: its status, by, now
submission_closed = Signal()  # submission, now: approved, declined or withdrawn
