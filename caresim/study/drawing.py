"""Draws parameters: from their priors, or from what the data left of them, by structure in turn."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.beliefs import Belief, structures_of
from caresim.language.csv_rows import csv_kind, read_table
from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.study.arguments import count_of, model_of, word_of
from caresim.study.believed import belief_named, drawn_file
from caresim.study.draws import Draws, number_of_draws
from caresim.study.futures import kinds_asked
from caresim.study.made_for import ORIGINS, POSTERIOR, PRIOR, MadeFor, why_not_its_posterior
from caresim.study.otherwise import otherwise
from caresim.study.structures import (
    counts,
    rival_draws,
    rival_named,
    rivals_drawn,
    stacked,
)

__all__ = ["draws", "origin_of", "quantiles", "with_a_prior", "with_priors"]

Values = NDArray[np.float64]
DRAWN = csv_kind("a CSV file of draws", ParameterError)
SAID_UNTIL = "0.3"  # the release that no longer says which of them was taken by default


def draws(
    model: Model,
    n: int,
    *,
    seed: int,
    given: str | None = None,
    beliefs: str | None = None,
    chance: bool | Sequence[str] | None = None,
    structure: str | None = None,
) -> Draws:
    """Draw ``n`` sets of parameters: what the data left of them, or what was believed before.

    ``given`` is ``"posterior"`` (after the calibration, with the correlations that it left) or
    ``"prior"`` (before the data, each parameter on its own, cut at its bounds). Unless told, a
    model with a posterior is drawn from it, and a notice says which was taken. What the caller of
    the model set, as in ``England(family_support_time=3.0)``, is not drawn. ``beliefs`` names what
    is believed of some numbers in place of their priors, where the model declares that:
    ``"panel alone"`` of early help in England. ``chance`` is what moves by chance after the last
    figures: ``"rates"``, events or ``"shocks"``, and what is given from outside, ``"givens"``; all
    that the model declares unless told, none with False. ``structure`` names one of the structures
    that the model declares, such as ``"as published"``; unless told, all that stand beside its
    posterior are drawn in turn, where neither ``given`` nor ``beliefs`` asks for another.

    Raises ParameterError when the model has no priors or no posterior, for beliefs that it does not
    declare, and where the posterior is that of other equations, figures or numbers.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> cs.draws(England(), 100, seed=1).origin
    'posterior'
    """
    model_of(model, "draws", ParameterError)
    n, seed = number_of_draws(n), count_of(seed, "seed", error=ParameterError)
    asked = None if given is None else word_of(given, "given", ORIGINS, ParameterError)
    kinds = kinds_asked(chance, model)
    if model.stands_for is not None:
        how: dict[str, Any] = {"given": given, "beliefs": beliefs, "chance": kinds}
        how["structure"] = structure
        whole = draws(model.stands_for.whole, n, seed=seed, **how)
        return _of_part(model, whole)
    origin = asked or (PRIOR if model.posterior_file is None else POSTERIOR)
    belief = None if beliefs is None else belief_named(model, beliefs)
    rivals = _rivals(model, origin, beliefs, structure)
    if rivals:
        sample = _stacked(model, n, seed, rivals)
    elif origin == POSTERIOR:
        sample = _from_posterior(
            model, n, seed, None if belief is None else drawn_file(model, belief)
        )
    else:
        sample = _from_prior(otherwise(model, belief), n, seed)
    sample = _but_those_set(sample, model)
    said = () if asked else (_which(origin, model),)
    notices = (*sample.notices, *said)
    return replace(sample, notices=notices, made_for=MadeFor.of(model), chance=kinds)


def _rivals(
    model: Model, origin: str, beliefs: str | None, structure: str | None
) -> tuple[Belief | None, ...]:
    """Return the structures to draw in turn, None for that which is published; empty for none.

    Raises ParameterError for a structure that is not there, or has no draws.
    """
    if structure is not None:
        rival = rival_named(model, structure)
        if rival is None:
            return ()
        if origin != POSTERIOR or rival_draws(model, rival) is None:
            message = f"no draws of the structure '{rival.name}' stand beside the vintage"
            raise ParameterError(f"{message}; calibrate it: cs.calibrate(cs.with_structure(…))")
        return (rival,)
    known = rivals_drawn(model) if origin == POSTERIOR and beliefs is None else None
    return () if known is None else (None, *known.others)


def _stacked(model: Model, n: int, seed: int, rivals: Sequence[Belief | None]) -> Draws:
    """Return draws of some structures in turn, each with what its own calibration left.

    What a calibration did not draw is drawn from its priors, by one stream for all structures.
    """
    known = structures_of(model)
    assert known is not None  # noqa: S101  (whoever has rivals declares them)
    columns: list[dict[str, Values]] = []
    notices: list[Notice] = []
    for k, (rival, count) in enumerate(zip(rivals, counts(n, len(rivals)), strict=True)):
        file = None if rival is None else rival_draws(model, rival)
        fitted, told = _shipped(file or _posterior_file(model), count, seed, "of a structure ")
        others = with_a_prior(otherwise(model, rival)).items()
        priors = _from_priors({k: v for k, v in others if k not in model.set_by_caller}, n, seed)
        own = {name: column[k :: len(rivals)] for name, column in priors.items()}
        numbers = {} if rival is None else rival.numbers
        fixed = {name: np.full(count, value) for name, value in numbers.items()}
        columns.append({**own, **fitted, **fixed})
        notices += told
    names = tuple(known.default if rival is None else rival.name for rival in rivals)
    found = stacked(model, columns, n)
    return Draws(found, POSTERIOR, seed, tuple(dict.fromkeys(notices)), structures=names)


def _of_part(model: Model, sample: Draws) -> Draws:
    """Return the draws of a whole as those of a place of it: its numbers as large as they are."""
    assert model.stands_for is not None  # noqa: S101  (the caller has asked)
    factors = {n: f for n, f in model.stands_for.drawn.items() if n not in model.set_by_caller}
    columns = {n: column * factors.get(n, 1.0) for n, column in sample.columns.items()}
    made = _but_those_set(replace(sample, columns=columns), model)
    return replace(made, made_for=MadeFor.of(model))


def _which(origin: str, model: Model) -> Notice:
    """Say what was drawn from by default, which was the prior once."""
    text = "drawn from the posterior, what the figures left; given='prior' takes the priors"
    if origin == PRIOR:
        text = f"drawn from the priors, since {type(model).__name__} has no posterior"
    return Notice("draws", origin, text)


def origin_of(model: Model) -> str:
    """Return what a model can be drawn from: its posterior, else its priors, else nothing.

    A posterior that belongs to something else is none; a place of a whole has that of the whole.
    """
    if model.stands_for is not None:
        return origin_of(model.stands_for.whole)
    if model.posterior_file is not None and not why_not_its_posterior(model):
        return POSTERIOR
    return PRIOR if with_a_prior(model) else ""


def _but_those_set(sample: Draws, model: Model) -> Draws:
    """Return the draws without the parameters that the caller of the model set."""
    own = {*sample.columns, *with_a_prior(model)}
    fixed = [name for name in model.set_by_caller if name in own]
    fitted = [name for name in fixed if name in sample.columns]  # others had a prior alone
    columns = {name: column for name, column in sample.columns.items() if name not in fixed}
    if not columns:
        message = (
            f"nothing of {type(model).__name__} is left to draw, for the caller set "
            f"{_listed(fixed)}; run it without draws"
        )
        raise ParameterError(message)
    notices = sample.notices
    if fixed:
        text = f"{_listed(fixed)}: set by the caller and not drawn"
        if fitted and sample.origin == POSTERIOR:
            text += f"; the other draws ignore the value of {_listed(fitted)}"
        notices += (Notice("fixed", ", ".join(fixed), text),)
    return replace(sample, columns=columns, notices=notices)


def with_a_prior(model: Model) -> dict[str, Parameter]:
    """Return the numbers of a model that can be drawn: those that have a prior and no dates."""
    return {k: p for k, p in model.parameters.items() if p.prior and not p.is_dated}


def _from_prior(model: Model, n: int, seed: int) -> Draws:
    chosen = with_a_prior(model)
    if not chosen:
        message = f"no parameter of {type(model).__name__} has a prior to draw from"
        raise ParameterError(message)
    return Draws(_from_priors(chosen, n, seed), PRIOR, seed)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _from_posterior(model: Model, n: int, seed: int, file: Path | None) -> Draws:
    """Take the draws of the vintage, or of another calibration that stands beside it."""
    own = _posterior_file(model)
    return _from_file(model, n, seed, own if file is None else file)


def _posterior_file(model: Model) -> Path:
    """Return the file of a model's posterior; raise ParameterError where it has none of its own."""
    if model.posterior_file is None:
        message = f"{type(model).__name__} has no posterior; calibrate it and use fit.draws(…)"
        raise ParameterError(message)
    if found := why_not_its_posterior(model):
        message = (
            f"the posterior belongs to something else: {found}; calibrate this model and use "
            "fit.draws(n, seed=…), or draw from its priors, given='prior'"
        )
        raise ParameterError(message)
    return model.posterior_file


