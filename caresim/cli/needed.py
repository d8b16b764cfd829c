"""The command that says what a target would need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from caresim.cli.app import ByFile, Vintaged, served
from caresim.cli.console import say, say_lines

__all__ = ["needed"]

PLAN = "A scenario: its name or a file (TOML); without one, every lever of the model alone."


def needed(
    file: Annotated[Path | None, typer.Argument(help=PLAN, metavar="NAME|FILE")] = None,
    *,
    of: Annotated[str, typer.Option(help="The quantity of the target.", metavar="NAME")],
    change: Annotated[
        float, typer.Option(help="Its change: -0.2 for a fifth less.", metavar="SHARE")
    ],
    by: Annotated[str, typer.Option(help="By which 31 March.", metavar="DATE")],
    against: Annotated[
        Path | None,
        typer.Option(
            help="What it is compared with, in place of what it extends.", metavar="NAME|FILE"
        ),
    ] = None,
    begins: Annotated[
        str | None,
        typer.Option(help="Without a scenario, when levers are moved.", metavar="DATE"),
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Draws behind each range; 0 for none.", min=0, max=10_000)
    ] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 1,
    model: ByFile = "",
    vintage: Vintaged = None,
) -> None:
    """Say what would have to be true for a target, lever by lever and together."""
    from caresim.study.drawing import draws as drawn
    from caresim.study.drawing import origin_of
    from caresim.study.needed.search import needed as look_for

    known = served(model, vintage)
    origin = origin_of(known)
    sample = drawn(known, draws, seed=seed, given=origin) if draws and origin else None
    found = look_for(
        known, file, of, change=change, by=by, against=against, begins=begins, draws=sample
    )
    say_lines(str(found))
    if draws and not origin:
        say("Note: no parameter has a prior to draw from, so that there are no ranges.")
    if sample is not None:
        say(f"Ranges: {draws:,} draws from the {origin}, seed {seed}.")
    for notice in found.notices:
        say(f"Note: {notice}")
