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
    "Against",
    "ByFile",
    "Files",
    "Named",
    "Out",
    "OutIfAny",
    "Overwrite",
    "Until",
    "Vintaged",
    "app",
    "place",
    "served",
    "tell",
]

DIFFERS = 1
FAULT = 2

app = typer.Typer(
    name="caresim",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def place(given: str | Path) -> Path:
    """Return a path that results are written to; an empty one is a variable that was not set."""
    text = str(given)  # a default is a path already
    if not text.strip():
        message = "a path is empty; name where the results go"
        raise typer.BadParameter(message)
    if text.startswith("~"):  # else a folder of this name is made, which nobody dares to delete
        message = f"the shell has left '{text}' as it stands; write the home folder out"
        raise typer.BadParameter(message)
    return Path(text)


OTHER = typer.Option("--model", metavar="FILE.py:NAME")
ByFile = Annotated[str, OTHER]
Vintaged = Annotated[
    str | None,
    typer.Option("--vintage", help="A vintage to load: what calibrate wrote.", metavar="DIR"),
]
Named = typer.Argument(help="A scenario: its name or a file (TOML).", metavar="NAME|FILE")
Files = Annotated[
    list[Path],
    typer.Argument(help="Scenarios: their names or files (TOML).", metavar="NAME|FILE..."),
]
Against = Annotated[
    Path | None,
    typer.Option(
        help="What they are compared with; by default the nearest one that all of them extend.",
        metavar="NAME|FILE",
    ),
]
Out = Annotated[Path, typer.Option(help="Folder for the results.", metavar="DIR", parser=place)]
OutIfAny = Annotated[
    Path | None, typer.Option("--out", help="Folder for the results.", metavar="DIR", parser=place)
]
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
    """Project a model under policies written as scenario files."""


def tell(title: str) -> None:
    """Let the help texts say which model is served unless another is asked for."""
    app.info.help = f"{title}: projections under policies written as scenario files."
    OTHER.help = f"Another model than {title}: a class of a file, or PACKAGE.MODULE:NAME."


def served(name: str, vintage: str | None = None) -> Model:
    """Return the model that a command is about, with the vintage that is asked for."""
    from caresim.study.named_model import model_named

    return model_named(name, vintage)
