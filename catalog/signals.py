"""What this app announces, inside the transaction that made it true."""

from django.dispatch import Signal

# Somebody may hold every step by now: awards that waited for this are due.
pathway_resumed = Signal()  # pathway
pathway_changed = Signal()  # pathway

badge_published = Signal()  # badge_class, now
