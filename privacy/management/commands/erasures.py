"""Erase a person, keep the list of erasures, and do them again after a backup was restored."""

import json

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from privacy import operations
from privacy.models import PrivacyRequest
from privacy.rows import counts, person_of
from privacy.states import RequestKind, RequestStatus


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("export", help="print the list; keep it apart from the backups")
        replay = acts.add_parser("replay", help="erase everybody on the list again")
        replay.add_argument("file")
        for act, words in (("preview", "count what it would change"), ("erase", "erase a person")):
            one = acts.add_parser(act, help=words)
            one.add_argument("email")
            if act == "erase":
                one.add_argument("--by", required=True, help="the coordinator’s email address")

    def handle(self, *, act, **options):
        getattr(self, act)(options)

    def export(self, options):
        done = PrivacyRequest.objects.filter(kind=RequestKind.ERASURE, status=RequestStatus.DONE)
        for one in done.select_related("person").order_by("ended_at"):
            line = {"person": str(one.person.public_id), "erased_at": one.ended_at.isoformat()}
            self.stdout.write(json.dumps(line))

    def replay(self, options):
        """People who joined after the backup are not in it; the list passes over them."""
        try:
            with open(options["file"], encoding="utf-8") as file:
                keys = [json.loads(line)["person"] for line in file if line.strip()]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"This is not a list of erasures: {error}") from error
        again = 0
        for key in keys:
            account = User.objects.filter(public_id=key).first()
            if account is None or operations.is_erased(account):
                continue
            operations.erase(account, by=None)
            again += 1
        self.stdout.write(f"{len(keys)} on the list, {again} erased again.")

    def preview(self, options):
        account = self._account(options["email"])
        people = User.objects.same_person(account)
        self.stdout.write(f"Accounts: {', '.join(sorted(one.email for one in people))}")
        for treatment, number in counts(person_of(people)):
            self.stdout.write(f"{number:>6}  {treatment.on_erasure.value:<10}  {treatment.what}")

    def erase(self, options):
        try:
            operations.erase(self._account(options["email"]), by=self._account(options["by"]))
        except operations.NotErased as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Erased. Files are deleted within minutes.")

    def _account(self, email):
        account = User.objects.filter(email=email.strip().lower()).first()
        if account is None:
            raise CommandError(f"Nobody has an account with {email}.")
        return account
