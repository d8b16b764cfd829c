"""Draws of the parameters: from their priors, or from what the data left of them."""

from __future__ import annotations

import html
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Parameters

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Draws", "Posterior", "draws"]

Values = NDArray[np.float64]
MOST_TRIES = 200  # blocks of candidates before giving up on the bounds
LEAST_KEPT = 0.5  # share of candidates inside the bounds below which the reader is told


@dataclass(frozen=True, eq=False)
class Draws:
    """Parameter draws: ``columns`` maps a name to an array of shape (runs,).

    The first draws are the same for any number of draws with one seed.
    """

    columns: dict[str, Values]
    origin: str
    seed: int
    notices: tuple[Notice, ...] = ()

    @property
    def n_runs(self) -> int:
        """Number of draws."""
        return len(next(iter(self.columns.values()), ()))

    def frame(self) -> pd.DataFrame:
        """Return the draws as a table: one row a run, one column a parameter."""
        import pandas as pd

        return pd.DataFrame(self.columns)

    def as_dict(self) -> dict[str, Any]:
        """Return where the draws come from, as plain data."""
        return {"origin": self.origin, "seed": self.seed, "runs": self.n_runs}

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


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is believed after the data: a normal distribution around the best fit.

    ``centre`` and the lower triangular ``factor`` (covariance = factor · factorᵀ) are on the scale
    of each parameter's prior: logarithmic for a lognormal prior, natural otherwise.
    """

    names: tuple[str, ...]
    centre: Values
    factor: Values

    @classmethod
    def read(cls, path: str | Path) -> Posterior:
        """Read a posterior as :meth:`text` writes it."""
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        rows = content["factor"]
        factor = np.zeros((len(rows), len(rows)))
        for i, row in enumerate(rows):
            factor[i, : len(row)] = row
        return cls(tuple(content["names"]), np.array(content["centre"]), factor)

    def text(self) -> str:
        """Return the posterior as JSON, the triangle row by row."""
        rows = [[float(f"{x:.8g}") for x in row[: i + 1]] for i, row in enumerate(self.factor)]
        content = {
            "names": list(self.names),
            "centre": [float(f"{x:.12g}") for x in self.centre],
            "factor": rows,
        }
        return json.dumps(content, separators=(",", ": ")).replace("],[", "],\n[") + "\n"

    def draws(self, parameters: Parameters, n: int, *, seed: int) -> Draws:
        """Draw within the bounds of the parameters; a candidate outside any bound is passed over.

        Raises ParameterError when the bounds leave almost nothing.
        """
        _check_count(n)
        entries = [parameters[name] for name in self.names]
        rng = np.random.default_rng([seed, 1])
        kept: list[Values] = []
        tried = 0
        while len(kept) < n:
            if tried >= MOST_TRIES * max(n, 50):
                message = "almost no draw lies within the bounds; check the posterior's bounds"
                raise ParameterError(message)
            candidate = self.centre + self.factor @ rng.standard_normal(len(self.names))
            tried += 1
            natural = _natural(candidate, entries)
            if _inside(natural, entries):
                kept.append(natural)
        columns = np.array(kept).reshape(n, len(self.names)).T
        notices = _passed_over(n, tried)
        table = {name: np.ascontiguousarray(c) for name, c in zip(self.names, columns, strict=True)}
        return Draws(table, "posterior", seed, notices)


def draws(model: Model, n: int, *, seed: int, given: str = "prior") -> Draws:
    """Draw ``n`` sets of parameters from their priors, or from the model's shipped posterior.

    ``given`` is ``"prior"`` (before the data, each parameter on its own, cut at its bounds) or
    ``"posterior"`` (after the calibration, with the correlations that it left).

    Raises ParameterError when the model has no priors or no posterior.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> cs.draws(England(), 100, seed=1).n_runs
    100
    """
    _check_count(n)
    if given == "posterior":
        if model.posterior_file is None:
            message = f"{type(model).__name__} has no posterior; calibrate it and use fit.draws(…)"
            raise ParameterError(message)
        return Posterior.read(model.posterior_file).draws(model.parameters, n, seed=seed)
    if given != "prior":
        message = f"given is 'prior' or 'posterior', not {given!r}"
        raise ParameterError(message)
    chosen = {k: p for k, p in model.parameters.items() if p.prior and not p.is_dated}
    if not chosen:
        message = f"no parameter of {type(model).__name__} has a prior to draw from"
        raise ParameterError(message)
    return Draws(_from_priors(chosen, n, seed), "prior", seed)


def _from_priors(chosen: Mapping[str, Parameter], n: int, seed: int) -> dict[str, Values]:
    """Draw each parameter from a stream of its own, so that the order of the file is no matter."""
    columns = {}
    for name, entry in chosen.items():
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        columns[name] = quantiles(entry, rng.random(n))
    return columns


def quantiles(entry: Parameter, shares: Values) -> Values:
    """Return the quantiles of a parameter's prior, cut at its bounds."""
    from scipy.special import ndtr, ndtri

    prior = entry.prior
    if prior is None:
        message = f"'{entry.name}' has no prior"
        raise ParameterError(message)
    low, high = entry.bounds or (-np.inf, np.inf)
    if prior.kind == "uniform":
        first, last = max(low, prior.first), min(high, prior.second)
        return first + shares * (last - first)
    centre, width = prior.centre_and_width()
    if prior.is_log:
        low, high = np.log(max(low, 1e-300)), np.log(high)
    below, above = ndtr((low - centre) / width), ndtr((high - centre) / width)
    normal = np.clip(centre + width * ndtri(below + shares * (above - below)), low, high)
    return np.exp(normal) if prior.is_log else np.asarray(normal)


def _natural(candidate: Values, entries: list[Parameter]) -> Values:
    is_log = np.array([bool(e.prior and e.prior.is_log) for e in entries])
    return np.where(is_log, np.exp(np.where(is_log, candidate, 0.0)), candidate)


def _inside(natural: Values, entries: list[Parameter]) -> bool:
    return all(
        e.bounds is None or e.bounds[0] <= x <= e.bounds[1]
        for x, e in zip(natural, entries, strict=True)
    )


def _passed_over(n: int, tried: int) -> tuple[Notice, ...]:
    if n >= LEAST_KEPT * tried:
        return ()
    text = (
        f"{tried - n:,} of {tried:,} draws lay outside the parameters' bounds and were passed over"
    )
    return (Notice("draws", "posterior", text),)


def _check_count(n: int) -> None:
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        message = f"the number of draws is a whole number from 1, not {n!r}"
        raise ParameterError(message)
