"""Email backend of the demo: stores emails in a table that a page shows."""

from email.utils import make_msgid

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from demo.models import OutboxAttachment, OutboxMessage


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        for message in email_messages:
            self._store(message)
        return len(email_messages)

    @transaction.atomic
    def _store(self, message):
        """Store the email once per Message-ID, as mailboxes show copies only once."""
        stored, new = OutboxMessage.objects.get_or_create(
            message_id=message.extra_headers.get("Message-ID") or make_msgid(),
            defaults={
                "to": message.to[0],
                "subject": message.subject[:300],
                "text": message.body,
                "html": next((a[0] for a in getattr(message, "alternatives", [])), ""),
            },
        )
        if not new:
            return
        OutboxAttachment.objects.bulk_create(
            OutboxAttachment(message=stored, name=name, content=_bytes(content), content_type=kind)
            for name, content, kind in message.attachments
        )


def _bytes(content):
    return content.encode() if isinstance(content, str) else content
