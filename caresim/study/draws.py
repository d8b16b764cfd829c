"""Draws of the parameters: from their priors, or from what the data left of them."""

from __future__ import annotations

import hashlib
import html
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.columns import column_of
from caresim.engine.notices import Notice
from caresim.language.csv_rows import csv_kind, read_table
from caresim.language.errors import ParameterError, RunError, trait
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.language.parameters import Parameter
from caresim.language.settled import settled
from caresim.study.arguments import came, count_of, model_of, text_of, word_of
from caresim.study.believed import belief_named, drawn_file, with_belief
from caresim.study.futures import kinds_asked
from caresim.study.made_for import ORIGINS, POSTERIOR, PRIOR, MadeFor, why_not_its_posterior

if TYPE_CHECKING:
    import pandas as pd

    from caresim.language.beliefs import Belief

__all__ = [
    "Draws",
    "draws",
    "draws_for",
    "number_of_draws",
    "origin_of",
    "quantiles",
    "with_a_prior",
    "with_priors",
]

Values = NDArray[np.float64]
DRAWN = csv_kind("a CSV file of draws", ParameterError)
MOST_DRAWS = 1_000_000  # that a machine's memory holds
SAID_UNTIL = "0.3"  # the release that no longer says which of them was taken by default


@settled
@dataclass(frozen=True, eq=False)
class Draws:
    """Parameter draws: ``columns`` maps a name to an array of shape (runs,).

    Draws made by hand may have lists or columns of a table, or be a table.

    The first draws are the same for any number of draws with one seed. ``solved`` counts, for draws
    that a fit has solved, how many of how many could be. ``made_for`` is the model that they were
    drawn for, None for draws that were put together by hand. ``chance`` names what moves by chance
    after the last figures beside them, ``"rates"``, ``"shocks"``, ``"givens"``, by the same seed.
    """

    columns: dict[str, Values]
    origin: str
    seed: int
    notices: tuple[Notice, ...] = ()
    solved: tuple[int, int] | None = None
    made_for: MadeFor | None = None
    chance: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", _columns(self.columns))
        object.__setattr__(
            self, "origin", text_of(self.origin, "origin", "by hand", ParameterError)
        )
        object.__setattr__(self, "seed", count_of(self.seed, "seed", error=ParameterError))

    @property
    def n_runs(self) -> int:
        """Number of draws."""
        return len(next(iter(self.columns.values()), ()))

    def frame(self) -> pd.DataFrame:
        """Return the draws as a table: one row a run, one column a parameter."""
        import pandas as pd

        return pd.DataFrame(self.columns)

    def text(self) -> str:
        """Return the draws as CSV, to six figures."""
        rows = np.column_stack(list(self.columns.values())).tolist()
        lines = [",".join(self.columns), *(",".join(f"{x:.6g}" for x in row) for row in rows)]
        return "\n".join(lines) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """Return where the draws come from, as plain data."""
        return {
            "origin": self.origin,
            "seed": self.seed,
            "runs": self.n_runs,
            "fingerprint": self.fingerprint,
            **({"made_for": self.made_for.as_dict()} if self.made_for else {}),
            **({"chance": list(self.chance)} if self.chance else {}),
        }

    @property
    def fingerprint(self) -> str:
        """Return a short text that two sets of draws share only when they are the same.

        The order of the columns, which is that of the parameters in their files, is no matter.
        """
        parts = [name.encode() + self.columns[name].tobytes() for name in sorted(self.columns)]
        parts += [f"{kind} by chance, {self.seed}".encode() for kind in self.chance]
        return hashlib.sha256(b"".join(parts)).hexdigest()[:12]

    def __len__(self) -> int:
        return self.n_runs

    def __repr__(self) -> str:
        return (
            f"<Draws: {self.n_runs:,} of {len(self.columns)} parameters from the {self.origin}, "
            f"seed {self.seed}>"
        )

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        table = self.frame().describe(percentiles=[0.1, 0.5, 0.9]).T
        return f"<p>{html.escape(repr(self))}</p>{table.to_html(float_format='{:,.4g}'.format)}"


