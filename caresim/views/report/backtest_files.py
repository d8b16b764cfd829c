"""Writes a backtest to a folder: the whole table, the page, the pictures, and hubverse tables."""

from __future__ import annotations

from pathlib import Path

from caresim.language.fingerprints import fingerprint
from caresim.language.model import Model
from caresim.study.backtest import Backtest
from caresim.study.pieces import remove_pieces
from caresim.version import __version__
from caresim.views.files.claim import Place
from caresim.views.files.whole import write_all
from caresim.views.plot.backtest_figures import backtest_images
from caresim.views.report.backtest_text import backtest_page
from caresim.views.report.hubverse import hub_files

__all__ = ["PARTS", "WORDS", "write_backtest"]

RECORD = "backtest.json"
WORDS = {
    "backtest_errors.png": "Mean absolute error by series and origin, and against the last value",
    "backtest_fans.png": "Projections from each origin with their bands, over what came about",
    "backtest_coverage.png": "Share of figures inside bands of 50, 80, 90 and 95 %",
}
PARTS = "unfinished"  # what a backtest or a fit that is stopped leaves to go on from


def write_backtest(
    backtest: Backtest, model: Model, place: Place, *, figures: bool = True
) -> list[Path]:
    """Write ``backtest.csv``, the page, the figures and a hub into a claimed folder.

    Raises CaresimError when something cannot be written.
    """
    images = backtest_images(backtest, model) if figures else {}
    shown = {name: words for name, words in WORDS.items() if name in images}
    files: dict[str, str | bytes] = {
        "backtest.csv": backtest.text(),
        "backtest.md": backtest_page(backtest, model, shown),
        **images,
        **{f"hub/{name}": text for name, text in hub_files(backtest, model).items()},
    }
    told = {
        "caresim": __version__,
        "model": backtest.name,
        "equations": fingerprint(type(model)),
        "origins": list(backtest.origins),
        "horizons": list(backtest.horizons),
        "given": list(backtest.given),
        "summary": backtest.line(),
    }
    written = write_all(files, place, RECORD, told)
    remove_pieces(place.folder / PARTS)
    return written
