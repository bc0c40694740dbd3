"""Results as they are saved, and read again from what was saved."""

from __future__ import annotations

from awarding.models import ScoreImport, ScoreResult
from awarding.scores.columns import Result
from awarding.states import Ladder


def unsaved_result(score_import: ScoreImport, result: Result) -> ScoreResult:
    return ScoreResult(
        score_import=score_import,
        line=result.line,
        pre_line=result.pre_line,
        email=result.email,
        name=result.name,
        identifier=result.identifier,
        test=result.test,
        form=result.form,
        day_given=result.day_given,
        earned_on=result.earned_on,
        pre=result.pre_given,
        post=result.post_given,
        level=result.level,
        ladder=result.ladder,
        problem=result.problem,
        remark=result.remark,
    )


def result_of(saved: ScoreResult, *, ladder: str = "") -> Result:
    """`ladder` is that of levels which name none, as a person said."""
    return Result(
        line=saved.line,
        pre_line=saved.pre_line,
        email=saved.email,
        name=saved.shown_name,
        identifier=saved.identifier,
        test=saved.test,
        form=saved.form,
        day_given=saved.day_given,
        earned_on=saved.earned_on,
        pre_given=saved.pre,
        post_given=saved.post,
        level=saved.level,
        ladder=ladder if ladder and saved.ladder in {"", Ladder.NRS} else saved.ladder,
        problem=saved.problem,
        remark=saved.remark,
    )
