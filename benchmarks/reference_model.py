"""A reference model for timing: ten stocks, fifteen drawn parameters, three yearly tables.

It runs from 2009 to 2040 with spending in £m, and is made up for timing: its numbers say nothing
about England. The same equations stand in ``c_kernel.c``, ``by_hand.py`` and ``vensim.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameter,
    Parameters,
    Series,
    Smooth,
    Stock,
    cloud,
    exp,
    total,
)

Values = NDArray[np.float64]

FIRST, LAST, STEPS_PER_YEAR = 2009, 2040, 16
YEARS = np.arange(FIRST, LAST + 1.0)
ROUNDED = {"population": 0, "early_help": 1, "statutory": 1}
POPULATION_RISE = 1e6 / (1 + np.exp(-(YEARS - 2017) / 3))
POPULATION_FALL = 22e3 * np.maximum(0, YEARS - 2024)
TABLES = {
    "population": 11.2e6 + POPULATION_RISE - POPULATION_FALL,
    "early_help": np.interp(
        YEARS,
        [2009, 2011, 2014, 2018, 2023, 2026, 2030, 2040],
        [3600, 3700, 2700, 2000, 1900, 2100, 2900, 3000],
    ),
    "statutory": np.interp(
        YEARS, [2009, 2012, 2018, 2023, 2030, 2040], [6200, 6700, 8300, 10200, 11500, 13000]
    ),
}
KNOTS = {name: np.round(values, ROUNDED[name]) for name, values in TABLES.items()}

# Drawn within a tenth of these values
DRAWN = {
    "referral_rate": (0.048, "1/year"),
    "early_help_elasticity": (-0.3, "1"),
    "early_help_time": (2.0, "year"),
    "assessment_rate": (6.0, "1/year"),
    "support_share": (0.42, "1"),
    "enquiry_share": (0.24, "1"),
    "enquiry_rate": (8.0, "1/year"),
    "plan_share": (0.38, "1"),
    "closure_rate": (1.5, "1/year"),
    "plan_end_rate": (1.15, "1/year"),
    "plan_care_share": (0.22, "1"),
    "care_time": (2.3, "year"),
    "return_share": (0.35, "1"),
    "early_reentry_rate": (0.26, "1/year"),
    "steepness": (3.0, "1"),
}
FIXED = {
    "early_help_reference": (3600.0, "GBP/year"),
    "referral_weight": (0.6, "1"),
    "support_weight": (1.0, "1"),
    "enquiry_weight": (2.0, "1"),
    "plan_weight": (2.2, "1"),
    "care_weight": (2.6, "1"),
    "capacity": (70.0, "child*year/GBP"),
    "most_declined": (0.45, "1"),
    "enquiry_support_share": (0.35, "1"),
    "escalation_rate": (0.10, "1/year"),
    "support_care_rate": (0.045, "1/year"),
    "plan_support_share": (0.6, "1"),
    "settling_rate": (1.0, "1/year"),
    "late_reentry_rate": (0.05, "1/year"),
    "end_of_risk_rate": (0.25, "1/year"),
    "cost_per_assessment": (0.0011, "GBP/child"),
    "cost_per_enquiry": (0.0023, "GBP/child"),
    "cost_per_support_year": (0.0042, "GBP/child/year"),
    "cost_per_plan_year": (0.0075, "GBP/child/year"),
    "cost_per_care_year": (0.061, "GBP/child/year"),
    "early_help_0": (3500.0, "GBP/year"),
    "a_year": (1.0, "year"),
}
STARTS = {
    "referred": 88e3, "support": 190e3, "enquiry": 17e3, "plan": 40e3, "care_1": 20.5e3,
    "care_2": 20.3e3, "care_3": 20.1e3, "home_1": 9e3, "home_2": 27e3,
}  # fmt: skip
UNITS = {"population": "child", "early_help": "GBP/year", "statutory": "GBP/year"}


def _parameters() -> Parameters:
    """Return the numbers as a caresim model takes them, tables as dated values."""
    entries = {k: Parameter(k, value, unit) for k, (value, unit) in (DRAWN | FIXED).items()}
    entries |= {f"{k}_0": Parameter(f"{k}_0", value, "child") for k, value in STARTS.items()}
    for name, values in TABLES.items():
        knots = tuple(np.round(values, ROUNDED[name]).tolist())
        dated = Series(tuple(YEARS.tolist()), knots, held=False)
        entries[name] = Parameter(name, dated, UNITS[name])
    return Parameters(entries)


p = _parameters()


class Reference(Model):
    """Referral, support, enquiry, plan, three stages of care and two of being home again."""

    parameters = p
    start = "2009-03-31"
    until = "2040-03-31"

    referred = Stock("Referred", "child", p.referred_0)
    support = Stock("Supported", "child", p.support_0)
    enquiry = Stock("Under enquiry", "child", p.enquiry_0)
    plan = Stock("On a plan", "child", p.plan_0)
    care_1 = Stock("In care, first stage", "child", p.care_1_0)
    care_2 = Stock("In care, second stage", "child", p.care_2_0)
    care_3 = Stock("In care, third stage", "child", p.care_3_0)
    home_1 = Stock("Home, first stage", "child", p.home_1_0)
    home_2 = Stock("Home, second stage", "child", p.home_2_0)
    felt = Smooth("Early help felt", p.early_help, over=p.early_help_time, initial=p.early_help_0)

    kept = Aux("Referrals kept", (felt / p.early_help_reference) ** p.early_help_elasticity)
    care = Aux("In care", total(care_1, care_2, care_3))
    work = Aux(
        "Weighted cases",
        total(
            p.referral_weight * referred,
            p.support_weight * support,
            p.enquiry_weight * enquiry,
            p.plan_weight * plan,
            p.care_weight * care,
        ),
    )
    load = Aux("Work over capacity", work / (p.capacity * p.statutory))
    declined = Aux("Share declined", p.most_declined / (1 + exp(-p.steepness * (load - 1))))
    referrals = Flow(
        "Accepted",
        cloud >> referred,
        p.population * p.referral_rate * kept * (1 - declined),
    )

    assessed = Aux("Assessed", p.assessment_rate * referred)
    supported = Flow("Supported", referred >> support, p.support_share * assessed)
    enquired = Flow("Enquired into", referred >> enquiry, p.enquiry_share * assessed)
    no_action = Flow(
        "No action", referred >> cloud, assessed * (1 - p.support_share - p.enquiry_share)
    )

    escalated = Flow("Escalated", support >> enquiry, p.escalation_rate * support)
    support_care = Flow("Into care from support", support >> care_1, p.support_care_rate * support)
    support_closed = Flow("Support ended", support >> cloud, p.closure_rate * support)

    completed = Aux("Enquiries completed", p.enquiry_rate * enquiry)
    planned = Flow("Put on a plan", enquiry >> plan, p.plan_share * completed)
    enquiry_supported = Flow(
        "Supported after an enquiry",
        enquiry >> support,
        (1 - p.plan_share) * p.enquiry_support_share * completed,
    )
    enquiry_closed = Flow(
        "Closed after an enquiry",
        enquiry >> cloud,
        (1 - p.plan_share) * (1 - p.enquiry_support_share) * completed,
    )

    plan_ends = Aux("Plans ended", p.plan_end_rate * plan)
    plan_care = Flow("Into care from a plan", plan >> care_1, p.plan_care_share * plan_ends)
    plan_supported = Flow(
        "Supported after a plan",
        plan >> support,
        (1 - p.plan_care_share) * p.plan_support_share * plan_ends,
    )
    plan_closed = Flow(
        "Closed after a plan",
        plan >> cloud,
        (1 - p.plan_care_share) * (1 - p.plan_support_share) * plan_ends,
    )

    second_stage = Flow("Into the second stage", care_1 >> care_2, 3 / p.care_time * care_1)
    third_stage = Flow("Into the third stage", care_2 >> care_3, 3 / p.care_time * care_2)
    care_ends = Aux("Care ended", 3 / p.care_time * care_3)
    returned = Flow("Returned home", care_3 >> home_1, p.return_share * care_ends)
    left = Flow("Left otherwise", care_3 >> cloud, (1 - p.return_share) * care_ends)

    early_reentries = Flow("Back, early", home_1 >> care_1, p.early_reentry_rate * home_1)
    settled = Flow("Settled", home_1 >> home_2, p.settling_rate * home_1)
    late_reentries = Flow("Back, late", home_2 >> care_1, p.late_reentry_rate * home_2)
    past_risk = Flow("Past the risk", home_2 >> cloud, p.end_of_risk_rate * home_2)

    spending = Aux(
        "Spending",
        total(
            p.cost_per_assessment * assessed,
            p.cost_per_enquiry * completed,
            p.cost_per_support_year * support,
            p.cost_per_plan_year * plan,
            p.cost_per_care_year * care,
            p.early_help,
        ),
    )
    pace = Aux("A year's spending at the pace of the day", spending * p.a_year)


CLOCK = Clock(FIRST, LAST, STEPS_PER_YEAR)
# What every engine saves on each 31 March; the stage of the smooth is a stock
OUTPUTS = (*STARTS, "felt_stage_1", "pace")


def draws(n: int, seed: int = 1) -> cs.Draws:
    """Return ``n`` sets of the drawn parameters; the first is the central one."""
    rng = np.random.default_rng(seed)
    factors = rng.uniform(0.9, 1.1, (n, len(DRAWN)))
    factors[0] = 1
    columns = {
        name: value * factors[:, i].copy() for i, (name, (value, _)) in enumerate(DRAWN.items())
    }
    return cs.Draws(columns, "tenth around the centre", seed)


def matrix(chosen: cs.Draws) -> Values:
    """Return the draws as an array (15, runs), in the order of ``DRAWN``."""
    return np.array([chosen.columns[name] for name in DRAWN])


def by_caresim(chosen: cs.Draws, **options: Any) -> cs.Run:
    """Run the model in caresim and store what every engine saves; ``options`` are the engine's."""
    return execute(Reference(), CLOCK, (), chosen.columns, outputs=OUTPUTS, **options)


def prepared(target: str, method: str = "rk4") -> Callable[[cs.Draws], Values]:
    """Return a function for many calls in a row, from draws to each 31 March but the first."""
    simulate = cs.prepare(Reference(), outputs=OUTPUTS, method=method, target=target)

    def run(chosen: cs.Draws) -> Values:
        saved = simulate(chosen.columns)
        return np.stack([saved[name] for name in OUTPUTS], axis=1)

    return run


def stacked(run: cs.Run) -> Values:
    """Return the results of a run as the other engines give them: (32, 11, runs)."""
    return np.stack([run.values(name) for name in OUTPUTS], axis=1)
