"""Makes the figures of Norland: the model's own at other numbers, with noise, once and for all."""

import csv
import sys
from pathlib import Path

import numpy as np

import caresim as cs
from caresim.language import Observed

HERE = Path(__file__).parent
TRUTH = {
    "join_rate_under_25": 0.057,
    "lapse_rate": 0.2,
    "loans_per_member": 13.0,
    "stale_elasticity": 0.45,
}
SHOWN = ("all_members", "books", "all_joins", "loans", "book_spend", "desk_spend", "net_cost")
GIVEN = ("book_spend", "desk_spend", "net_cost")  # shown and not fitted
COLUMNS = ("series", "year", "value", "unit", "kind", "price_base", "status", "release", "address",
           "tolerance", "first_published", "definition", "note")  # fmt: skip


def figures(model):
    """Yield the rows of the table."""
    table = cs.run(model(**TRUTH), until="2020-03-31").annual()
    noise = np.random.default_rng(5)
    for name in SHOWN:
        variable = model.variable(name)
        kind = "flow" if variable.is_rate else "stock"
        price = "2019-20" if variable.unit.power_of("GBP") else ""
        for year in table.index:
            value = float(f"{table.loc[year, name] * noise.lognormal(0, 0.01):.4g}")
            yield (name, year, f"{value:.0f}", variable.unit, kind, price, "made up",
                   f"Norland Counts {year}", "example.org", "" if name in GIVEN else 0.01, "",
                   f"{variable.label}, as counted in {year}", "")  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    Observed.read = lambda _: None  # the figures are not there yet
    from norland import Norland

    with (HERE / "figures.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *figures(Norland)])
