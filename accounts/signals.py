"""What this app announces, inside the transaction that made it true."""

from django.dispatch import Signal

people_named = Signal()  # users: a list of people known by an address alone who have names now
