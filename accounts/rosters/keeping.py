"""How long the rows of a roster keep names and addresses."""

from datetime import timedelta

# After the import ended, or after the check if nobody ran it. So long it can be taken back.
KEPT = timedelta(days=30)
