"""What this app announces, inside the transaction that made it true."""

from django.dispatch import Signal

assertions_issued = Signal()  # assertions: a list, all of one transaction
assertion_revoked = Signal()  # assertion
