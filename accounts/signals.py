"""Signals of this app, sent inside the transaction of the change."""

from django.dispatch import Signal

people_named = Signal()  # users: a list of people who had no name and have one now
