"""A small model with a lever, a fit and figures, on which damaged files are tried."""

from pathlib import Path

from caresim.language import Flow, Model, Observed, Parameters, Stock, cloud

HERE = Path(__file__).parent
p = Parameters.read(HERE / "grown.toml")


class Grown(Model):
    """Children arrive in care and go home."""

    parameters = p
    start, until = "2010-03-31", "2020-03-31"
    care = Stock("In care", "child", p.care_0)
    arrivals = Flow("Arrivals", cloud >> care, p.arrival_rate)
    home = Flow("Back home", care >> cloud, care * p.leaving_rate * p.visits / p.visits_0)
    title, credit = "Grown", "Made-up figures."
    observed = Observed.read(HERE / "grown.csv")
    published = (care, arrivals, home)
