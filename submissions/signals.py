"""What this app announces, inside the transaction that made it true."""

from django.dispatch import Signal

submission_sent = Signal()  # submission, attempt
submission_withdrawn = Signal()  # submission
submission_approved = Signal()  # submission
