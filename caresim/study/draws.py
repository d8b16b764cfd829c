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
from caresim.language.errors import ParameterError, trait
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.language.settled import settled
from caresim.study.arguments import came, count_of, model_of, text_of, word_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Draws", "draws", "number_of_draws", "quantiles", "with_priors"]

Values = NDArray[np.float64]
MOST_DRAWS = 1_000_000  # that a machine's memory holds
TINY, SMALLEST = 1e-300, 1e-16  # shares keep off 0 and 1, where a quantile is infinite


@settled
@dataclass(frozen=True, eq=False)
class Draws:
    """Parameter draws: ``columns`` maps a name to an array of shape (runs,).

    Draws made by hand may have lists or columns of a table, or be a table.

    The first draws are the same for any number of draws with one seed. ``solved`` counts, for draws
    that a fit has solved, how many of how many could be.
    """

    columns: dict[str, Values]
    origin: str
    seed: int
    notices: tuple[Notice, ...] = ()
    solved: tuple[int, int] | None = None

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
        }

    @property
    def fingerprint(self) -> str:
        """Return a short text that two sets of draws share only when they are the same.

        The order of the columns, which is that of the parameters in their files, is no matter.
        """
        parts = (name.encode() + self.columns[name].tobytes() for name in sorted(self.columns))
        return hashlib.sha256(b"".join(parts)).hexdigest()[:12]

    def __len__(self) -> int:
        return self.n_runs

    def __repr__(self) -> str:
        return (
            f"<Draws: {self.n_runs:,} of {len(self.columns)} parameters from the {self.origin}, "
            f"seed {self.seed}>"
        )

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


def draws(model: Model, n: int, *, seed: int, given: str = "prior") -> Draws:
    """Draw ``n`` sets of parameters from their priors, or from the model's shipped posterior.

    ``given`` is ``"prior"`` (before the data, each parameter on its own, cut at its bounds) or
    ``"posterior"`` (after the calibration, with the correlations that it left). What the caller of
    the model set, as in ``England(early_help_time=3.0)``, is not drawn.

    Raises ParameterError when the model has no priors or no posterior.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> cs.draws(England(), 100, seed=1).n_runs
    100
    """
    model_of(model, "draws", ParameterError)
    n, seed = number_of_draws(n), count_of(seed, "seed", error=ParameterError)
    if word_of(given, "given", ("prior", "posterior"), ParameterError) == "posterior":
        return _but_those_set(_from_posterior(model, n, seed), model)
    chosen = {k: p for k, p in model.parameters.items() if p.prior and not p.is_dated}
    if not chosen:
        message = f"no parameter of {type(model).__name__} has a prior to draw from"
        raise ParameterError(message)
    return _but_those_set(Draws(_from_priors(chosen, n, seed), "prior", seed), model)


def _but_those_set(sample: Draws, model: Model) -> Draws:
    """Return the draws without the parameters that the caller of the model set."""
    fixed = [name for name in model.set_by_caller if name in sample.columns]
    columns = {name: column for name, column in sample.columns.items() if name not in fixed}
    if not columns:
        message = (
            f"nothing of {type(model).__name__} is left to draw, for the caller set "
            f"{_listed(fixed)}; run it without draws"
        )
        raise ParameterError(message)
    notices = sample.notices
    if fixed and sample.origin == "posterior":
        text = f"{_listed(fixed)}: set by the caller and not drawn, which the other draws ignore"
        notices += (Notice("fixed", ", ".join(fixed), text),)
    return replace(sample, columns=columns, notices=notices)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _from_posterior(model: Model, n: int, seed: int) -> Draws:
    """Take shipped draws in an order set by the seed; draw what was not estimated from priors."""
    if model.posterior_file is None:
        message = f"{type(model).__name__} has no posterior; calibrate it and use fit.draws(…)"
        raise ParameterError(message)
    with model.posterior_file.open(encoding="utf-8") as stream:
        names = stream.readline().strip().split(",")
        shipped = np.loadtxt(stream, delimiter=",", ndmin=2)
    rng = np.random.default_rng([seed, 1])
    chosen = rng.permutation(len(shipped))[:n]
    notices: tuple[Notice, ...] = ()
    if n > len(shipped):
        chosen = np.concatenate([chosen, rng.integers(len(shipped), size=n - len(shipped))])
        text = f"only {len(shipped):,} draws are shipped; {n:,} were asked for, so some repeat"
        notices = (Notice("draws", "posterior", text),)
    fitted = {name: shipped[chosen, i].copy() for i, name in enumerate(names)}
    return with_priors(model, Draws(fitted, "posterior", seed, notices))


def with_priors(model: Model, draws: Draws) -> Draws:
    """Return draws of a fit beside draws, from their priors, of what was not estimated."""
    others = {
        name: entry
        for name, entry in model.parameters.items()
        if entry.prior and not entry.is_dated and name not in {*draws.columns, *model.set_by_caller}
    }
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
    prior = entry.prior
    if prior is None:
        message = f"'{entry.name}' has no prior"
        raise ParameterError(message)
    low, high = entry.bounds or (-np.inf, np.inf)
    if prior.kind == "uniform":
        first, last = max(low, prior.first), min(high, prior.second)
        return first + shares * (last - first)
    from statistics import NormalDist  # of the standard library, quicker to load than SciPy

    centre, width = prior.centre_and_width()
    if prior.is_log:
        low, high = np.log(max(low, 1e-300)), np.log(high)
    bell = NormalDist(centre, width)
    below, above = bell.cdf(low), bell.cdf(high)
    inside = np.clip(below + shares * (above - below), TINY, 1 - SMALLEST)
    normal = np.clip([bell.inv_cdf(share) for share in inside], low, high)
    return np.exp(normal) if prior.is_log else np.asarray(normal)


def number_of_draws(n: object) -> int:
    """Return a number of draws; raise ParameterError for what is none."""
    number = count_of(n, "the number of draws", 1, ParameterError)
    if number > MOST_DRAWS:
        message = f"the number of draws is at most {MOST_DRAWS:,}, not {came(number)}"
        raise ParameterError(message)
    return number
