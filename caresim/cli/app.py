"""The application that commands are added to, and the options that several of them share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from caresim.version import __version__

if TYPE_CHECKING:
    from caresim.language.model import Model

__all__ = [
    "DIFFERS",
    "FAULT",
    "INTERRUPTED",
    "Files",
    "Named",
    "Out",
    "Overwrite",
    "Until",
    "app",
    "england",
]

DIFFERS = 1
FAULT = 2
INTERRUPTED = 130

app = typer.Typer(
    name="caresim",
    help="Project children's social care in England under policies written as scenario files.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Named = typer.Argument(help="A scenario: its name or a file (TOML).", metavar="NAME|FILE")
Files = Annotated[
    list[Path],
    typer.Argument(help="Scenarios: their names or files (TOML).", metavar="NAME|FILE..."),
]
Out = Annotated[Path, typer.Option(help="Folder for the results.", metavar="DIR")]
Until = Annotated[str | None, typer.Option(help="Last day, a 31 March.", metavar="DATE")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that exist.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"caresim {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Project children's social care in England under policies written as scenario files."""


def england() -> Model:
    """Return the model that every command is about."""
    from caresim.england import England

    return England()
