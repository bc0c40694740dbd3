"""Creates awards to groups: of a training (list), an event (claim code) and a test (scores)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from awarding.claim_codes import operations as claims
from awarding.lists import reading
from awarding.lists.operations import batches, lists, uploads
from awarding.models import ScoreRule
from awarding.scores import operations as scores
from awarding.scores.columns import ScoreReader
from catalog.models import BadgeClass
from spreadsheets import file_formats
from spreadsheets.file_formats import Choice

TRAINING_BADGE = "student-data-privacy-steward"
EVENT_BADGE = "zines"
# Two people with accounts, four who are invited, a duplicate and a bad address.
ATTENDANCE_CSV = """\
Correo electrónico,Nombre,Fecha,Qué hizo
{known[0]},,{day},Led the table on agreements with vendors.
{known[1]},,{day},
tamsin.okoro@copper-creek.example,Tamsin Okoro,{day},Brought the form that everybody took home.
lucia.ferreira@copper-creek.example,Lucía Ferreira,{day},
b.vandermeer@lantern-hill.example,Bram van der Meer,{day},
noor.haddad@stillwaterbend.example,Noor Haddad,{day},
tamsin.okoro@copper-creek.example,Tamsin Okoro,{day},
dana at copper-creek.example,Dana Whitlock,{day},
"""
TESTED_BADGE = "primeros-pasos-digitales"
TEST_NAME = "Habilidades digitales"
# Two people earn the badge, one does not yet, and one score has a typo.
RESULTS_CSV = """\
Apellido;Nombre;Correo electrónico;Prueba;Fecha;Puntaje inicial;Puntaje final
Ibarra;Rosario;rosario.ibarra@evening-school.example;Habilidades digitales A1;{day};54;83
Nguyen;Minh;minh.nguyen@evening-school.example;Habilidades digitales A1;{day};61;88
Okafor;Ada;ada.okafor@evening-school.example;Habilidades digitales A1;{day};48;67
Duarte;Celia;celia.duarte@evening-school.example;Habilidades digitales A1;{day};59;8l
"""


def create_group_awards(
    badges: dict[str, BadgeClass], *, known: list[User], by: User, now: datetime
):
    """Create a list awarded an hour ago whose awards are still pending, a claim code that is open
    for a week, and a checked score import that has not been awarded."""
    hour_ago = now - timedelta(hours=1)
    csv_text = ATTENDANCE_CSV.format(
        known=[person.email for person in known], day=(now - timedelta(days=2)).date().isoformat()
    )
    upload = uploads.save(
        badges[TRAINING_BADGE],
        read=reading.read(csv_text.encode(), is_pasted=True, choice=Choice()),
        name="privacy-training.csv",
        by=by,
        now=hour_ago,
    )
    award_list = upload.award_lists.get()
    batches.run_next_batch(award_list, now=hour_ago)
    lists.start(award_list, by=by, now=hour_ago)
    while batches.run_next_batch(award_list, now=hour_ago):
        pass
    claims.make_code(
        badges[EVENT_BADGE],
        label="Zine night at the county library",
        limit=60,
        opens_at=hour_ago,
        closes_at=now + timedelta(days=7),
        by=by,
        now=hour_ago,
    )
    scores.add_rule(
        badges[TESTED_BADGE],
        kind=ScoreRule.Kind.SCORE,
        test=f"{TEST_NAME}*",
        at_least=Decimal(80),
        by=by,
        now=hour_ago,
    )
    results = RESULTS_CSV.format(day=(now - timedelta(days=6)).date().isoformat())
    score_import = scores.save_import(
        badges[TESTED_BADGE].agency,
        reader=ScoreReader(file_formats.read_text(results).lines),
        name="habilidades-digitales.csv",
        by=by,
        now=hour_ago,
    )
    for each in score_import.award_lists.all():
        batches.run_next_batch(each, now=hour_ago)
