"""Where letters go while there is no mail server: into a table that a page shows."""

from email.utils import make_msgid

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from demo.models import OutboxAttachment, OutboxMessage


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        for message in email_messages:
            self._keep(message)
        return len(email_messages)

    @transaction.atomic
    def _keep(self, message):
        """Like a real mailbox, a second copy under the same Message-ID is the same letter."""
        kept, new = OutboxMessage.objects.get_or_create(
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
            OutboxAttachment(message=kept, name=name, content=_bytes(content), content_type=kind)
            for name, content, kind in message.attachments
        )


def _bytes(content):
    return content.encode() if isinstance(content, str) else content
