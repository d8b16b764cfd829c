"""Commands for promises: freeze a projection, and score it when figures have come out."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from caresim.cli.app import ByFile, Out, OutIfAny, Overwrite, Vintaged, served
from caresim.cli.console import say_lines, say_written

__all__ = ["freeze", "score"]


def freeze(
    out: Out,
    years: Annotated[
        str, typer.Option(help="Financial years to promise, with commas.", metavar="YEAR,YEAR")
    ],
    draws: Annotated[int, typer.Option(help="Draws of the parameters.", min=2)] = 1_000,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 1,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Freeze the projection of some years, to be scored when their figures are out."""
    from caresim.study.ledger import freeze as promise
    from caresim.views.files.claim import claimed
    from caresim.views.report.ledger_files import write_frozen
    from caresim.views.report.ledger_page import frozen_text

    asked = [year.strip() for year in years.split(",") if year.strip()]
    with claimed(out, overwrite=overwrite) as place:
        frozen = promise(served(model, vintage), asked, draws=draws, seed=seed)
        written = write_frozen(frozen, place)
    say_lines(frozen_text(frozen))
    say_written(written)


def score(
    file: Annotated[Path, typer.Argument(help="A frozen projection, or its folder.")],
    observed: Annotated[
        Path, typer.Option(help="Figures that came out (CSV, as observed.csv).", metavar="FILE")
    ],
    out: OutIfAny = None,
    model: Annotated[
        str, typer.Option(help="The model it must be of; any.", metavar="FILE.py:NAME")
    ] = "",
    overwrite: Overwrite = False,
) -> None:
    """Score a frozen projection against figures that came out after it."""
    from caresim.study.ledger import Frozen, check_model, read_outcomes, score_frozen
    from caresim.views.files.claim import claimed
    from caresim.views.report.ledger_files import write_scored
    from caresim.views.report.ledger_page import score_text

    with claimed(out, overwrite=overwrite) if out else nullcontext() as place:
        frozen = Frozen.read(file)
        if model:
            check_model(frozen, served(model))
        scored = score_frozen(frozen, read_outcomes(observed))
        say_lines(score_text(scored))
        written = write_scored(scored, place) if place else []
    say_written(written)
