"""A small model that publishes the columns of the real one, its published figures and its runs."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.language import Aux, Flow, Model, Observed, Parameter, Parameters, Stock, cloud
from caresim.language.observed import Observation
from caresim.language.parameters import Series

NUMBERS = {
    "need_0": (133_000, "child"),
    "plans_0": (40_000, "child"),
    "care_0": (62_000, "child"),
    "home_0": (30_000, "child"),
    "early_help_reference": (2.3e9, "GBP/year"),
    "referral_rate": (0.054, "1/year"),
    "assessment_rate": (4.0, "1/year"),
    "enquiry_share": (0.3, "1"),
    "plan_share": (0.33, "1"),
    "plan_end_rate": (1.3, "1/year"),
    "plan_to_care_share": (0.2, "1"),
    "care_start_rate": (0.24, "1/year"),
    "return_rate": (0.13, "1/year"),
    "other_exit_rate": (0.24, "1/year"),
    "reentry_rate": (0.1, "1/year"),
    "settling_rate": (0.2, "1/year"),
    "cost_per_care_year": (66_000.0, "GBP/child/year"),
    "cost_per_referral": (4_000.0, "GBP/child"),
    "early_help_budget": (2.3e9, "GBP/year"),
}


def _entries():
    held = Series((2009.25, 2024.25), (11.2e6, 12.0e6), held=False)
    population = Parameter("child_population", held, "child", "Child population", source="toy")
    made = {"child_population": population}
    for name, (value, unit) in NUMBERS.items():
        made[name] = Parameter(name, value, unit, name, "lever", (0.0, 1e12), source="toy")
    return made


p = Parameters(_entries(), "2019-20", "toy")


class Toy(Model):
    """Referrals lead to need, plans and care; some children come back."""

    parameters = p
    need = Stock("Being assessed", "child", p.need_0)
    plans = Stock("On a plan", "child", p.plans_0)
    care = Stock("In care", "child", p.care_0)
    home_at_risk = Stock("At home, at risk of coming back", "child", p.home_0)

    felt = Aux("Effect of early help", (p.early_help_reference / p.early_help_budget) ** 0.3)
    referrals = Flow("Referrals", cloud >> need, p.child_population * p.referral_rate * felt)
    section_47_enquiries = Aux("Section 47 enquiries", need * p.assessment_rate * p.enquiry_share)
    closed = Flow("Closed", need >> cloud, need * p.assessment_rate - section_47_enquiries)
    protection_plan_starts = Aux("Protection plans started", section_47_enquiries * p.plan_share)
    onto_plan = Flow("Onto a plan", need >> plans, protection_plan_starts)
    no_plan = Flow("No plan", need >> cloud, section_47_enquiries - protection_plan_starts)
    protection_plan_ends = Aux("Protection plans ended", plans * p.plan_end_rate)
    from_plan = Flow("Plan to care", plans >> care, protection_plan_ends * p.plan_to_care_share)
    off_plan = Flow("Off a plan", plans >> cloud, protection_plan_ends - from_plan)
    reentries = Flow("Back into care", home_at_risk >> care, home_at_risk * p.reentry_rate)
    direct = Flow("Straight into care", cloud >> care, care * p.care_start_rate)
    care_starts = Aux("Children starting to be looked after", from_plan + reentries + direct)
    returns_home = Flow("Returned home", care >> home_at_risk, care * p.return_rate)
    other = Flow("Other exits", care >> cloud, care * p.other_exit_rate)
    care_ceases = Aux("Children ceasing to be looked after", returns_home + other)
    settled = Flow("Settled", home_at_risk >> cloud, home_at_risk * p.settling_rate)
    protection_plans = Aux("Children on protection plans, 31 March", plans)
    looked_after = Aux("Children looked after, 31 March", care)
    children_in_need = Aux("Children in need, 31 March", need + plans + care)
    statutory_spend = Aux(
        "Statutory spend", care * p.cost_per_care_year + referrals * p.cost_per_referral
    )
    early_help_spend = Aux("Early-help spend", p.early_help_budget * 1)
    total_spend = Aux("Total spend", statutory_spend + early_help_spend)

    published = (
        children_in_need,
        protection_plans,
        looked_after,
        home_at_risk,
        referrals,
        section_47_enquiries,
        protection_plan_starts,
        protection_plan_ends,
        care_starts,
        care_ceases,
        returns_home,
        reentries,
        statutory_spend,
        early_help_spend,
        total_spend,
    )
    caseload_panels = (referrals, section_47_enquiries, protection_plans, looked_after)
    cost_panels = (statutory_spend, early_help_spend, total_spend)
    compared = (*reversed(caseload_panels), *cost_panels)
    spending_total = "total_spend"
    counted_in: ClassVar = {"child": 1e3, "GBP": 1e9}
    rounded_to: ClassVar = {"child": 10}
    title = "A toy of children's social care"
    credit = "Published figures: made up."
    licence = "Under the Open Government Licence v3.0."


CLOCK = Clock.between("2009-03-31", "2035-03-31", 16)
MORE = (Shift("early_help_budget", "scale", 1.2, 2027.0, 3.0),)
LESS = (Shift("early_help_budget", "scale", 0.7, 2026.0),)


def toy_run(name="Current policy", shifts=(), n=1, clock=CLOCK, **values):
    """Run the model under shifts, over ``n`` draws of two of its rates if more than one."""
    rng = np.random.default_rng(7)
    spread = {
        k: NUMBERS[k][0] * rng.lognormal(0, 0.03, n) for k in ("return_rate", "enquiry_share")
    }
    return execute(Toy(**values), clock, shifts, spread if n > 1 else None, name=name)


def toy_observed(last=2020):
    """Return made-up figures near the model's own up to the year that ends in ``last``."""
    run, rng = toy_run(), np.random.default_rng(3)
    rows = []
    for name in Toy.published_names():
        is_money, rate = name.endswith("spend"), Toy.variable(name).is_rate
        for year, value in zip(run.clock.financial_years, run.yearly(name)[:, 0], strict=True):
            if int(year[:4]) < last and name not in ("home_at_risk", "reentries"):
                shown = float(value * rng.lognormal(0, 0.02))
                kind, price = ("flow" if rate else "stock"), ("2019-20" if is_money else "")
                unit = str(Toy.variable(name).unit)
                about = ("read", "Toy release", "example.org", f"Definition of {name}")
                # as in the real table, what is given and what is a sum is not fitted
                given = name in ("early_help_spend", "total_spend")
                tolerance = 0.0 if given else 0.02
                figure = (name, year, shown, unit, kind, price, *about)
                rows.append(Observation(*figure, tolerance=tolerance))
    return Observed(tuple(rows))
