"""What the badges of the demo program are made of: their criteria, and their art."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from catalog import operations as catalog
from catalog.art import ArtSpec, render_png
from catalog.criteria_content import CriterionContent, LevelContent, QuestionContent
from demo.content import Row

MIN_ART_FOR_PROCESSES = 12


def render_art(art: Sequence[Row]) -> list[bytes]:
    """Render the art on all processors, because it is most of the work of seeding."""
    specs = [ArtSpec.from_dict(row) for row in art]
    render = partial(render_png, size=catalog.ART_SIZE)
    if len(specs) < MIN_ART_FOR_PROCESSES:
        return [render(spec) for spec in specs]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return list(pool.map(render, specs, chunksize=2))


def criteria_of(row: Row, *, number: int) -> list[CriterionContent]:
    return [
        CriterionContent(
            name=criterion["name"],
            description=criterion["description"],
            evidence_prompt=criterion["evidence"],
            accepts_files="file" in criterion["accepts"],
            accepts_links="link" in criterion["accepts"],
            accepts_text="text" in criterion["accepts"],
            required=criterion.get("required", True),
            levels=[LevelContent(*level) for level in criterion.get("rubric", [])],
            questions=[_question(question) for question in criterion.get("questions", [])],
        )
        for criterion in row["criteria"]
        if criterion.get("only_in_version", number) == number
    ]


def _question(row: Row) -> QuestionContent:
    return QuestionContent(**{**row, "options": "\n".join(row.get("options", []))})