def _columns(given: Any) -> dict[str, Values]:
    """Return columns of numbers by the names of parameters, all of one length."""
    if not isinstance(given, Mapping) and trait(given, "columns") is None:
        message = (
            f"draws map parameters to columns, such as {{'rate': [0.1, 0.2]}}, not {came(given)}"
        )
        raise ParameterError(message)
    columns = {
        text_of(name, "the name of a parameter", "rate", ParameterError): column_of(
            values, str(name), ParameterError
        )
        for name, values in dict(given.items()).items()
    }
    lengths = {name: len(values) for name, values in columns.items()}
    if not all(lengths.values()):
        message = "draws need at least one value for each parameter"
        raise ParameterError(message)
    if len(set(lengths.values())) > 1:
        message = f"draws need the same number of values for each parameter, not {lengths}"
        raise ParameterError(message)
    return columns


def draws(
    model: Model,
    n: int,
    *,
    seed: int,
    given: str | None = None,
    beliefs: str | None = None,
    chance: bool | Sequence[str] | None = None,
) -> Draws:
    """Draw ``n`` sets of parameters: what the data left of them, or what was believed before.

    ``given`` is ``"posterior"`` (after the calibration, with the correlations that it left) or
    ``"prior"`` (before the data, each parameter on its own, cut at its bounds). Unless told, a
    model with a posterior is drawn from it, and a notice says which was taken. What the caller of
    the model set, as in ``England(family_support_time=3.0)``, is not drawn. ``beliefs`` names what
    is believed of some numbers in place of their priors, where the model declares that:
    ``"panel alone"`` of early help in England. ``chance`` is what moves by chance after the last
    figures: ``"rates"``, events or ``"shocks"``, and what is given from outside, ``"givens"``; all
    that the model declares unless told, none with False.

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
        whole = draws(model.stands_for.whole, n, seed=seed, **how)
        return _of_part(model, whole)
    origin = asked or (PRIOR if model.posterior_file is None else POSTERIOR)
    belief = None if beliefs is None else belief_named(model, beliefs)
    if origin == POSTERIOR:
        sample = _from_posterior(model, n, seed, belief)
    else:
        sample = _from_prior(model if belief is None else with_belief(model, belief.name), n, seed)
    sample = _but_those_set(sample, model)
    said = () if asked else (_which(origin, model),)
    notices = (*sample.notices, *said)
    return replace(sample, notices=notices, made_for=MadeFor.of(model), chance=kinds)


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


def draws_for(model: Model, given: object) -> Draws | None:
    """Return draws to run a model with, or None; raise RunError for what is neither.

    Raises ParameterError, with the way out, for draws that were made for something else. What the
    caller of one of the models set is no matter, and draws put together by hand are for any.
    """
    if given is None:
        return None
    if not isinstance(given, Draws):
        message = (
            f"draws takes parameter draws, such as cs.draws(model, 100, seed=1), not {came(given)}"
        )
        raise RunError(message)
    if not given.columns:
        message = "draws need at least one parameter, and these have none; leave them out"
        raise RunError(message)
    if given.made_for and (found := given.made_for.difference(model, given.origin)):
        prior = "" if given.origin == POSTERIOR else ", given='prior'"
        message = (
            f"these draws were made for something else: {found}; draw for this model, "
            f"cs.draws(model, n, seed=…{prior}), or calibrate it and take fit.draws(n, seed=…)"
        )
        raise ParameterError(message)
    return given


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


def _from_posterior(model: Model, n: int, seed: int, belief: Belief | None) -> Draws:
    """Take shipped draws in an order set by the seed; draw what was not estimated from priors.

    Under another belief than the model's own they are those of a calibration with its priors.
    """
    if model.posterior_file is None:
        message = f"{type(model).__name__} has no posterior; calibrate it and use fit.draws(…)"
        raise ParameterError(message)
    if found := why_not_its_posterior(model):
        message = (
            f"the posterior belongs to something else: {found}; calibrate this model and use "
            "fit.draws(n, seed=…), or draw from its priors, given='prior'"
        )
        raise ParameterError(message)
    file = model.posterior_file if belief is None else drawn_file(model, belief)
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
        text = f"only {len(shipped):,} draws are shipped; {n:,} were asked for, so some repeat"
        notices = (Notice("draws", "posterior", text),)
    fitted = {name: shipped[chosen, i].copy() for i, name in enumerate(names)}
    return with_priors(model, Draws(fitted, POSTERIOR, seed, notices))


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


def number_of_draws(n: object) -> int:
    """Return a number of draws; raise ParameterError for what is none."""
    number = count_of(n, "the number of draws", 1, ParameterError)
    if number > MOST_DRAWS:
        message = f"the number of draws is at most {MOST_DRAWS:,}, not {came(number)}"
        raise ParameterError(message)
    return number
