import sys

from django.core.management.base import BaseCommand

from badgeproject.doctor import Verdict, examine


class Command(BaseCommand):
    help = (
        "Check mail, keys, files, database, worker, backups and clock. Ends with 1 if in trouble."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--send-to", default="", help="also send an email to this address")

    def handle(self, *, send_to, **options):
        found = []
        for finding in examine(send_to=send_to):
            self.stdout.write(str(finding))
            found.append(finding.verdict)
        if Verdict.TROUBLE in found:
            sys.exit(1)
