from mailings.models.announcements import Announcement, Letter, NoAnnouncements
from mailings.models.imports import ImportRow, SubscriberImport
from mailings.models.lists import MailingList, Subscriber, Subscription

__all__ = [
    "Announcement",
    "ImportRow",
    "Letter",
    "MailingList",
    "NoAnnouncements",
    "Subscriber",
    "SubscriberImport",
    "Subscription",
]
