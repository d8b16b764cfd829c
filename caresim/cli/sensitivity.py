"""The command that says which numbers drive an answer."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from caresim.cli.app import Against, ByFile, OutIfAny, Overwrite, Vintaged, served
from caresim.cli.console import say_lines, say_written

__all__ = ["sensitivity"]

PLAN = "A scenario: its name or a file (TOML)."
METHOD = "How: tornado; given-data and sobol take SALib."
OTHERS = "Of a tornado, all other numbers: refitted or drawn."


def sensitivity(
    file: Annotated[Path, typer.Argument(help=PLAN, metavar="NAME|FILE")],
    output: Annotated[str, typer.Argument(help="The quantity that is asked about.")],
    at: Annotated[
        str | None, typer.Option(help="On which 31 March; the last.", metavar="DATE")
    ] = None,
    out: OutIfAny = None,
    method: Annotated[str, typer.Option(help=METHOD, metavar="NAME")] = "tornado",
    others: Annotated[str, typer.Option(help=OTHERS, metavar="NAME")] = "refitted",
    against: Against = None,
    names: Annotated[
        str | None, typer.Option(help="Numbers to look at; all.", metavar="NAME,NAME")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws that it rests on.", min=10, max=100_000)] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 1,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Say which numbers drive what a scenario does, and what those rest on."""
    from caresim.study.drivers.sensitivity import sensitivity as found_by
    from caresim.views.files.claim import claimed

    with claimed(out, overwrite=overwrite) if out else nullcontext() as place:
        found = found_by(
            served(model, vintage), file, output, at=at, method=method.replace("-", " "),
            others=others, against=against, names=_listed(names), n=draws, seed=seed,
        )  # fmt: skip
        say_lines(str(found))
        written = []
        if place:
            from caresim.views.report.drivers_files import write_drivers

            written = write_drivers(found, place)
    say_written(written)


def _listed(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",")]
