"""What this app announces, in the transaction that made it true."""

from django.dispatch import Signal

# `subscription`: it was confirmed or pending before, and its subscriber is locked.
subscription_ended = Signal()
