"""Signals of this app, sent inside the transaction of the change."""

from django.dispatch import Signal

assertions_issued = Signal()  # assertions: list of awards issued in one transaction
assertions_revoked = Signal()  # assertions: list of awards revoked in one transaction
