import uuid

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.utils.translation import get_language

from accounts import operations


class AccountAdapter(DefaultAccountAdapter):
    """Letters about an account wait in our own rows, so a mail server that is down loses none."""

    def send_mail(self, template_prefix, email, context):
        message = self.render_mail(template_prefix, email, context)
        alternatives = getattr(message, "alternatives", [])
        with transaction.atomic():
            operations.queue_email(
                "already_written",
                str(uuid.uuid4()),
                to=email,
                language=get_language() or "en",
                context={
                    "subject": message.subject,
                    "text": message.body,
                    "html": alternatives[0][0] if alternatives else "",
                },
            )
