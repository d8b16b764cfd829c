"""The numbers of a model of one's own."""

from caresim.language import Dimension, Parameters

age = Dimension("Age", ["0–9", "10–17"])
p = Parameters.of(
    care_0=({"0–9": 20_000.0, "10–17": 40_000.0}, "child"),
    entry_rate=({"0–9": 12_000.0, "10–17": 15_000.0}, "child/year"),
    ageing_rate=({"0–9": 0.1, "10–17": 0.125}, "1/year"),
    stay=(2.5, "year"),
    most=(30_000.0, "child/year"),
    fee=(50_000.0, "GBP/child/year"),
    lag=(1.0, "year"),
    dimensions=age,
)