def _from_file(model: Model, n: int, seed: int, file: Path) -> Draws:
    """Take shipped draws in an order set by the seed; draw what was not estimated from priors."""
    fitted, notices = _shipped(file, n, seed)
    return with_priors(model, Draws(fitted, POSTERIOR, seed, notices))


def _shipped(
    file: Path, n: int, seed: int, of: str = ""
) -> tuple[dict[str, Values], tuple[Notice, ...]]:
    """Return some of the draws that are shipped in a file, and what to say where they repeat."""
    table = read_table(file, (), kind=DRAWN)
    names, shipped = table.columns, np.array(table.numbers())
    if not len(shipped):
        message = f"{file} holds no draw; calibrate the model again"
        raise ParameterError(message)
    rng = np.random.default_rng([seed, 1])
    chosen = rng.permutation(len(shipped))[:n]
    notices: tuple[Notice, ...] = ()
    if n > len(shipped):
        chosen = np.concatenate([chosen, rng.integers(len(shipped), size=n - len(shipped))])
        text = f"only {len(shipped):,} draws {of}are shipped; {n:,} were asked for, so some repeat"
        notices = (Notice("draws", "posterior", text),)
    return {name: shipped[chosen, i].copy() for i, name in enumerate(names)}, notices


def with_priors(model: Model, draws: Draws) -> Draws:
    """Return draws of a fit beside draws, from their priors, of what was not estimated."""
    drawn = {*draws.columns, *model.set_by_caller}
    others = {name: entry for name, entry in with_a_prior(model).items() if name not in drawn}
    columns = {**draws.columns, **_from_priors(others, draws.n_runs, draws.seed)}
    return replace(draws, columns=columns)


def _from_priors(chosen: Mapping[str, Parameter], n: int, seed: int) -> dict[str, Values]:
    """Draw each parameter from a stream of its own, so that the order of the file is no matter."""
    columns = {}
    for name, entry in chosen.items():
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        columns[name] = quantiles(entry, rng.random(n))
    return columns


def quantiles(entry: Parameter, shares: Values) -> Values:
    """Return the quantiles of a parameter's prior, cut at its bounds."""
    if entry.prior is None:
        message = f"'{entry.name}' has no prior"
        raise ParameterError(message)
    return entry.prior.quantiles(shares, entry.bounds)
