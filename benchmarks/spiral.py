"""Measures the spiral of early help and statutory duty: how much of £1 comes back, and when.

``python benchmarks/spiral.py`` prints the tables of docs/spiral.md; with ``--write`` it puts them
there. Each number is the difference of two runs, without and with £100m a year from April 2027.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import caresim as cs
from caresim.england import England
from caresim.england.feedbacks import FEEDBACKS

PAGE = Path(__file__).parents[1] / "docs" / "spiral.md"
BEGINS, UNTIL, YEARS = "2027-04-01", "2042-03-31", (5, 10, 15)
AMOUNT = 100e6
FIXED = cs.Change("crowding_out", "set", "residual", BEGINS)
PARTLY = cs.Change("crowding_out", "set", 0.3, BEGINS)
MORE_DUTY = cs.Change("youth_justice_budget", "add", AMOUNT, BEGINS)
LESS_HELP = cs.Change("early_help_budget", "add", -AMOUNT, BEGINS)
CUT = {"early_help_on": "off", "placements_on": "off", "workforce_on": "off", "caution_on": "off"}


@cache
def statutory(*changes: cs.Change, off: str = "") -> NDArray[np.float64]:
    """Return statutory spending by year under some changes, one feedback turned off that day."""
    switched = [cs.Change(off, "set", CUT[off], BEGINS)] if off else []
    plan = cs.Scenario("A test", changes=[*switched, *changes]) if changes or off else None
    run = cs.run(England(), plan, until=UNTIL, outputs=["statutory_spend"])
    first = run.clock.financial_years.index("2027-28")
    return run.yearly("statutory_spend")[first:, 0]


def comes_back(rule: tuple[cs.Change, ...], off: str = "") -> list[float]:
    """Return how much of £1 more statutory duty comes back as yet more, by years from the start."""
    with_it, without = statutory(*rule, MORE_DUTY, off=off), statutory(*rule, off=off)
    return [float(with_it[y - 1] - without[y - 1]) / AMOUNT - 1 for y in YEARS]


def one_round() -> list[float]:
    """Return what £1 less early help adds to statutory spending, with a ring fence: one round."""
    return [float(statutory(LESS_HELP)[y - 1] - statutory()[y - 1]) / AMOUNT for y in YEARS]


def gains() -> dict[str, list[float]]:
    """Return the rows of the first table: who pays, and what comes back after 5, 10, 15 years."""
    return {
        "early help has its own budget": comes_back(()),
        "three tenths fall on early help": comes_back((PARTLY,)),
        "the total is fixed": comes_back((FIXED,)),
        "one round: £1 less early help, nothing more": one_round(),
    }


def without_each() -> dict[str, list[float]]:
    """Return the rows of the second table: the fixed total with one more loop cut that day."""
    names = {feedback.switch: feedback.name for feedback in FEEDBACKS}
    return {names[off]: comes_back((FIXED,), off) for off in CUT if off in names}


def _table(head: str, rows: Iterable[tuple[str, list[float]]]) -> str:
    lines = [f"| {head} | {' | '.join(f'{y} years' for y in YEARS)} |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {' | '.join(f'{100 * x:.0f} p' for x in row)} |" for name, row in rows]
    return "\n".join(lines).replace("-0 p", "0 p").replace("| -", "| −")


def tables() -> dict[str, str]:
    """Return both tables as they stand on the page."""
    return {
        "gains": _table("Who pays", gains().items()),
        "loops": _table("The total is fixed, and from that day frozen", without_each().items()),
    }


def written(text: str) -> str:
    """Return the page with the tables made anew."""
    for name, table in tables().items():
        begins, ends = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        head, _, rest = text.partition(begins)
        text = head + begins + table + "\n" + ends + rest.partition(ends)[2]
    return text


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print("\n\n".join(tables().values()))
