"""The command that scores projections out of sample."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from caresim.cli.app import ByFile, OutIfAny, Overwrite, Vintaged, served
from caresim.cli.console import say_lines, say_written

__all__ = ["backtest"]


def backtest(
    out: OutIfAny = None,
    origins: Annotated[
        str | None,
        typer.Option(help="Last fitted years, with commas; every one.", metavar="YEAR,…"),
    ] = None,
    horizon: Annotated[int, typer.Option(help="Years to project on.", min=1, max=20)] = 5,
    given: Annotated[
        str,
        typer.Option(
            help="What is given after an origin: by rule, as it came about, or both in turn.",
            metavar="rule|actual|both",
        ),
    ] = "both",
    newest: Annotated[
        bool, typer.Option("--newest", help="Fit the newest figures, not as first published.")
    ] = False,
    draws: Annotated[
        int, typer.Option(help="Draws behind each band; 0 for none.", min=0, max=10_000)
    ] = 250,
    widen: Annotated[float, typer.Option(help="Width of the priors, times this.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 1,
    observed: Annotated[
        Path | None, typer.Option(help="Other figures (CSV).", metavar="FILE")
    ] = None,
    parameters: Annotated[
        Path | None, typer.Option(help="Other parameters (TOML).", metavar="FILE")
    ] = None,
    figures: Annotated[bool, typer.Option(help="Draw the figures.")] = True,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Refit the model at each year, project on, and score it against plain rivals."""
    from caresim.study.backtest import backtest as score
    from caresim.study.backtest.rolling import FIGURES
    from caresim.study.vintage import with_files
    from caresim.views.files.claim import claimed
    from caresim.views.report.backtest_files import PARTS, write_backtest
    from caresim.views.report.backtest_text import backtest_text

    asked = [year.strip() for year in origins.split(",")] if origins else None
    claim = claimed(out, overwrite=overwrite, unfinished=PARTS) if out else nullcontext()
    with claim as place:
        known, used = with_files(served(model, vintage), parameters, observed)
        found = score(
            known, used, origins=asked, horizons=range(1, horizon + 1), given=given,
            figures=FIGURES[newest], draws=draws, widen=widen, seed=seed,
            progress=sys.stderr.isatty(), parts=place.folder / PARTS if place else None,
        )  # fmt: skip
        say_lines(backtest_text(found))
        written = write_backtest(found, known, place, figures=figures) if place else []
    say_written(written)
