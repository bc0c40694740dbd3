"""Signals of this app, sent inside the transaction of the change."""

from django.dispatch import Signal

assertions_issued = Signal()  # assertions: list of awards issued in one transaction
assertion_revoked = Signal()  # assertion
