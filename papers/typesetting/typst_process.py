"""Compiles a paper, called by `sandbox.run`. The only module that loads typst, and its fonts."""

from __future__ import annotations

import base64
import json

import typst

from papers.typesetting import fonts


def compile_paper(order: bytes, *, png: bool) -> tuple[str, bytes]:
    """(why it is not PDF/UA-1, or nothing; the paper)."""
    read = json.loads(order)
    sources = {name: base64.b64decode(source) for name, source in read["sources"].items()}
    options = {
        "font_paths": fonts.available_fonts(),
        "ignore_system_fonts": True,
        "sys_inputs": {"data": _with_faces(read["inputs"])},
    }
    if png:
        return "", typst.compile(sources, format="png", ppi=96, **options)
    try:
        return "", typst.compile(sources, pdf_standards=["ua-1"], **options)
    except typst.TypstError as error:
        # PDF/UA requires a glyph for every character. A less accessible paper is better than none.
        return str(error), typst.compile(sources, **options)


def _with_faces(inputs: str) -> str:
    """The data of the paper with the families that the layout falls back to."""
    return json.dumps(
        json.loads(inputs) | {"faces": fonts.fallback_families(inputs)}, ensure_ascii=False
    )
