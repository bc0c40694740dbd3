"""What this app announces, inside the transaction that made it true."""

from django.dispatch import Signal

person_named = Signal()  # user: somebody known by an address alone has told their name
