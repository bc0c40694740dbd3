"""What this app announces, inside the transaction that made it true."""

from django.dispatch import Signal

assertion_issued = Signal()  # assertion
assertion_revoked = Signal()  # assertion
