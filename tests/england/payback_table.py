"""Writes what early help pays back into docs/choosing.md, when it is run."""

import re
from pathlib import Path

import caresim as cs
from caresim.england import England

PAGE = Path(__file__).parents[2] / "docs" / "choosing.md"
BEGIN, END = "<!-- payback: written by tests/england/payback_table.py -->", "<!-- /payback -->"
LINES = {
    "early_help_first": "all lines, £500m a year more",
    "more_family_support": "family support, £250m a year more",
    "more_for_young_people": "services for young people, £250m a year more",
    "more_for_under_fives": "under-fives, £250m a year more",
}
YEARS = (5, 10, 15, 25)
WITH, FLAT = ("payback", "low", "high"), ("flat", "flat_low", "flat_high")


def rows(model, draws):
    """Return two rows a line, medians of the draws with the bands that hold 80 % of them.

    The second is the same with prices of homes held flat.
    """
    written = []
    for name, said in LINES.items():
        found = cs.payback(model, name, "early_help_spend", years=YEARS, draws=draws)
        written.append(f"| {said} | {' | '.join(cells(found, WITH))} |")
        written.append(f"| *with prices of homes held flat* | {' | '.join(cells(found, FLAT))} |")
    return written


def cells(found, columns):
    for _, row in found.iterrows():
        ends = (row[column] for column in columns)
        middle, low, high = (f"{end:.1f}".replace("-0.0", "0.0").replace("-", "−") for end in ends)
        yield f"{middle} ({low} to {high})"


def written(page, lines):
    """Return a page with other rows in the table."""
    head = (
        f"| £1 more for | {' | '.join(f'{y} years' for y in YEARS)} |\n|---|{'--:|' * len(YEARS)}"
    )
    text = "\n".join((BEGIN, "", head, *lines, "", END))
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: text, page, flags=re.DOTALL)


def sample(model):
    return cs.draws(model, 200, seed=1, given="posterior")


if __name__ == "__main__":
    england = England()
    page = written(PAGE.read_text(encoding="utf-8"), rows(england, sample(england)))
    PAGE.write_text(page, encoding="utf-8")
