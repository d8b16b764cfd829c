"""The answers to declared regressions: a row for each term, beside what a study found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from caresim.language.csv_text import table_text
from caresim.language.dates import financial_year
from caresim.language.errors import ParameterError
from caresim.study.panel.declared import Declared, Published, Regression, Specification
from caresim.study.panel.estimates import Estimates
from caresim.study.panel.figures import Figures
from caresim.study.panel.regress import regress
from caresim.study.panel.rows import sample_of, term_name

__all__ = ["FIELDS", "Answer", "answered", "table"]

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
    outcome. ``inside`` says whether the estimate lies in the published interval; where the study
    found none, whether ours holds zero; None without a published estimate.
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
    dropped: str = ""
    published: Published | None = None
    remark: str = ""

    @property
    def inside(self) -> bool | None:
        """Whether the answer agrees with what is published of it."""
        found = self.published
        if found is None:
            return None
        if found.low is None or found.high is None:
            return self.low <= found.estimate <= self.high
        return found.low <= self.estimate <= found.high


def answered(
    declared: Declared, figures: Figures, prices: Mapping[int, float]
) -> tuple[Answer, ...]:
    """Return the answers to all declared regressions, in the order of the file.

    ``prices`` is the index by the year in which its financial year ends. Raises ParameterError that
    names study, specification, outcome and exposure of a regression that cannot be made.
    """
    return tuple(
        answer
        for asked in declared.regressions
        for outcome, exposures in _pairs(asked)
        for name in asked.specifications
        for answer in _answers(
            asked, outcome, exposures, declared.specifications[name], declared, figures, prices
        )
    )


def table(answers: Sequence[Answer]) -> str:
    """Return answers as CSV, numbers to four figures."""
    return table_text(FIELDS, (_cells(answer) for answer in answers))


def _pairs(asked: Regression) -> Iterator[tuple[str, tuple[str, ...]]]:
    for outcome in asked.outcomes:
        if asked.together:
            yield outcome, asked.exposures
        else:
            yield from ((outcome, (exposure,)) for exposure in asked.exposures)


def _answers(
    asked: Regression,
    outcome: str,
    exposures: tuple[str, ...],
    spec: Specification,
    declared: Declared,
    figures: Figures,
    prices: Mapping[int, float],
) -> Iterator[Answer]:
    try:
        sample = sample_of(asked, outcome, exposures, spec, declared, figures, prices)
        found = regress(sample, spec.effects, spec.method)
    except ParameterError as fault:
        place = f"{asked.study}, {spec.name}, {outcome} on {', '.join(exposures)}"
        raise ParameterError(f"{place}: {fault}") from None
    for exposure in exposures:
        for lag in spec.lags:
            yield _answer(asked, outcome, exposure, spec, declared, found, (lag,))
        back = tuple(lag for lag in spec.lags if lag >= 0)
        if len(back) > 1:
            yield _answer(asked, outcome, exposure, spec, declared, found, back)


def _answer(
    asked: Regression,
    outcome: str,
    exposure: str,
    spec: Specification,
    declared: Declared,
    found: Estimates,
    lags: tuple[int, ...],
) -> Answer:
    value, error, (low, high) = found.total([term_name(exposure, lag) for lag in lags], COVERAGE)
    of, on = declared.quantities[outcome], declared.quantities[exposure]
    known = asked.published
    told = known is not None and len(lags) == 1 and lags[0] in known.of and min(spec.lags) >= 0
    return Answer(
        asked.study, spec.name, outcome, exposure,
        "sum" if len(lags) > 1 else f"{lags[0]}",
        value, error, low, high, _unit(of.unit, on.unit, logs=(of.log, on.log)), found.units,
        f"{financial_year(found.years[0])} to {financial_year(found.years[-1])}", found.n,
        "; ".join(f"{reason}: {count}" for reason, count in found.dropped.items()),
        known if told else None, asked.remark,
    )  # fmt: skip


def _unit(of: str, on: str, *, logs: tuple[bool, bool]) -> str:
    if logs == (True, True):
        return "% for 1 %"
    if logs[0]:
        return f"log for 1 {on}".replace("1 1", "1")
    return f"{'points' if of == '1' else of} for {'a log' if logs[1] else f'one {on}'}"


def _cells(answer: Answer) -> list[str]:
    found = answer.published
    return [
        answer.study, answer.specification, answer.outcome, answer.exposure, answer.lag,
        *map(_number, (answer.estimate, answer.error, answer.low, answer.high)), answer.unit,
        str(answer.units), answer.years, str(answer.n), answer.dropped,
        *(_number(getattr(found, key, None)) for key in ("estimate", "low", "high")),
        {None: "", True: "yes", False: "no"}[answer.inside], answer.remark,
    ]  # fmt: skip


def _number(value: float | None) -> str:
    if value is None:
        return ""
    text = f"{value:.{DIGITS}g}"
    return "0" if float(text) == 0 else text
