"""The command line: one file for each family of commands, results in files written whole."""

from __future__ import annotations

import functools
import os
import signal
import sys
import warnings
from collections.abc import Callable
from typing import Any

import typer

from caresim.cli.app import FAULT, app, tell
from caresim.cli.backtest import backtest
from caresim.cli.console import say, shown
from caresim.cli.councils import council, councils
from caresim.cli.effects import effects
from caresim.cli.fit import calibrate
from caresim.cli.given import refuse_empty
from caresim.cli.ledger import freeze, score
from caresim.cli.model_files import document, export
from caresim.cli.needed import needed
from caresim.cli.scenarios import check, check_step, explain, levers, run, scenarios
from caresim.cli.sensitivity import sensitivity
from caresim.cli.stopping import Stopped, stoppable
from caresim.cli.vintages import vintages
from caresim.language.renamed import RENAMED, Renamed, current

__all__ = ["app", "serve"]

# in the order in which --help lists them
COMMANDS = (
    run,
    check,
    explain,
    scenarios,
    levers,
    needed,
    sensitivity,
    council,
    councils,
    calibrate,
    backtest,
    effects,
    freeze,
    score,
    check_step,
    export,
    document,
)
NAMES = {command.__name__.replace("_", "-"): command for command in COMMANDS}
for name, command in NAMES.items():
    app.command(name)(command)
app.add_typer(vintages, name="vintage")


def _formerly(row: Renamed) -> Callable[..., Any]:
    """Return a command for a name that it had, which says the one that it has now."""

    @functools.wraps(NAMES[row.new])
    def said(**options: Any) -> None:
        NAMES[current("command", row.old)](**options)

    return said


FORMER = {row.old: _formerly(row) for row in RENAMED if row.kind == "command"}
for name, command in FORMER.items():
    app.command(name, hidden=True)(command)


def serve(model: str, title: str) -> None:
    """Run the command line for a model, named as ``--model`` names others, and its title.

    Every fault is one sentence and exit status 2; a signal that ends the call is one sentence, and
    the status that shells give it.
    """
    tell(title)
    # `score` is told by its file what it is about
    names = [name for name in (*NAMES, *FORMER) if name != "score"]
    defaults: dict[str, Any] = {name: {"model": model} for name in names}
    defaults["vintage"] = {"new": {"model": model}}
    with shown() as output:
        warnings.showwarning = _note  # what Python would print with a file and a line
        code = _served(defaults)
        if output.fault:
            code = _complain(f"the output cannot be written: {output.fault}")
    sys.exit(code)


def _served(defaults: dict[str, Any]) -> int:
    """Return the exit status of the call."""
    from caresim.language.errors import CaresimError

    try:
        refuse_empty(sys.argv[1:])
        with stoppable():
            code = app(standalone_mode=False, default_map=defaults)
    except (Stopped, KeyboardInterrupt) as stop:
        return _stopped(stop)
    except CaresimError as fault:
        return _complain(_told(fault))
    except OSError as fault:
        return _complain(_unusable(fault))
    except MemoryError:
        return _complain("there is not enough memory; ask for fewer draws or an earlier last day")
    except Exception as fault:
        # a call that cannot be understood: its class comes from Click, or from Typer's copy of it
        if not hasattr(fault, "format_message"):
            raise
        return _misused(fault)
    return code if isinstance(code, int) else 0


def _unusable(fault: OSError) -> str:
    try:
        os.getcwd()  # noqa: PTH109  (a fault of it does not say what is not found)
    except OSError:
        return "the folder that this shell stands in is gone; go to one that exists"
    return f"{fault.filename or 'a file'} cannot be used: {fault.strerror or fault}"


def _stopped(stop: BaseException) -> int:
    stop = stop if isinstance(stop, Stopped) else Stopped(signal.SIGINT)
    _complain(_told(stop))
    return stop.status


def _told(fault: BaseException) -> str:
    """Return what happened, and what was noted about it on the way, such as what is kept."""
    return "; ".join([str(fault), *getattr(fault, "__notes__", ())])


def _note(message: Warning | str, *_: Any, **__: Any) -> None:
    say(f"Note: {message}", err=True)


def _misused(fault: Any) -> int:
    message = " ".join(fault.format_message().split())
    if type(fault).__name__ == "NoArgsIsHelpError":
        typer.echo(fault.format_message())
        return FAULT
    return _complain(f"{message.rstrip('.')}; see caresim --help")


def _complain(message: str) -> int:
    say(f"caresim: {message}", err=True)
    return FAULT
