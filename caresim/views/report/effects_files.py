"""Writes the answers to published effects to a folder: numbers, the page and the figure."""

from __future__ import annotations

from pathlib import Path

from caresim.language.model import Model
from caresim.study.effects.answers import Effects
from caresim.views.files.claim import Place
from caresim.views.files.whole import write_all
from caresim.views.plot.effects_figure import effects as draw
from caresim.views.report.effects_page import effects_page

__all__ = ["write_effects"]

RECORD = "effects.json"
DPI = 120  # the figure is long, and the page is read with it


def write_effects(found: Effects, model: Model, place: Place) -> list[Path]:
    """Write ``effects.csv``, the page, the figure, and how they came about into a claimed folder.

    Table and page hold the answers of the releases that ship with the model before these. Raises
    CaresimError when something cannot be written.
    """
    from caresim.views.plot.figure import figure_bytes

    figure = draw(found)
    earlier = [e for e in Effects.shipped(model) if e.release != found.release]
    files: dict[str, str | bytes] = {
        "effects.csv": found.text(*earlier),
        "effects.md": effects_page(model, *earlier, found),
        "effects.png": figure_bytes(figure, "png", DPI),
        "effects.svg": figure_bytes(figure, "svg", DPI),
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
