"""Who may read what is kept about emails. What an email says is registered where it is written."""

from audit.audiences import register_program_texts

register_program_texts(
    "mail",
    [
        "OutgoingEmail.kind",
        "OutgoingEmail.key",
        "OutgoingEmail.to",
        "OutgoingEmail.language",
        "OutgoingEmail.context",
        "OutgoingEmail.last_error",
        "MailRefusal.email",
        "Message.to",
        "Message.subject",
        "Message.text",
    ],
)
