"""A small model with every kind of lever and a scenario file for it, for the tests of scenarios."""

from caresim.engine.clock import Clock
from caresim.language import Flow, Model, Parameter, Parameters, Prior, Series, Stock, cloud


def lever(name, value, unit, meaning, bounds, **others):
    return Parameter(name, value, unit, meaning, "lever", bounds, **others)


p = Parameters(
    {
        entry.name: entry
        for entry in (
            lever("early_help_budget", 2e9, "GBP/year", "Early-help budget", (0, 10e9)),
            lever("place_cost", 60_000.0, "GBP/child/year", "Cost of a place", (1, 1e6)),
            lever("return_rate", 0.1, "1/year", "Rate of return home", (0, 2)),
            lever("seen_share", 0.3, "1", "Share of children seen, of all known", (0, 1)),
            lever("caseload", Series((2009.0, 2019.0), (20.0, 10.0), held=False), "child/worker",
                  "Caseload of a social worker", (1, 50)),
            lever("funding_rule", 0.0, "1", "The way early help is paid for", (0, 1),
                  choices=(("ring-fenced", 0.0), ("residual", 1.0))),
            Parameter("care_0", 100.0, "child", "Children in care at the start", "fixed"),
            Parameter("reentry_rate", 0.1, "1/year", "Rate of re-entry", "estimated", (0, 1),
                      Prior("uniform", 0, 1)),
        )
    },
    price_year="2019-20",
)  # fmt: skip
ALL_AT_ONCE = (p.early_help_budget / p.early_help_budget) * (p.place_cost / p.place_cost)


class Policy(Model):
    """Care that children leave, with a use for every lever."""

    parameters = p
    care = Stock("In care", "child", p.care_0)
    back = Flow("Back in care", cloud >> care, care * p.reentry_rate * p.funding_rule)
    home = Flow("Home", care >> cloud, care * p.return_rate * p.seen_share * ALL_AT_ONCE)
    done = Flow("Out", care >> cloud, care * p.return_rate * (p.caseload / p.caseload))


MODEL = Policy()
CLOCK = Clock.between("2009-03-31", "2035-03-31", 16)
FILE = """
name    = "Early help first"
summary = "Grow early help."
author  = "Policy team"

[[change]]
parameter  = "early_help_budget"
add        = 500_000_000
from       = 2027-04-01
over_years = 3
why        = "Roll-out"
source     = "assumption: illustrative"

[[change]]
parameter = "funding_rule"
set       = "residual"
from      = 2028-04-01
until     = 2032-03-31
why       = "Trial"
source    = "assumption: illustrative"
"""
