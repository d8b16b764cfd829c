"""The command line: run, check, explain and calibrate, with results in files written whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from caresim.language.model import Model

__all__ = ["app", "main"]

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

Files = Annotated[list[Path], typer.Argument(help="Scenario files (TOML).", metavar="FILE...")]
Out = Annotated[Path, typer.Option(help="Folder for the results.", metavar="DIR")]
Until = Annotated[str | None, typer.Option(help="Last day, a 31 March.", metavar="DATE")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that exist.")]


def _version(asked: bool) -> None:
    if asked:
        from caresim import __version__

        typer.echo(f"caresim {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Project children's social care in England under policies written as scenario files."""


@app.command()
def run(
    files: Files,
    out: Out,
    until: Until = None,
    draws: Annotated[
        int, typer.Option(help="Runs behind each interval; 0 for none.", min=0, max=100_000)
    ] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 1,
    figures: Annotated[bool, typer.Option(help="Draw the figures.")] = True,
    prices: Annotated[
        str, typer.Option(help="Money at real prices or in cash.", metavar="real|cash")
    ] = "real",
    overwrite: Overwrite = False,
) -> None:
    """Project scenarios against current policy: tables, figures and a one-page summary."""
    from caresim.engine.prices import check_prices
    from caresim.study.results import project
    from caresim.study.workers import workers
    from caresim.views.output import check_free, prepare_figures, write_results

    check_free(out, overwrite=overwrite)
    check_prices(prices)
    results = project(
        _england(),
        files,
        until=until,
        n_draws=draws,
        seed=seed,
        executor=workers,
        meanwhile=prepare_figures if figures else None,
    )
    told: dict[str, Any] = {"figures": figures, "prices": prices}
    for path in write_results(results, out, overwrite=overwrite, **told):
        typer.echo(f"  {path}")
    for even in results.evens:
        typer.echo(str(even))
    typer.echo(f"Results for {len(results.runs) - 1 or 1} scenario(s) are in {out}")


@app.command()
def check(files: Files, until: Until = None) -> None:
    """Check scenario files without running them."""
    from caresim.study.scenario import check_scenario, read_scenario

    model = _england()
    for file in files:
        scenario = read_scenario(file)
        check_scenario(scenario, model, model.start, until or model.until)
        count = len(scenario.changes)
        typer.echo(f"{file}: '{scenario.name}' is valid, {count} change{'s' * (count != 1)}")


@app.command()
def doctor(
    file: Annotated[Path | None, typer.Argument(metavar="FILE")] = None,
    until: Until = None,
    steps: Annotated[int, typer.Option(help="Steps a year.", min=1, max=2048)] = 16,
) -> None:
    """Measure what the step changes: against half of it and against an adaptive solver."""
    from caresim.study.check import check as measure

    typer.echo(str(measure(_england(), file, until=until, steps_per_year=steps)))


