"""What a break-even finds, as numbers, as a table and as one English sentence."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.amounts import value_text
from caresim.language.notebook import shown_in_notebooks
from caresim.language.parameters import Parameter
from caresim.language.rounding import band_in, said, step_of, stepped
from caresim.language.units import Unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BreakEven", "NotFound", "told_together"]

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BreakEven:
    """The value of an effect at which a scenario costs what its baseline costs.

    ``effects`` is a grid over the bounds of ``effect`` and its present value; ``sums`` is scenario
    minus baseline, added up from the first of ``years`` to each of them and discounted, shape
    (effects, years, draws). ``roots`` holds for each draw the effect at which the last sum is zero:
    infinite where it would have to be above or below the bounds, NaN where it does not matter.
    ``from_nothing`` says whether at the first of ``effects`` the scenario moves nothing but money:
    its one lever has no effect there at all.
    ``notices`` say what a reader should know of the draws.
    """

    scenario: str
    baseline: str
    effect: Parameter
    outcome: Parameter
    price_year: str
    discount: float
    years: tuple[str, ...]
    effects: Values = field(repr=False)
    sums: Values = field(repr=False)
    roots: Values = field(repr=False)
    notices: tuple[Notice, ...] = ()
    from_nothing: bool = field(default=False, repr=False)

    @property
    def value(self) -> float | None:
        """The effect that breaks even, the median of the draws; None where none does."""
        middle = self.quantile(0.5)
        return middle if math.isfinite(middle) else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The ends between which 80 % of the draws lie, infinite beyond the bounds."""
        return (self.quantile(0.1), self.quantile(0.9)) if len(self.roots) > 1 else None

    def quantile(self, share: float) -> float:
        """Return the effect of a quantile of the draws, NaN where the effect does not matter."""
        known = self.roots[~np.isnan(self.roots)]
        # one of the draws, because nothing lies half-way to infinity
        return float(np.quantile(known, share, method="inverted_cdf")) if len(known) else math.nan

    def table(self) -> pd.DataFrame:
        """Return the sums by effect (rows) to the end of each year, medians of the draws."""
        import pandas as pd

        index = pd.Index(self.effects, name=self.effect.name)
        columns = pd.Index(self.years, name=f"from {self.years[0]} to")
        return pd.DataFrame(np.median(self.sums, axis=2), index=index, columns=columns)

    def __str__(self) -> str:
        return _in_words(self)

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        table = self.table().to_html(float_format=said)
        notes = "".join(f"<p>{html.escape(str(notice))}</p>" for notice in self.notices)
        return f"<p>{html.escape(str(self))}</p>{notes}{table}"


@dataclass(frozen=True)
class NotFound:
    """Why no break-even of a scenario could be looked for."""

    scenario: str
    effect: Parameter
    reason: str

    def __str__(self) -> str:
        name = self.effect.meaning or self.effect.name
        return f"{self.scenario}: no break-even could be found for '{name}': {self.reason}."


def told_together(found: Sequence[BreakEven | NotFound]) -> list[str]:
    """Return findings in sentences; what several add up is said once, above them."""
    heads = [_summed(one) if isinstance(one, BreakEven) else ("", "") for one in found]
    lines: list[str] = []
    for place, (one, head) in enumerate(zip(found, heads, strict=True)):
        if isinstance(one, NotFound) or heads.count(head) == 1:
            lines.append(str(one))
        elif head not in heads[:place]:
            lines.append(f"Against {head[0]} ({head[1]}):")
            lines += [
                f"  {other.scenario} {_finding(other)}."
                for other, its in zip(found, heads, strict=True)
                if its == head and isinstance(other, BreakEven)
            ]
    return lines


def _in_words(found: BreakEven) -> str:
    baseline, span = _summed(found)
    return f"Against {baseline}, {found.scenario} {_finding(found)} ({span})."


def _summed(found: BreakEven) -> tuple[str, str]:
    """Return the baseline, and what was added up, from when to when, and at which prices."""
    rate = f", discounted at {100 * found.discount:.4g} % a year" if found.discount else ""
    prices = f", at {found.price_year} prices" if _is_money(found) and found.price_year else ""
    span = f"added up from {found.years[0]} to {found.years[-1]}{rate}{prices}"
    return found.baseline, f"{found.outcome.meaning}, {span}"


def _finding(found: BreakEven) -> str:
    last = np.median(found.sums[:, -1], axis=1)
    middle, name = found.quantile(0.5), f"'{found.effect.meaning or found.effect.name}'"
    if math.isnan(middle):
        if not last[0]:
            return f"makes no difference, whatever {name} is"
        return f"{_net(found, last[:1])}, whatever {name} is"
    low, high = (value_text(float(end), found.effect) for end in found.effects[[0, -1]])
    if math.isinf(middle):
        even = ", even with no effect" if last.max() < 0 and found.from_nothing else ""
        share = float(np.mean(np.isfinite(found.roots)))
        but = f", but breaks even in {100 * share:.2g} % of the draws" if share else ""
        return f"{_net(found, last)} at every value of {name} from {low} to {high}{even}{but}"
    side = "above" if last[0] > last[-1] else "below"
    fewer = "saves" if _is_money(found) else "takes off"
    again = f", more than once from {low} to {high}" if _changes(last) > 1 else ""
    now = float(found.effects[found.effects == found.effect.value][0])
    here = found.effects == now
    present, spread = last[here], band_in(found.sums[here, -1][0])
    standing = "that is assumed" if found.effect.grade == "assumption" else "of the model"
    return (
        f"breaks even where {name} is {_end(found, middle)}{_spread(found)}"
        f"{again or f', and {fewer} {side} it'}; at the "
        f"{value_text(now, found.effect)} {standing}, it "
        f"{_net(found, present, spread)}"
    )


def _changes(sums: Values) -> int:
    """Return how often a row of sums goes from above zero to below or back."""
    signs = np.sign(sums[sums != 0])
    return int((signs[1:] != signs[:-1]).sum())


def _spread(found: BreakEven) -> str:
    ends = [_end(found, end) for end in found.interval or ()]
    return f" (80 % of the draws: {' to '.join(ends)})" if ends else ""


def _end(found: BreakEven, effect: float) -> str:
    """Return an effect as finely as its interval supports, or that it is beyond the bounds."""
    if math.isinf(effect):
        side, at = ("above", -1) if effect > 0 else ("below", 0)
        return f"{side} {value_text(float(found.effects[at]), found.effect)}"
    return value_text(_rounded(effect, found.interval), found.effect)


def _rounded(value: float, band: tuple[float, float] | None, figures: int = 2) -> float:
    """Return a number as finely as its band supports, to ``figures`` without one."""
    known = band if band and all(map(math.isfinite, band)) else None
    return float(f"{stepped(value, step_of(value, known, figures=figures))[0]:.6g}")


def _net(found: BreakEven, sums: Values, band: tuple[float, float] | None = None) -> str:
    """Return what a sum is, or a range of sums of one sign: ``"costs £12m to £30m more"``."""
    ends = sorted({_rounded(abs(end), band, 3) for end in (sums.min(), sums.max())})
    amounts = " to ".join(value_text(end, found.outcome) for end in ends)
    if _is_money(found):
        return f"costs {amounts} more" if sums.max() > 0 else f"saves {amounts}"
    return f"adds {amounts}" if sums.max() > 0 else f"takes off {amounts}"


def _is_money(found: BreakEven) -> bool:
    return Unit.parse(found.outcome.unit).power_of("GBP") == 1
