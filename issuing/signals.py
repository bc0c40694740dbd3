"""Signals of this app, sent inside the transaction of the change."""

from django.dispatch import Signal

assertions_issued = Signal()  # assertions: list of awards issued in one transaction
assertions_revoked = Signal()  # assertions: list of awards revoked in one transaction
# Sent after what minors show was closed, because awards are locked before entries in drawings.
minors_closed = Signal()  # users, now: as accounts.signals.minors_marked
linked_awards_closed = Signal()  # users, minors (those among them), now: as accounts_linked
