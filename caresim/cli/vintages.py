"""Commands that make a vintage of later figures, and say what one is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from caresim.cli.app import ByFile, Overwrite, Vintaged, place, served
from caresim.cli.console import say
from caresim.cli.fit import (
    Drawing,
    FittedTo,
    Score,
    Seed,
    Starts,
    WithFigures,
    make_vintage,
)
from caresim.study.fit.shipped import SHIPPED_DRAWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caresim.language.model import Model
    from caresim.language.observed import Observed

__all__ = ["vintages"]

vintages = typer.Typer(
    no_args_is_help=True,
    help="Make a vintage of later figures, or say what one is.",
    rich_markup_mode=None,
)


@vintages.command()
def new(
    folder: Annotated[
        Path, typer.Argument(help="The folder to write.", metavar="DIR", parser=place)
    ],
    observed: Annotated[
        Path | None,
        typer.Option(help="Later figures: series, year, value, cause … (CSV).", metavar="FILE"),
    ] = None,
    paths: Annotated[
        Path | None,
        typer.Option(help="Later given values: series, year, value (CSV).", metavar="FILE"),
    ] = None,
    seed: Seed = 1,
    starts: Starts = 1,
    score: Score = True,
    fitted_to: FittedTo = None,
    draws: Drawing = SHIPPED_DRAWS,
    figures: WithFigures = True,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Fit the model to later figures, laid over its own, and write what is known as a vintage.

    Series, year and value of a figure are enough: the model says the rest. A text under 'cause'
    marks a disturbed figure. The folder is what calibrate writes, and --vintage loads it whole.
    """
    from caresim.study.vintage import with_later

    def given() -> tuple[Model, Observed | None, Sequence[str]]:
        return with_later(served(model, vintage), observed, paths)

    make_vintage(
        given, folder, seed=seed, starts=starts, score=score, fitted_to=fitted_to,
        figures=figures, overwrite=overwrite, draws=draws,
    )  # fmt: skip


@vintages.command()
def show(
    folder: Annotated[Path, typer.Argument(help="A vintage.", metavar="DIR")],
) -> None:
    """Say what a vintage is: its last figure, what was fitted, and whether it was scored."""
    from caresim.language.vintage import Vintage

    for line in Vintage.read(folder).lines():
        say(line)
