"""Prints a new one-time code for the set-up of this installation."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.set_up import operations


class Command(BaseCommand):
    help = "Print a new one-time code for the set-up, which replaces an earlier one."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-open", action="store_true", help="say nothing if this site is set up already"
        )

    def handle(self, *args, if_open, **options):
        if if_open and not operations.is_open():
            return
        try:
            code = operations.make_code()
        except operations.Finished as finished:
            said = "This site is set up already. No code opens the set-up again."
            raise CommandError(said) from finished
        self.stdout.write(f"Set up this site at {settings.PUBLIC_ORIGIN}/set-up/")
        self.stdout.write(f"One-time code:  {code}")
