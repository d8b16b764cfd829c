"""Children in care by age: written over a dimension, and by hand as the same quantities."""

from caresim.language import (
    Aux,
    Check,
    Delay,
    Dimension,
    Flow,
    Model,
    Parameters,
    Smooth,
    Stock,
    cloud,
    minimum,
    table,
    total,
)

AGE = Dimension("Age", ["0–9", "10–15", "16–17"])
p = Parameters.of(
    care_0=({"0–9": 20_000.0, "10–15": 25_000.0, "16–17": 15_000.0}, "child"),
    start_rate=({"0–9": 11_000.0, "10–15": 9_000.0, "16–17": 6_000.0}, "child/year"),
    cease_rate=({"0–9": 0.3, "10–15": 0.2, "16–17": 0.1}, "1/year"),
    ageing_rate=({"0–9": 0.1, "10–15": 1 / 6, "16–17": 0.5}, "1/year"),
    lag=({"0–9": 0.5, "10–15": 1.0, "16–17": 2.0}, "year"),
    capacity=(60_000.0, "child"),
    fee=(50_000.0, "GBP/child/year"),
    dimensions=AGE,
)
POINTS = [(0, 1.0), (0.5, 0.9), (2, 0.5)]


class ByAge(Model):
    """Each equation once."""

    parameters = p
    until = "2020-03-31"
    care = Stock("Looked after", "child", p.care_0, over=AGE)
    load = Aux("Caseload", total(care) / p.capacity)
    starts = Flow("Care starts", cloud >> care, p.start_rate * table(load, POINTS))
    felt = Smooth("Children felt", care, p.lag, order=2)
    leaving = Delay("On the way home", "child", 0, time=p.lag, order=3)
    ceases = Flow("Care ceases", care >> leaving, minimum(care, felt) * p.cease_rate)
    home = Flow("Home", leaving >> cloud, leaving.outflow)
    grown = Flow("Growing older", care.ageing(then=cloud), care * p.ageing_rate)
    crowded = Check("More than half are of one age", care > total(care) / 2)
    spent = Aux("Spent", care * p.fee)
    teens = Aux("Looked after, 16 and over", care["16–17"])


class ByHand(Model):
    """Each equation three times."""

    parameters = p
    until = "2020-03-31"
    care_0_9 = Stock("Looked after, 0–9", "child", p.care_0_0_9)
    care_10_15 = Stock("Looked after, 10–15", "child", p.care_0_10_15)
    care_16_17 = Stock("Looked after, 16–17", "child", p.care_0_16_17)
    load = Aux("Caseload", total(care_0_9, care_10_15, care_16_17) / p.capacity)
    starts_0_9 = Flow("Care starts, 0–9", cloud >> care_0_9, p.start_rate_0_9 * table(load, POINTS))
    starts_10_15 = Flow(
        "Care starts, 10–15", cloud >> care_10_15, p.start_rate_10_15 * table(load, POINTS)
    )
    starts_16_17 = Flow(
        "Care starts, 16–17", cloud >> care_16_17, p.start_rate_16_17 * table(load, POINTS)
    )
    felt_0_9 = Smooth("Children felt, 0–9", care_0_9, p.lag_0_9, order=2)
    felt_10_15 = Smooth("Children felt, 10–15", care_10_15, p.lag_10_15, order=2)
    felt_16_17 = Smooth("Children felt, 16–17", care_16_17, p.lag_16_17, order=2)
    leaving_0_9 = Delay("On the way home, 0–9", "child", 0, time=p.lag_0_9, order=3)
    leaving_10_15 = Delay("On the way home, 10–15", "child", 0, time=p.lag_10_15, order=3)
    leaving_16_17 = Delay("On the way home, 16–17", "child", 0, time=p.lag_16_17, order=3)
    ceases_0_9 = Flow(
        "Care ceases, 0–9", care_0_9 >> leaving_0_9, minimum(care_0_9, felt_0_9) * p.cease_rate_0_9
    )
    ceases_10_15 = Flow(
        "Care ceases, 10–15",
        care_10_15 >> leaving_10_15,
        minimum(care_10_15, felt_10_15) * p.cease_rate_10_15,
    )
    ceases_16_17 = Flow(
        "Care ceases, 16–17",
        care_16_17 >> leaving_16_17,
        minimum(care_16_17, felt_16_17) * p.cease_rate_16_17,
    )
    home_0_9 = Flow("Home, 0–9", leaving_0_9 >> cloud, leaving_0_9.outflow)
    home_10_15 = Flow("Home, 10–15", leaving_10_15 >> cloud, leaving_10_15.outflow)
    home_16_17 = Flow("Home, 16–17", leaving_16_17 >> cloud, leaving_16_17.outflow)
    grown_0_9 = Flow("Growing older, 0–9", care_0_9 >> care_10_15, care_0_9 * p.ageing_rate_0_9)
    grown_10_15 = Flow(
        "Growing older, 10–15", care_10_15 >> care_16_17, care_10_15 * p.ageing_rate_10_15
    )
    grown_16_17 = Flow(
        "Growing older, 16–17", care_16_17 >> cloud, care_16_17 * p.ageing_rate_16_17
    )
    crowded_0_9 = Check(
        "More than half are of one age, 0–9",
        care_0_9 > total(care_0_9, care_10_15, care_16_17) / 2,
    )
    crowded_10_15 = Check(
        "More than half are of one age, 10–15",
        care_10_15 > total(care_0_9, care_10_15, care_16_17) / 2,
    )
    crowded_16_17 = Check(
        "More than half are of one age, 16–17",
        care_16_17 > total(care_0_9, care_10_15, care_16_17) / 2,
    )
    spent_0_9 = Aux("Spent, 0–9", care_0_9 * p.fee)
    spent_10_15 = Aux("Spent, 10–15", care_10_15 * p.fee)
    spent_16_17 = Aux("Spent, 16–17", care_16_17 * p.fee)
    teens = Aux("Looked after, 16 and over", care_16_17)
