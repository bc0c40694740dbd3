from django.core.management.base import BaseCommand

from badgeproject import translations


class Command(BaseCommand):
    help = "Update the translation catalog from the messages in code and templates."

    def add_arguments(self, parser):
        parser.add_argument("language", nargs="?", default="es")

    def handle(self, *, language, **options):
        catalog = translations.update(language)
        missing = translations.untranslated(catalog)
        self.stdout.write(f"{len(catalog)} messages, {len(missing)} without a translation")
        for message in missing:
            self.stdout.write(f"  {message}")
