"""Writes the answers to published effects to a folder: numbers, the page and the figure."""

from __future__ import annotations

from pathlib import Path

from caresim.language.model import Model
from caresim.study.effects.answers import Effects
from caresim.views.claim import Place
from caresim.views.drawing import Drawing
from caresim.views.effects_figure import effects as draw
from caresim.views.effects_page import effects_page
from caresim.views.files import write_all

__all__ = ["write_effects"]

RECORD = "effects.json"


def write_effects(found: Effects, model: Model, place: Place) -> list[Path]:
    """Write ``effects.csv``, the page, the figure, and how they came about into a claimed folder.

    Raises CaresimError when something cannot be written.
    """
    drawing = Drawing.of(draw(found))
    files: dict[str, str | bytes] = {
        "effects.csv": found.text(),
        "effects.md": effects_page(model, found),
        "effects.png": drawing.png,
        "effects.svg": drawing.svg,
    }
    counts = {str(role): row for role, row in found.counts().to_dict(orient="index").items()}
    told = {
        "model": found.model,
        "release": found.release,
        "draws": found.drawn,
        "summary": str(found),
        "counts": counts,
    }
    return write_all(files, place, RECORD, told)
