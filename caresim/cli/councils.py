"""Commands for places of the model: one of them under scenarios, and all of them side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from caresim.cli.app import Against, ByFile, Out, Overwrite, Until, Vintaged, served
from caresim.cli.console import say_lines, say_written
from caresim.cli.scenarios import Drawn, Mixed, Prices, Seeded, WithFigures, Years, project_to

__all__ = ["council", "councils"]

NAME = "Its name, its nine-figure code, or its number at the department."
SCENARIOS = "Scenarios: their names or files (TOML); without one, the baseline alone."
Scenarios = Annotated[
    list[Path] | None, typer.Argument(help=SCENARIOS, metavar="[NAME|FILE...]", show_default=False)
]


def council(
    name: Annotated[str, typer.Argument(help=NAME, metavar="PLACE")],
    files: Scenarios = None,
    *,
    out: Out,
    as_written: Annotated[
        bool,
        typer.Option(
            "--as-written",
            help="Amounts of scenarios are its own, not shares of the whole's.",
        ),
    ] = False,
    against: Against = None,
    until: Until = None,
    draws: Drawn = 100,
    seed: Seeded = 1,
    figures: WithFigures = True,
    prices: Prices = "real",
    years: Years = None,
    mix: Mixed = None,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Project one council, with scenarios as large as it is: what run writes, and its bands."""
    from caresim.study.parts.council import council as place_of_whole

    project_to(
        out, lambda: place_of_whole(served(model, vintage), name, as_written=as_written),
        files or [], against=against, until=until, draws=draws, seed=seed, figures=figures,
        prices=prices, years=years, mix=mix, overwrite=overwrite,
    )  # fmt: skip


def councils(
    out: Out,
    fit: Annotated[
        bool, typer.Option("--fit", help="Fit and score all of them anew; it takes minutes.")
    ] = False,
    figures: WithFigures = True,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Project every council: one table, how good projections were, and a figure for each series."""
    from caresim.study.parts.council import whole_of_places
    from caresim.study.parts.every import fit_every
    from caresim.study.pieces import remove_pieces
    from caresim.views.files.claim import claimed
    from caresim.views.report.every_place import PARTS, every_shown, write_every_place
    from caresim.views.report.every_place_page import every_place_text

    known, _, _ = whole_of_places(served(model, vintage))
    with claimed(out, overwrite=overwrite, unfinished=PARTS) as place:
        parts, progress = place.folder / PARTS, sys.stderr.isatty()
        fitted = fit_every(known, parts=parts, progress=progress).files if fit else {}
        shown = every_shown(known, fitted)
        written = write_every_place(shown, place, fitted=fitted, figures=figures)
        if fit:
            remove_pieces(parts)
    say_written(written)
    say_lines(every_place_text(shown.model, shown.parts, shown.places, shown.scores))
