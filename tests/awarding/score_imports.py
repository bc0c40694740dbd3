"""Rules for test results, and results that were checked or awarded."""

from __future__ import annotations

from decimal import Decimal

from awarding.models import ScoreImport, ScoreRule
from awarding.scores import operations as scores
from awarding.scores.columns import ScoreReader
from awarding.tasks import carry_on_award_lists
from spreadsheets import file_formats as spreadsheet_reading
from tests.factories import UserFactory, coordinator_for

Kind = ScoreRule.Kind
GOALS = "CASAS Reading GOALS 2"
HEAD = "E-mail,Name,Test,Date,Pre-test,Post-test,Level\n"


def rule_for(badge, kind=Kind.GAIN, test="CASAS Reading*", value="5", **kwargs) -> ScoreRule:
    values = {"at_least": Decimal(value)} if kind in {Kind.GAIN, Kind.SCORE} else {}
    return scores.add_rule(badge, kind=kind, test=test, by=UserFactory(), **values, **kwargs)


def reader_of(words) -> ScoreReader:
    return ScoreReader(spreadsheet_reading.read_text(words).lines)


def checked_import(badge, words, by=None) -> ScoreImport:
    score_import = scores.save_import(
        badge.agency,
        reader=reader_of(HEAD + words),
        name="results.csv",
        by=by or coordinator_for(badge),
    )
    carry_on_award_lists()
    return score_import


def awarded_import(badge, words) -> ScoreImport:
    score_import = checked_import(badge, words)
    scores.start(score_import, by=score_import.made_by)
    carry_on_award_lists()
    return score_import
