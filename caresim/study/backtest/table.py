"""What a backtest found, as one table and the tables that are made of it."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.errors import CaresimError, did_you_mean
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.language.published import published
from caresim.study.backtest.columns import column, columns_text, read_columns, to_six_figures
from caresim.study.backtest.origin import quantile_columns
from caresim.study.backtest.scores import (
    LEVELS,
    QUANTILES,
    geometric_ratio,
    inside,
    percentage_errors,
    resampled_coverage,
    slope,
    weighted_interval_score,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["METHODS", "WITH_BANDS", "Backtest"]

Values = NDArray[np.float64]
# In the order of the tables: the model, what it is held against, and their middle
METHODS = (
    "model",
    "last_value",
    "trend",
    "damped_trend",
    "holt_damped_trend",
    "random_walk",
    "median",
    "mixed",
)
NEEDED = METHODS[:-1]  # an older table is without the mixed point
SHOWN = ("model", "last_value", "damped_trend")
WITH_BANDS = ("model", "last_value", "random_walk")
EVERY = "all"
WAYS = {"rule": "continued by rule", "actual": "as it came about"}


@dataclass(frozen=True, eq=False)
class Backtest:
    """Projections from several origins, with what came about and what else could have been said.

    ``table`` has a row for each ``given``, ``origin`` (the last fitted year), ``series`` and
    ``horizon`` (years ahead): ``actual`` is the newest published figure, ``last`` the figure of the
    origin as it was known; each of ``methods`` has its point, ``model_q0.025`` … the
    quantiles of the model's draws, ``last_value_spread`` and the like what makes the bands of the
    rivals; ``figures``, ``first_published``, ``parameters``, ``draws`` and ``tried`` describe the
    fit of the origin, ``disturbed`` how many of its projections are not scored, where any figure
    is. ``groups`` names the sets of series that are pooled. Errors are in %; pooled, each error of
    a series, origin and horizon counts once.
    """

    columns: Mapping[str, NDArray[Any]]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = "Model"

    @classmethod
    def read(cls, path: str | Path, model: Model | None = None) -> Backtest:
        """Read a backtest as :meth:`text` writes it; a model lends its groups and its name.

        Raises CaresimError for a file that is none.
        """
        return cls._of(read_columns(Path(path), ("given", "origin", "horizon", *NEEDED)), model)

    @classmethod
    def of(cls, model: Model) -> Backtest | None:
        """Return the backtest that ships with a model, None where there is none of it.

        A model with other numbers than those that were scored, or under another name, has none.
        """
        path = published(model).score_file
        return cls.read(path, model) if path else None

    @classmethod
    def of_rows(cls, rows: Sequence[Mapping[str, Any]], model: Model | None = None) -> Backtest:
        """Return a backtest of rows, to six figures, with the groups and the name of a model."""
        heads = list(rows[0]) if rows else []
        columns = {head: column(head, [row[head] for row in rows]) for head in heads}
        return cls._of({head: to_six_figures(cells) for head, cells in columns.items()}, model)

    @classmethod
    def _of(cls, columns: Mapping[str, NDArray[Any]], model: Model | None) -> Backtest:
        if model is None:
            return cls(columns)
        groups = {key: tuple(v.name or "" for v in of) for key, of in model.headlines.items()}
        return cls(columns, groups, published(model).name)

    @cached_property
    def table(self) -> pd.DataFrame:
        """All rows, one for each given, origin, series and horizon."""
        import pandas as pd

        return pd.DataFrame(dict(self.columns))

    def text(self) -> str:
        """Return the table as CSV, numbers to six figures."""
        return columns_text(self.columns)

    # Parts

    def only(
        self,
        group: str | None = None,
        *,
        given: str | None = None,
        since: str | None = None,
        origin: str | None = None,
        series: Sequence[str] | None = None,
    ) -> Backtest:
        """Return a part: a group of series or some, one ``given``, one origin or those from one on.

        Raises CaresimError for a group that there is not.
        """
        keep = np.ones(len(self), dtype=bool)
        if group not in (None, EVERY):
            keep &= np.isin(self.columns["series"], self._group(str(group)))
        if series is not None:
            keep &= np.isin(self.columns["series"], list(series))
        if given is not None:
            keep &= self.columns["given"] == given
        if origin is not None:
            keep &= self.columns["origin"] == origin
        if since is not None:
            keep &= self.columns["origin"] >= since
        return self._where(keep)

    def _where(self, keep: NDArray[np.bool_]) -> Backtest:
        kept = {head: column[keep] for head, column in self.columns.items()}
        return Backtest(kept, self.groups, self.name)

    def _group(self, group: str) -> tuple[str, ...]:
        if group not in self.groups:
            near = did_you_mean(group, [*self.groups, EVERY])
            message = f"the backtest of {self.name} has no group '{group}'{near}"
            raise CaresimError(message)
        return self.groups[group]

    @property
    def given(self) -> tuple[str, ...]:
        """Which ways of going on after an origin there are: ``"rule"``, ``"actual"`` or both."""
        return tuple(dict.fromkeys(self.columns["given"].tolist()))

    @property
    def origins(self) -> tuple[str, ...]:
        """The last fitted years, the earliest first."""
        return tuple(sorted(set(self.columns["origin"].tolist())))

    @property
    def series(self) -> tuple[str, ...]:
        """The scored series, in the order of the figures."""
        return tuple(dict.fromkeys(self.columns["series"].tolist()))

    @property
    def horizons(self) -> tuple[int, ...]:
        """The years ahead that are scored."""
        return tuple(sorted(set(self.columns["horizon"].tolist())))

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that there are points of: an older table is without the mixed one."""
        return tuple(name for name in METHODS if name in NEEDED or name in self.columns)

    def __len__(self) -> int:
        return len(self.columns.get("horizon", ()))

    # Errors of points

    @cached_property
    def signed_errors(self) -> pd.DataFrame:
        """The errors of each row with their sign, in %, one column a method."""
        import pandas as pd

        return pd.DataFrame({name: self.errors_of(name) for name in self.methods})

    def errors_of(self, method: str) -> Values:
        """Return the error of each row with its sign, in %."""
        return percentage_errors(self.columns[method], self.columns["actual"])

    def errors(self, by: str = "origin") -> pd.DataFrame:
        """Return mean absolute % errors by ``"origin"``, ``"series"`` or ``"horizon"``.

        The last row pools all: each error counts once. By origin, ``mean of origins`` stands before
        it, in which an origin with one horizon weighs as much as one with five.
        """
        import pandas as pd

        grouped = self.signed_errors.abs().groupby(self.table[by], sort=by != "series").mean()
        rows = {str(key): row for key, row in grouped.iterrows()}
        if by == "origin":
            rows["mean of origins"] = grouped.mean()
        rows["pooled"] = self.signed_errors.abs().mean()
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)

    def bias(self, by: str = "horizon") -> pd.DataFrame:
        """Return mean errors with their sign, in %, as :meth:`errors` has them without."""
        import pandas as pd

        grouped = self.signed_errors.groupby(self.table[by], sort=by != "series").mean()
        rows = {str(key): row for key, row in grouped.iterrows()}
        rows["pooled"] = self.signed_errors.mean()
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)

    def pooled(self, method: str = "model") -> float:
        """Return the mean absolute % error of a method, each error counted once."""
        return float(np.abs(self.errors_of(method)).mean())

    def slopes(self, method: str = "model") -> float:
        """Return the slope of actual on projected growth in logs: 1 right size, 0 no skill."""
        last = self.columns["last"]
        return slope(np.log(self.columns[method] / last), np.log(self.columns["actual"] / last))

    @property
    def worse_horizons(self) -> tuple[int, ...]:
        """Horizons at which the model is worse than the last value."""
        by = self.errors("horizon").drop(index="pooled")
        worse = by["model"].to_numpy() > by["last_value"].to_numpy()
        return tuple(
            horizon for horizon, is_worse in zip(self.horizons, worse, strict=True) if is_worse
        )

    # Bands

    def quantiles(self, method: str = "model") -> Values:
        """Return the quantiles of a method, shape (rows, ``QUANTILES``), NaN where it has none."""
        if method == "model":
            return np.column_stack([self.columns[head] for head in quantile_columns("model")])
        if method not in WITH_BANDS:
            return np.full((len(self.table), len(QUANTILES)), np.nan)
        from scipy.stats import norm, t

        shares = np.array(QUANTILES)
        freedom = self.columns[f"{method}_freedom"][:, None]
        spread = self.columns[f"{method}_spread"][:, None]
        finite = np.where(np.isfinite(freedom), freedom, 1.0)
        reach = np.where(np.isfinite(freedom), t.ppf(shares, finite), norm.ppf(shares))
        return np.asarray(self.columns[method][:, None] * np.exp(spread * reach))

    def coverage(self, method: str = "model") -> pd.DataFrame:
        """Return, for each nominal band in %, the share of figures inside it, in %.

        ``low`` and ``high`` hold 80 % of what comes out when whole series are drawn again: errors
        of a series hang together, so that there are fewer independent ones than figures.
        """
        import pandas as pd

        quantiles, actual = self.quantiles(method), self.columns["actual"]
        rows = {}
        for level in LEVELS:
            held = inside(quantiles, actual, level)
            low, high = resampled_coverage(held, self.columns["series"])
            rows[level] = {
                "inside": self.held_by(level, method),
                "low": 100 * low,
                "high": 100 * high,
                "figures": int(np.isfinite(held).sum()),
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("band")

    def held_by(self, level: int, method: str = "model") -> float:
        """Return the share of figures inside a central band, in %, NaN where there are no bands."""
        held = inside(self.quantiles(method), self.columns["actual"], level)
        scored = held[np.isfinite(held)]
        return float(100 * scored.mean()) if scored.size else float("nan")

    def interval_scores(self, method: str = "model") -> Values:
        """Return the weighted interval score of each row, on logs."""
        with np.errstate(invalid="ignore", divide="ignore"):
            logs = np.log(self.quantiles(method))
        return weighted_interval_score(logs, np.log(self.columns["actual"]))

    def relative(self, method: str = "model", to: str = "last_value") -> float:
        """Return the interval score of a method over that of another, as a geometric mean of pairs.

        A pair of series, origin and horizon that one of the two cannot score counts as 1.
        """
        return geometric_ratio(self.interval_scores(method), self.interval_scores(to))

    def scores(self, by: str = "series", method: str = "model") -> pd.DataFrame:
        """Return all scores by ``"series"``, ``"origin"`` or ``"horizon"``, and pooled.

        ``error`` and ``bias`` are mean absolute and mean signed errors in %; ``in_50`` … ``in_95``
        the shares of figures inside the bands in %; ``relative`` the interval score over the last
        value's, see :meth:`relative`; ``slope`` that of actual on projected growth.

        Raises CaresimError for another word.
        """
        import pandas as pd

        keys = {"series": self.series, "origin": self.origins, "horizon": self.horizons}
        if by not in keys:
            message = f"scores are by 'series', 'origin' or 'horizon', not {by!r}"
            raise CaresimError(message)
        parts = {str(key): self._where(self.columns[by] == key) for key in keys[by]}
        rows = {key: _scores_of(part, method) for key, part in {**parts, "pooled": self}.items()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)

    def rows(self, given: str | None = None) -> list[dict[str, Any]]:
        """Return mean absolute % errors by series as plain rows, of one way of going on."""
        given = self.given[0] if given is None else given
        part = self.only(given=given)
        shared = {
            "origins": f"{part.origins[0]} to {part.origins[-1]}",
            "given_from_outside": WAYS[given],
        }
        errors = {method: np.abs(part.errors_of(method)) for method in SHOWN}
        rows = []
        for name in part.series:
            at = part.columns["series"] == name
            means = {method: round(float(of[at].mean()), 3) for method, of in errors.items()}
            rows.append({"series": name, "projections": int(at.sum()), **means, **shared})
        return rows

    # In words

    @property
    def draws(self) -> pd.DataFrame:
        """How many draws of each origin could be solved and run, of how many that were tried."""
        facts = ["figures", "first_published", "parameters", "converged", "draws", "tried"]
        return self.table.groupby(["given", "origin"])[facts].first()

    @property
    def disturbed(self) -> int:
        """How many projections are of disturbed figures, so not scored, in one way of going on."""
        if "disturbed" not in self.columns:
            return 0
        part = self.only(given=self.given[0])
        counts = zip(part.columns["origin"], part.columns["disturbed"], strict=True)
        return int(sum(dict(counts).values()))

    def line(self, group: str | None = None) -> str:
        """Return what the backtest says in one sentence, of the first way of going on."""
        name = next(iter(self.groups), EVERY) if group is None else group
        part = self.only(name, given=self.given[0])
        methods = {m: part.pooled(m) for m in ("model", "last_value", "damped_trend")}
        of = (
            f"{len(part.series)} headline series" if name != EVERY else f"{len(part.series)} series"
        )
        inside80 = part.held_by(80)
        held = f"; its 80 % bands held {inside80:.0f} % of the figures" if inside80 >= 0 else ""
        first, last = part.origins[0], part.origins[-1]
        count = self.disturbed
        left = f"; of all series, {count} projections of disturbed figures are not scored"
        left = left if count else ""
        return (
            f"Out of sample, fitted to {first} … {last} and projected up to "
            f"{max(part.horizons)} years on, what is given {WAYS[part.given[0]]}: {of} missed by "
            f"{methods['model']:.1f} % on average, the last figure kept by "
            f"{methods['last_value']:.1f} %, a damped trend by "
            f"{methods['damped_trend']:.1f} %{held}{left}"
        )

    def __repr__(self) -> str:
        return (
            f"<Backtest of {self.name}: {len(self.series)} series, {len(self.origins)} origins, "
            f"horizons {min(self.horizons)} to {max(self.horizons)}>"
        )

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        form: Callable[[float], str] = "{:.1f}".format
        parts = [f"<p>{html.escape(self.line())}.</p>"]
        for given in self.given:
            name = next(iter(self.groups), EVERY)
            table = self.only(name, given=given).errors()
            parts.append(f"<p>given = {given}</p>{table.to_html(float_format=form)}")
        return "".join(parts)


def _scores_of(part: Backtest, method: str) -> dict[str, float | int]:
    return {
        "error": part.pooled(method),
        "bias": float(np.mean(part.errors_of(method))),
        **{f"in_{level}": part.held_by(level, method) for level in LEVELS},
        "relative": part.relative(method),
        "slope": part.slopes(method),
        "figures": len(part),
    }
