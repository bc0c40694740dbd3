from django.dispatch import Signal

reviewer_qualified = Signal()  # qualification, now
