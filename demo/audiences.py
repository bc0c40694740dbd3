"""The demo shows copies of its emails to everybody; nobody writes anything here."""

from audit.audiences import register_program_texts

register_program_texts(
    "demo",
    [
        "OutboxMessage.message_id",
        "OutboxMessage.to",
        "OutboxMessage.subject",
        "OutboxMessage.text",
        "OutboxMessage.html",
        "OutboxAttachment.name",
        "OutboxAttachment.content_type",
    ],
)
