"""Draws of the parameters, and what comes about by chance beside them."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.columns import column_of
from caresim.engine.notices import Notice
from caresim.language.errors import ParameterError, RunError, trait
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.language.settled import settled
from caresim.study.arguments import came, count_of, text_of
from caresim.study.made_for import POSTERIOR, MadeFor

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Draws", "draws_for", "number_of_draws"]

Values = NDArray[np.float64]
MOST_DRAWS = 1_000_000  # that a machine's memory holds


@settled
@dataclass(frozen=True, eq=False)
class Draws:
    """Parameter draws: ``columns`` maps a name to an array of shape (runs,).

    Draws made by hand may have lists or columns of a table, or be a table.

    The first draws are the same for any number of draws with one seed. ``solved`` counts, for draws
    that a fit has solved, how many of how many could be. ``made_for`` is the model that they were
    drawn for, None for draws that were put together by hand. ``chance`` names what moves by chance
    after the last figures beside them, ``"rates"``, ``"shocks"``, ``"givens"``, by the same seed.
    ``structures`` are those that the draws are of in turn, empty for the model as it is.
    """

    columns: dict[str, Values]
    origin: str
    seed: int
    notices: tuple[Notice, ...] = ()
    solved: tuple[int, int] | None = None
    made_for: MadeFor | None = None
    chance: tuple[str, ...] = ()
    structures: tuple[str, ...] = ()

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
            **({"structures": list(self.structures)} if self.structures else {}),
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


def number_of_draws(n: object) -> int:
    """Return a number of draws; raise ParameterError for what is none."""
    number = count_of(n, "the number of draws", 1, ParameterError)
    if number > MOST_DRAWS:
        message = f"the number of draws is at most {MOST_DRAWS:,}, not {came(number)}"
        raise ParameterError(message)
    return number
