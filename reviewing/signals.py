"""Signals of this app, sent inside the transaction of the change."""

from django.dispatch import Signal

hold_changed = Signal()  # submission, by, now: a hold was placed, lifted, confirmed or dropped
reviewer_qualified = Signal()  # qualification, now
reviewer_badge_chosen = Signal()  # rules
