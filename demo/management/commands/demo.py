from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo import seeding


class Command(BaseCommand):
    help = "Set the demo program back to its first day. Everything else in the database goes."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there are people already"
        )

    def handle(self, *, if_empty, **options):
        if not settings.DEMO:
            raise CommandError("This would delete all data. It only runs in demo mode (DEMO=1).")
        if if_empty and not seeding.is_empty():
            return
        began = timezone.now()
        if if_empty:
            seeding.clear_files()  # left by an interrupted seeding
        else:
            seeding.clear()
        seeding.seed(now=began, say=self.say)
        seconds = (timezone.now() - began).total_seconds()
        self.stdout.write(f"The demo program is ready ({seconds:.0f} s).")

    def say(self, words):
        self.stdout.write(words)
        self.stdout.flush()  # into a pipe, it would come out at the end
