"""Runs all that a file declares: every question in every specification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caresim.language.errors import ParameterError
from caresim.study.fit.one_thread import one_thread
from caresim.study.panel.answer import COVERAGE, Answer, unit_of, years_of
from caresim.study.panel.declared import Declared, Regression, Specification
from caresim.study.panel.estimates import Estimates
from caresim.study.panel.figures import Figures
from caresim.study.panel.growth_answers import grown_answers
from caresim.study.panel.regress import regress
from caresim.study.panel.rows import sample_of, term_name

__all__ = ["answered"]


def answered(
    declared: Declared, figures: Figures, prices: Mapping[int, float]
) -> tuple[Answer, ...]:
    """Return the answers to all declared regressions, in the order of the file.

    ``prices`` is the index by the year in which its financial year ends. Raises ParameterError that
    names study, specification, outcome and exposure of a regression that cannot be made.
    """
    specifications = declared.specifications
    with one_thread():
        grown = [
            answer
            for growth in declared.growths
            for answer in grown_answers(growth, declared, figures, prices)
        ]
        return (
            *grown,
            *(
                answer
                for asked in declared.regressions
                for outcome, exposures in _pairs(asked)
                for name in asked.specifications
                for answer in _answers(
                    asked, outcome, exposures, specifications[name], declared, figures, prices
                )
            ),
        )


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
        value, error, low, high, unit_of(of, on), found.units,
        years_of(found), found.n, dict(found.dropped),
        known if told else None, asked.remark,
    )  # fmt: skip
