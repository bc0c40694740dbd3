"""Signals of this app, sent inside the transaction of the change."""

from django.dispatch import Signal

# Some people may now have completed the pathway, so their awards are due.
pathway_resumed = Signal()  # pathway
pathway_changed = Signal()  # pathway

badge_published = Signal()  # badge_class, now
