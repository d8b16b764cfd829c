"""What a term is found to be, beside what a study found, and the table of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from caresim.language.csv_text import table_text
from caresim.language.dates import financial_year
from caresim.study.panel.declared import Published
from caresim.study.panel.estimates import Estimates
from caresim.study.panel.quantities import Quantity

__all__ = ["COVERAGE", "FIELDS", "Answer", "table", "unit_of", "years_of"]

FIELDS = (
    "study", "specification", "outcome", "exposure", "lag", "estimate", "error", "low", "high",
    "unit", "units", "years", "n", "dropped", "published", "published_low", "published_high",
    "inside", "remark",
)  # fmt: skip
DIGITS = 4
COVERAGE = 0.95


@dataclass(frozen=True)
class Answer:
    """What one term of a regression is found to be; low and high cover 95 %.

    ``lag`` is in years, "sum" for that of all lags but later years. ``years`` are those of the
    outcome, ``dropped`` counts by reason the cells that are not rows.
    """

    study: str
    specification: str
    outcome: str
    exposure: str
    lag: str
    estimate: float
    error: float
    low: float
    high: float
    unit: str
    units: int
    years: str
    n: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    published: Published | None = None
    remark: str = ""

    @property
    def inside(self) -> bool | None:
        """Whether the answer agrees with the study; None without a published estimate.

        It does where it lies in the published interval or, where the study found none, where its
        own interval holds zero.
        """
        found = self.published
        if found is None:
            return None
        if found.low is None or found.high is None:
            return self.low <= found.estimate <= self.high
        return found.low <= self.estimate <= found.high


def table(answers: Sequence[Answer]) -> str:
    """Return answers as CSV, numbers to four figures; remarks stand where a study is beside."""
    return table_text(FIELDS, (_cells(answer) for answer in answers))


def years_of(found: Estimates) -> str:
    """Return the first and the last year of the rows, as financial years."""
    return f"{financial_year(found.years[0])} to {financial_year(found.years[-1])}"


def unit_of(of: Quantity, on: Quantity) -> str:
    """Return the unit of an effect of one quantity on another."""
    if of.log and on.log:
        return "% for 1 %"
    if of.log:
        return f"log for 1{'' if on.unit == '1' else f' {on.unit}'}"
    return f"{'1' if of.unit == '1' else of.unit} for 1 {'log' if on.log else on.unit}"


def _cells(answer: Answer) -> list[str]:
    found = answer.published
    return [
        answer.study, answer.specification, answer.outcome, answer.exposure, answer.lag,
        *map(_number, (answer.estimate, answer.error, answer.low, answer.high)), answer.unit,
        str(answer.units), answer.years, str(answer.n), str(sum(answer.dropped.values())),
        *(_number(getattr(found, key, None)) for key in ("estimate", "low", "high")),
        {None: "", True: "yes", False: "no"}[answer.inside], answer.remark if found else "",
    ]  # fmt: skip


def _number(value: float | None) -> str:
    if value is None:
        return ""
    text = f"{value:.{DIGITS}g}"
    return "0" if float(text) == 0 else text
