from django.core.management.base import BaseCommand

from issuing.keys.operations import reseal_keys
from issuing.models import IssuerKey


class Command(BaseCommand):
    help = "Seal the issuers' private keys under the first of KEY_ENCRYPTION_KEYS."

    def handle(self, **options):
        keys = list(IssuerKey.objects.all())
        reseal_keys(keys)
        self.stdout.write(f"{len(keys)} keys are sealed under the first key.")
