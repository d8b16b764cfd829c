"""A small model that declares who pays, with numbers that are done by hand."""

from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameter,
    Parameters,
    Prior,
    Rules,
    Stock,
    cloud,
)
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario


class Ruled(Model):
    """Children in care; help costs money, and of a fixed total it gets what care leaves."""

    parameters = p = Parameters(
        {
            "who": Parameter("who", 0.0, "1", "Who pays for help", "lever", (0, 1),
                             choices=(("own", 0.0), ("fixed", 1.0)), between=True),
            "help": Parameter("help", 100.0, "GBP/year", "Budget for help", "lever", (0, 1e6)),
            "price": Parameter("price", 10.0, "GBP/child/year", "Price of care", "lever", (0, 1e3)),
            "into": Parameter("into", 30.0, "child/year", prior=Prior("normal", 30, 2)),
            "rate": Parameter("rate", 0.3, "1/year"),
            "care_0": Parameter("care_0", 100.0, "child"),
        }
    )  # fmt: skip
    start, until = "2009-03-31", "2014-03-31"
    care = Stock("In care", "child", p.care_0)
    came = Flow("Came", cloud >> care, p.into)
    left = Flow("Left", care >> cloud, care * p.rate)
    care_spend = Aux("Spent on care", care * p.price)
    help_spend = Aux("Spent on help", p.help - p.who * care_spend * 0.01)
    total_spend = Aux("Total spending", care_spend + help_spend)
    published = (care, care_spend, help_spend, total_spend)
    spending_total = "total_spend"
    rules = Rules("Who pays", "who", {"own": "help has its own", "fixed": "it is shared"},
                  (care, help_spend, total_spend))  # fmt: skip


DEARER = Scenario("Dearer", changes=[Change("price", "set", 20.0, "2011-04-01")])
LATER = Scenario("Later", changes=[Change("help", "add", 50.0, "2012-04-01")])
FIXED = Scenario("Fixed", changes=[Change("who", "set", "fixed", "2011-04-01"), *DEARER.changes])
