"""Signals of this app, sent inside the transaction of the change."""

from django.dispatch import Signal

workplaces_confirmed = Signal()  # users: people who are confirmed members of an agency now
address_changed = Signal()  # user, was (the old address), now: emails and lists follow
people_named = Signal()  # users: a list of people who had no name and have one now
# users: all accounts of people of whom accounts were linked or unlinked, now: when
accounts_linked = Signal()
# users: all accounts of people who are minors from now on, by: who marked them, now: when
minors_marked = Signal()
# users: all accounts of people who are minors no longer, now: when
minors_ended = Signal()
