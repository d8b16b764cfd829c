"""Commands that fit the model to figures."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caresim.cli.app import ByFile, OutIfAny, Overwrite, Vintaged, served
from caresim.cli.console import say, say_lines, say_written
from caresim.study.fit.shipped import SHIPPED_DRAWS

if TYPE_CHECKING:
    from caresim.language.model import Model
    from caresim.language.observed import Observed
    from caresim.study.fit.fit import Fit
    from caresim.study.fit.profile import Profile

__all__ = [
    "Drawing",
    "FittedTo",
    "Score",
    "Seed",
    "Starts",
    "WithFigures",
    "calibrate",
    "make_vintage",
]

Seed = Annotated[int, typer.Option(help="Seed of further starts.", min=0)]
Starts = Annotated[int, typer.Option(help="Starts from the priors.", min=1, max=100)]
Score = Annotated[bool, typer.Option(help="Also score out of sample.")]
FittedTo = Annotated[
    str | None,
    typer.Option(help="Last year that the score is fitted to; every one.", metavar="YEAR"),
]
WithFigures = Annotated[bool, typer.Option(help="Draw the figures.")]
WIDTH = 110
Drawing = Annotated[int, typer.Option("--draws", help="Draws of the posterior; 0 for none.", min=0)]
Profiled = Annotated[
    list[str] | None,
    typer.Option("--profile", help="Also hold this number at several values.", metavar="NAME"),
]


def calibrate(
    out: OutIfAny = None,
    seed: Seed = 1,
    starts: Starts = 1,
    score: Score = True,
    observed: Annotated[
        Path | None, typer.Option(help="Other figures to fit (CSV).", metavar="FILE")
    ] = None,
    parameters: Annotated[
        Path | None, typer.Option(help="Other parameters (TOML).", metavar="FILE")
    ] = None,
    fitted_to: FittedTo = None,
    draws: Drawing = SHIPPED_DRAWS,
    profile: Profiled = None,
    figures: WithFigures = True,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Fit the model to its own figures or to others, and show how well it meets them.

    The folder is a vintage, which --vintage loads whole: figures, given paths, fitted values,
    posterior and score.
    """
    from caresim.study.vintage import with_files

    def given() -> tuple[Model, Observed | None, Sequence[str]]:
        return *with_files(served(model, vintage), parameters, observed), ()

    make_vintage(
        given, out, seed=seed, starts=starts, score=score, fitted_to=fitted_to, figures=figures,
        overwrite=overwrite, draws=draws, profiles=profile or (),
    )  # fmt: skip


def make_vintage(
    given: Callable[[], tuple[Model, Observed | None, Sequence[str]]],
    out: Path | None,
    *,
    seed: int,
    starts: int,
    score: bool,
    fitted_to: str | None,
    figures: bool,
    overwrite: bool,
    draws: int,
    profiles: Sequence[str] = (),
) -> None:
    """Check, fit, score and write a vintage of what is ``given``: model, figures, what to say."""
    from caresim.language.errors import CaresimError
    from caresim.study.backtest import backtest
    from caresim.study.fit.calibrate import calibrate as fit_to
    from caresim.study.pieces import remove_pieces
    from caresim.study.vintage import check_scored
    from caresim.views.files.claim import claimed
    from caresim.views.report.backtest_files import PARTS
    from caresim.views.report.fit_draws import Drawn
    from caresim.views.report.fit_files import write_fit
    from caresim.views.report.listing import fit_text

    progress, parts = sys.stderr.isatty(), out / PARTS if out else None
    origins = [fitted_to] if fitted_to else None
    claim = claimed(out, overwrite=overwrite, unfinished=PARTS) if out else nullcontext()
    options: dict[str, Any] = {"progress": progress, "parts": parts}
    with claim as place:
        known, observed, said = given()
        for line in said:
            say(line)
        _check_known(known, profiles)
        if score:
            check_scored(known, observed, origins)
        fit = fit_to(known, observed, starts=starts, seed=seed, **options)
        scored = None
        try:
            if score:
                scored = backtest(fit.model, observed, origins=origins, draws=0, **options)
        except CaresimError as fault:  # which is no reason to lose the fit
            say(f"Note: the fit has no score: {fault}", err=True)
        drawn = Drawn.of(fit, draws)
        say_lines(fit_text(fit, scored, drawn))
        curves, written = _profiles(fit, profiles), []
        if place:
            options = {"drawn": drawn, "profiles": curves, "figures": figures}
            written = write_fit(fit, scored, place, **options)
            remove_pieces(place.folder / PARTS)
    say_written(written)
    if out:
        lacking = "" if scored else ", not scored"
        say(f"{out} is a vintage{lacking}: caresim run … --vintage {out}")


def _check_known(model: Model, names: Sequence[str]) -> None:
    """Raise ParameterError for a parameter that is not there, before a fit is made for it."""
    from caresim.language.errors import ParameterError, did_you_mean

    for name in names:
        if name not in model.parameters:
            near = did_you_mean(name, model.parameters)
            message = f"{type(model).__name__} has no parameter '{name}' to profile{near}"
            raise ParameterError(message)


def _profiles(fit: Fit, names: Sequence[str]) -> list[Profile]:
    """Return profiles of a fit and say what each shows; one that cannot be made is told."""
    from caresim.language.errors import CaresimError

    found = []
    for name in dict.fromkeys(names):
        try:
            profile = fit.profile(name)
        except CaresimError as fault:  # which is no reason to lose the fit
            say(f"Note: {fault}", err=True)
            continue
        found.append(profile)
        told = (f"Profile: {profile.sentence()}.", *map(str, profile.notices))
        say_lines("\n".join(textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in told))
    return found
