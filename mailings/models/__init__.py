from mailings.models.announcements import Announcement, Letter, NoAnnouncements
from mailings.models.lists import MailingList, Subscriber, Subscription

__all__ = [
    "Announcement",
    "Letter",
    "MailingList",
    "NoAnnouncements",
    "Subscriber",
    "Subscription",
]
