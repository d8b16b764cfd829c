"""A reference model for timing: ten stocks, fifteen drawn parameters, three yearly tables.

The same equations twice: as a caresim model, and as a plain NumPy loop written by hand, which
checks the results and sets the scale of the times. It runs from 2009 to 2040 with spending in £m,
and is made up for timing: its numbers say nothing about England.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

import caresim as cs
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


OUTPUTS = (*STARTS, "felt_stage_1", "spending")  # the stage is a stock: read on 31 March


def draws(n: int, seed: int = 1) -> cs.Draws:
    """Return ``n`` sets of the drawn parameters; the first is the central one."""
    rng = np.random.default_rng(seed)
    factors = rng.uniform(0.9, 1.1, (n, len(DRAWN)))
    factors[0] = 1
    columns = {
        name: value * factors[:, i].copy() for i, (name, (value, _)) in enumerate(DRAWN.items())
    }
    return cs.Draws(columns, "tenth around the centre", seed)


def by_caresim(chosen: cs.Draws) -> Values:
    """Return stocks on each 31 March and spending of each year: (years, outputs, runs)."""
    run = cs.run(Reference(), draws=chosen, outputs=OUTPUTS)
    return np.stack([run.yearly(name) for name in OUTPUTS], axis=1)


def by_hand(chosen: cs.Draws) -> Values:
    """Return the same, by a Runge–Kutta loop over NumPy arrays that knows nothing of caresim."""
    n_runs, step = chosen.n_runs, 1 / STEPS_PER_YEAR
    n_steps = (LAST - FIRST) * STEPS_PER_YEAR
    grid = FIRST + np.arange(2 * n_steps + 1) * step / 2
    tables = [np.interp(grid, YEARS, np.round(TABLES[name], ROUNDED[name])) for name in TABLES]
    inputs = np.array(tables).T.tolist()
    rates = _rates(list(chosen.columns.values()))
    state = np.empty((11, n_runs))
    state[:] = np.array([*STARTS.values(), FIXED["early_help_0"][0], 0])[:, None]
    saved = np.empty((LAST - FIRST, 11, n_runs))
    for k in range(n_steps):
        first, middle, last = inputs[2 * k], inputs[2 * k + 1], inputs[2 * k + 2]
        k1 = rates(state, *first)
        k2 = rates(state + step / 2 * k1, *middle)
        k3 = rates(state + step / 2 * k2, *middle)
        k4 = rates(state + step * k3, *last)
        state = state + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        if (k + 1) % STEPS_PER_YEAR == 0:
            saved[k // STEPS_PER_YEAR] = state
    saved[1:, 10] = np.diff(saved[:, 10], axis=0)  # spending since the start → of each year
    return saved


def _rates(columns: list[Values]) -> Callable[..., Values]:
    """Return the rates of change of the ten stocks and of spending so far."""
    r0, el, t_e, k_a, f_n, f_i, k_i, f_p, k_n, k_p, f_c, t_c, f_h, h_r1, s = columns

    def rates(y: Values, pop: float, early_help: float, statutory: float) -> Values:
        r, n, i, pl, c1, c2, c3, h1, h2, e = y[:10]
        in_care = c1 + c2 + c3
        load = (0.6 * r + n + 2 * i + 2.2 * pl + 2.6 * in_care) / (70 * statutory)
        accepted = pop * r0 * (e / 3600) ** el * (1 - 0.45 / (1 + np.exp(-s * (load - 1))))
        assessed, completed, ended = k_a * r, k_i * i, k_p * pl
        o1, o2, o3 = 3 / t_c * c1, 3 / t_c * c2, 3 / t_c * c3
        back_1, back_2 = h_r1 * h1, 0.05 * h2
        out = np.empty_like(y)
        out[0] = accepted - assessed
        out[1] = (
            f_n * assessed + (1 - f_p) * 0.35 * completed + (1 - f_c) * 0.6 * ended
            - (0.10 + 0.045 + k_n) * n
        )  # fmt: skip
        out[2] = f_i * assessed + 0.10 * n - completed
        out[3] = f_p * completed - ended
        out[4] = f_c * ended + 0.045 * n + back_1 + back_2 - o1
        out[5] = o1 - o2
        out[6] = o2 - o3
        out[7] = f_h * o3 - back_1 - h1
        out[8] = h1 - back_2 - 0.25 * h2
        out[9] = (early_help - e) / t_e
        out[10] = (
            0.0011 * assessed + 0.0023 * completed + 0.0042 * n + 0.0075 * pl + 0.061 * in_care
            + early_help
        )  # fmt: skip
        return out

    return rates


def largest_difference(n_runs: int = 50) -> float:
    """Return the largest relative difference between the two over all years, outputs and runs."""
    chosen = draws(n_runs)
    return float(np.abs(by_caresim(chosen) / by_hand(chosen) - 1).max())


if __name__ == "__main__":
    print(f"largest relative difference from the loop by hand: {largest_difference():.1e}")
