"""Badges of the demo program that were not asked for one by one: a training, an event, a test."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from awarding.claim_codes import operations as claims
from awarding.lists.operations import batches, lists
from awarding.lists.reading import Reading
from awarding.models import ScoreRule
from awarding.scores import operations as scores
from awarding.scores.reading import ScoreReading
from catalog.models import BadgeClass
from spreadsheets import reading

TRAINING = "student-data-privacy-steward"
EVENT = "zines"
# Two who have accounts, four who are invited, and two rows as lists have them.
ATTENDED = """\
Correo electrónico,Nombre,Fecha,Nota
{known[0]},,{day},Led the table on agreements with vendors.
{known[1]},,{day},
tamsin.okoro@copper-creek.example,Tamsin Okoro,{day},Brought the form that everybody took home.
lucia.ferreira@copper-creek.example,Lucía Ferreira,{day},
b.vandermeer@lantern-hill.example,Bram van der Meer,{day},
noor.haddad@stillwaterbend.example,Noor Haddad,{day},
tamsin.okoro@copper-creek.example,Tamsin Okoro,{day},
dana at copper-creek.example,Dana Whitlock,{day},
"""
TESTED = "primeros-pasos-digitales"
TEST = "Habilidades digitales"
# Two earn the badge, one does not yet, and one row has a slip in its score.
RESULTS = """\
Apellido;Nombre;Correo electrónico;Prueba;Fecha;Puntaje inicial;Puntaje final
Ibarra;Rosario;rosario.ibarra@evening-school.example;Habilidades digitales A1;{day};54;83
Nguyen;Minh;minh.nguyen@evening-school.example;Habilidades digitales A1;{day};61;88
Okafor;Ada;ada.okafor@evening-school.example;Habilidades digitales A1;{day};48;67
Duarte;Celia;celia.duarte@evening-school.example;Habilidades digitales A1;{day};59;8l
"""


def put_on_stage(badges: dict[str, BadgeClass], *, known: list[User], by: User, now: datetime):
    """A list that was awarded an hour ago and still waits, a code that is open for a week, and
    results of a test that were looked through and not awarded yet."""
    hour_ago = now - timedelta(hours=1)
    words = ATTENDED.format(
        known=[person.email for person in known], day=(now - timedelta(days=2)).date().isoformat()
    )
    award_list = lists.keep_list(
        badges[TRAINING],
        reading=Reading(reading.read_text(words)),
        name="privacy-training.csv",
        by=by,
        now=hour_ago,
    )
    batches.carry_on(award_list, now=hour_ago)
    lists.start(award_list, by=by, now=hour_ago)
    while batches.carry_on(award_list, now=hour_ago):
        pass
    claims.make_code(
        badges[EVENT],
        label="Zine night at the county library",
        limit=60,
        opens_at=hour_ago,
        closes_at=now + timedelta(days=7),
        by=by,
        now=hour_ago,
    )
    scores.add_rule(
        badges[TESTED],
        kind=ScoreRule.Kind.SCORE,
        test=f"{TEST}*",
        at_least=Decimal(80),
        by=by,
        now=hour_ago,
    )
    results = RESULTS.format(day=(now - timedelta(days=6)).date().isoformat())
    score_import = scores.keep_import(
        badges[TESTED].agency,
        reading=ScoreReading(reading.read_text(results)),
        name="habilidades-digitales.csv",
        by=by,
        now=hour_ago,
    )
    for each in score_import.award_lists.all():
        batches.carry_on(each, now=hour_ago)
