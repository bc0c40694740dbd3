from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.class_cards import printed_card
from demo.seeding import DEMO_PASSWORD, printed_accounts


class Command(BaseCommand):
    help = "Print the accounts that anyone may use in the demo: role, email address, password."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("There are demo accounts only in demo mode (DEMO=1).")
        for role, email in printed_accounts():
            self.stdout.write(f"{role:<12} {email:<26} {DEMO_PASSWORD}")
        card = printed_card()
        self.stdout.write(
            f"{'learner':<12} {card.user_name:<26} {card.secret} (/class/{card.code}/)"
        )
