"""Commands that write the model itself: as XMILE, and as a page that documents it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated

import typer

from caresim.cli.app import DIFFERS, ByFile, Overwrite, Until, Vintaged, place, served
from caresim.cli.console import say, say_lines

__all__ = ["document", "export"]


def export(
    file: Annotated[
        Path, typer.Argument(help="The XMILE file to write.", metavar="FILE", parser=place)
    ],
    scenario: Annotated[
        Path | None,
        typer.Option(help="A scenario: its name or a file (TOML).", metavar="NAME|FILE"),
    ] = None,
    until: Until = None,
    steps: Annotated[int, typer.Option(help="Euler steps a year, a power of two.", min=1)] = 16,
    verify: Annotated[
        bool, typer.Option("--verify", help="Run it in PySD and simlin, where installed.")
    ] = False,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Write the model as XMILE, for Stella, simlin or PySD."""
    from caresim.views.files.claim import claimed_file
    from caresim.views.xmile.export import check_target, exportable, write_xmile
    from caresim.views.xmile.verify import verify as compare_engines

    check_target(file, overwrite=overwrite)
    with claimed_file(file):
        check_target(file, overwrite=overwrite)  # another call may have ended just before
        asked = exportable(served(model, vintage), scenario, until=until, steps_per_year=steps)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            write_xmile(asked.model, file, asked.scenario, until=until, steps_per_year=steps)
    for warning in said:
        say(f"Note: {warning.message}.")
    say(f"{file}: {asked.model!r}, for Euler with {steps} steps a year")
    if verify:
        found = compare_engines(file, asked)
        say_lines(str(found))
        if not found.holds:
            raise typer.Exit(DIFFERS)


def document(
    out: Annotated[
        Path, typer.Option(help="The page to write.", metavar="FILE", parser=place)
    ] = Path("docs/model.md"),
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Write the page that documents the model, and its figures beside it."""
    from caresim.views.document.page import write_page

    for path in write_page(served(model, vintage), out, overwrite=overwrite):
        say(f"  {path}")