@app.command()
def explain(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Say in English sentences what a scenario file changes."""
    from caresim.study.scenario import check_scenario, read_scenario
    from caresim.study.scenario import explain as in_words

    model = _england()
    scenario = read_scenario(file)
    check_scenario(scenario, model, model.start, model.until)
    typer.echo(in_words(scenario, model))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The XMILE file to write.", metavar="FILE")],
    scenario: Annotated[
        Path | None, typer.Option(help="Scenario file (TOML).", metavar="FILE")
    ] = None,
    until: Until = None,
    steps: Annotated[int, typer.Option(help="Euler steps a year, a power of two.", min=1)] = 16,
    verify: Annotated[
        bool, typer.Option("--verify", help="Run it in PySD and simlin, where installed.")
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Write the model as XMILE, for Stella, simlin or PySD."""
    from caresim.study.scenario import read_scenario
    from caresim.views.verify import verify as compare_engines
    from caresim.views.xmile import check_target, exported_clock, write_xmile

    check_target(file, overwrite=overwrite)
    model, plan = _england(), read_scenario(scenario) if scenario else None
    write_xmile(model, file, plan, until=until, steps_per_year=steps)
    typer.echo(f"{file}: {model!r}, for Euler with {steps} steps a year")
    if verify:
        found = compare_engines(file, model, plan, exported_clock(model, until, steps))
        typer.echo(str(found))
        if not found.holds:
            raise typer.Exit(DIFFERS)


@app.command()
def levers() -> None:
    """List the parameters that scenarios may change, with value, unit and bounds."""
    from caresim.views.listing import levers_text

    typer.echo(levers_text(_england()))


@app.command()
def document(
    out: Annotated[Path, typer.Option(help="The page to write.", metavar="FILE")] = Path(
        "docs/model.md"
    ),
    overwrite: Overwrite = False,
) -> None:
    """Write the page that documents the model, and its figures beside it."""
    from caresim.views.model_page import write_page

    for path in write_page(_england(), out, overwrite=overwrite):
        typer.echo(f"  {path}")


@app.command()
def calibrate(
    out: Annotated[Path | None, typer.Option(help="Folder for the fit.", metavar="DIR")] = None,
    seed: Annotated[int, typer.Option(help="Seed of further starts.", min=0)] = 1,
    starts: Annotated[int, typer.Option(help="Starts from the priors.", min=1, max=100)] = 1,
    score: Annotated[bool, typer.Option(help="Also score out of sample.")] = True,
    observed: Annotated[
        Path | None, typer.Option(help="Other figures to fit (CSV).", metavar="FILE")
    ] = None,
    parameters: Annotated[
        Path | None, typer.Option(help="Other parameters (TOML).", metavar="FILE")
    ] = None,
    fitted_to: Annotated[
        str, typer.Option(help="Last year that the score is fitted to.", metavar="YEAR")
    ] = "2015-16",
    figures: Annotated[bool, typer.Option(help="Draw the figures.")] = True,
    overwrite: Overwrite = False,
) -> None:
    """Fit the model to the official figures or to others, and show how well it meets them."""
    from caresim.study.backtest import backtest
    from caresim.study.calibrate import calibrate as fit_to
    from caresim.study.vintage import check_scored, with_files
    from caresim.views.fit_files import write_fit
    from caresim.views.listing import fit_text
    from caresim.views.output import check_free

    if out:
        check_free(out, overwrite=overwrite)
    model, given = with_files(_england(), parameters, observed)
    if score:
        check_scored(given, fitted_to)
    options: dict[str, Any] = {"seed": seed, "progress": sys.stderr.isatty()}
    fit = fit_to(model, given, starts=starts, **options)
    scored = backtest(fit.model, given, fitted_to=fitted_to, **options) if score else None
    typer.echo(fit_text(fit, scored))
    if out:
        for path in write_fit(fit, scored, out, figures=figures, overwrite=overwrite):
            typer.echo(f"  {path}")


def _england() -> Model:
    from caresim.england import England

    return England()


def main() -> None:
    """Run the command line; every fault is one sentence and exit status 2."""
    from caresim.language.errors import CaresimError

    try:
        code = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except CaresimError as fault:
        code = _complain(str(fault))
    except OSError as fault:
        code = _complain(f"{fault.filename or 'a file'} cannot be used: {fault.strerror or fault}")
    except Exception as fault:
        # a call that cannot be understood: its class comes from Click, or from Typer's copy of it
        if not hasattr(fault, "format_message"):
            raise
        code = _misused(fault)
    sys.exit(code if isinstance(code, int) else 0)


def _misused(fault: Any) -> int:
    message = " ".join(fault.format_message().split())
    if type(fault).__name__ == "NoArgsIsHelpError":
        typer.echo(fault.format_message())
        return FAULT
    return _complain(f"{message.rstrip('.')}; see caresim --help")


def _complain(message: str) -> int:
    typer.echo(f"caresim: {message}", err=True)
    return FAULT
