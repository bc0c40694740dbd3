from mailings.models.announcements import Announcement, Letter
from mailings.models.lists import MailingList, Subscriber, Subscription

__all__ = ["Announcement", "Letter", "MailingList", "Subscriber", "Subscription"]
