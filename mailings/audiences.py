"""Who may read what is written about mailing lists."""

from audit.audiences import (
    COORDINATORS,
    EVERYONE,
    Reader,
    register_act,
    register_program_texts,
    register_texts,
)

register_texts(
    "mailings",
    {
        "MailingList.name": EVERYONE,
        "MailingList.name_es": EVERYONE,
        "MailingList.description": EVERYONE,
        "MailingList.description_es": EVERYONE,
        # The operator reads it in the activity log, and addresses in the emails that are due.
        "Announcement.subject": COORDINATORS,
        "Announcement.subject_es": COORDINATORS - {Reader.OPERATOR},
        "Announcement.body": COORDINATORS - {Reader.OPERATOR},
        "Announcement.body_es": COORDINATORS - {Reader.OPERATOR},
        "Subscriber.email": COORDINATORS,
        "SubscriberImport.name": COORDINATORS - {Reader.OPERATOR},
        "SubscriberImport.consent_how": COORDINATORS,
        "SubscriberImport.consent_by": COORDINATORS,
        "ImportRow.email": COORDINATORS - {Reader.OPERATOR},
    },
)
register_program_texts(
    "mailings",
    [
        "Announcement.status",
        "Announcement.purpose",
        "Announcement.role",
        "Announcement.signed_in",
        "Letter.status",
        "Subscriber.language",
        "Subscription.status",
        "SubscriberImport.status",
        "SubscriberImport.language",
        "ImportRow.outcome",
    ],
)
for _act in (
    "mailing list made", "mailing list changed", "announcement drafted", "announcement changed",
    "announcement deleted",
    "announcement sending", "announcement stopped", "announcement continued", "announcement sent",
    "subscribers looked at", "subscribers not imported", "subscribers being imported",
    "subscribers imported", "import of subscribers undone",
):  # fmt: skip
    register_act(_act, subject=COORDINATORS)
