"""The command that replays published effects."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated

import typer

from caresim.cli.app import ByFile, OutIfAny, Overwrite, Vintaged, served
from caresim.cli.console import say_lines, say_written

__all__ = ["effects"]


def effects(
    out: OutIfAny = None,
    draws: Annotated[
        int, typer.Option(help="Draws of the parameters; 0 for a single run.", min=0)
    ] = 200,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 1,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Replay published effects in the model, and show its answers beside the studies'."""
    from caresim.study.effects.replaying import effects as replay
    from caresim.views.files.claim import claimed
    from caresim.views.report.effects_text import effects_text

    with claimed(out, overwrite=overwrite) if out else nullcontext() as place:
        known = served(model, vintage)
        found = replay(known, draws=draws or None, seed=seed)
        say_lines(effects_text(found))
        written = []
        if place:
            from caresim.views.report.effects_files import write_effects

            written = write_effects(found, known, place)
    say_written(written)
