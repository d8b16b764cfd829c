"""Scores of projections with one change at a time in how numbers are learned.

    python benchmarks/learning.py [--origins 2014-15 2015-16] [--only 3]

Each row adds one change to the row above: (1) what figures do not teach is set back to its prior,
(2) a path that has run less than half is not carried on, (3) scales of series are estimated,
(4) figures that follow from others are not counted again; the last row doubles the widths of the
priors. Rows are measured and written down (BACKTEST.md); none of them chooses anything.
"""

from __future__ import annotations

import argparse

import caresim as cs
from caresim.england import England


class CountedTwice(England):
    """England with every figure counted, totals and their parts."""

    follows = ()


CARRIED_ON = {"figures_end": 2100.0}  # all paths have run by then
ROWS = {
    "as listed, all estimated": (
        CountedTwice,
        CARRIED_ON,
        {"scales": "listed", "least_learned": 0},
    ),
    "set back one by one": (CountedTwice, CARRIED_ON, {"scales": "listed"}),
    "paths held": (CountedTwice, {}, {"scales": "listed"}),
    "scales estimated": (CountedTwice, {}, {}),
    "figures counted once": (England, {}, {}),
    "priors twice as wide": (England, {}, {"widen": 2}),
}
SINCE = ("2012-13", "2013-14", "2014-15")


def main() -> None:
    """Print the scores of each row as a line of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--origins", nargs="*", default=None)
    parser.add_argument("--only", type=int, nargs="*", default=range(len(ROWS)))
    asked = parser.parse_args()
    print("| row | given | five: all / since 2013-14 / since 2014-15 | ten | five by origin |")
    print("|---|---|---|---|---|")
    for i, (name, (model, values, options)) in enumerate(ROWS.items()):
        if i in asked.only:
            score = cs.backtest(
                model(**values),
                origins=asked.origins,
                given="both",
                draws=0,
                progress=False,
                **options,
            )
            for given in ("actual", "rule"):
                print(f"| {name} | {given} | {_cells(score, given)} |", flush=True)


def _cells(score: cs.Backtest, given: str) -> str:
    pooled = []
    for series in ("five", "ten"):
        parts = [score.only(series, given=given, since=first) for first in SINCE]
        pooled.append(" / ".join(f"{part.pooled('model'):.2f}" for part in parts))
    origins = score.only("five", given=given).errors("origin")["model"]
    each = ", ".join(
        f"{year} {error:.1f}" for year, error in origins.items() if year in score.origins
    )
    return f"{pooled[0]} | {pooled[1]} | {each}"


if __name__ == "__main__":
    main()
