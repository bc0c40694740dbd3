"""Signals of this app, sent inside the transaction of the change."""

from django.dispatch import Signal

submission_sent = Signal()  # submission, attempt
submission_withdrawn = Signal()  # submission
submission_approved = Signal()  # submission
submission_closed = Signal()  # submission, now: approved, declined or withdrawn
