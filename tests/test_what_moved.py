"""The ten answers of docs/what_moved.md are those of this release; each release has a cause."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import caresim as cs
from caresim.england import England

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "what_moved.md").read_text(encoding="utf-8")
ENGLAND = England()
YEAR, END, FIRST = "2029-30", "2034-35", "2027-28"
BREAK_EVENS = {
    "8": ("return_support_everywhere", "return_support_effect"),
    "9": ("guardians_supported", "kinship_support_uptake"),
    "10": ("help_after_proceedings", "parent_help_effect"),
}
PER_YEAR, RETURNED = 64, 2020  # steps a year; the children return in the first of this April
CURRENT = "current_policy_2026"
WHAT_TO_DO = (
    "Answers move only with a release that means them to: where this one does, give it a column in "
    "docs/what_moved.md with all ten answers, and say under 'Why they moved' what moved them. "
    "Where nothing was meant to move, find what did with benchmarks/compare_releases.py."
)


def table():
    """Return the releases of the page, and each answer's cells by its number."""
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("|")
    ]
    return head[2:], {number: cells for number, _, *cells in rows}


RELEASES, SHOWN = table()


def file_of(name):
    return ROOT / "scenarios" / f"{name}.toml"


@pytest.fixture(scope="module")
def runs():
    """Return, by scenario, the single run and the ensemble of all shipped draws."""
    draws = cs.draws(ENGLAND, 1_000, seed=1, given="posterior")
    names = ("baseline", CURRENT, "early_help_first", "conferences_everywhere")
    return {
        name: [cs.run(ENGLAND, file_of(name), draws=sample) for sample in (None, draws)]
        for name in names
    }


def in_year(run, output, year):
    return run.yearly(output)[run.clock.financial_years.index(year)]


def difference(runs, name, output):
    """Return by how much a scenario differs from what it extends, each year and draw."""
    pairs = zip(runs[name], runs[CURRENT], strict=True)
    return [run.yearly(output) - base.yearly(output) for run, base in pairs]


def looked_after(runs):
    return [in_year(run, "looked_after", END) for run in runs["baseline"]]


def fewer_looked_after(runs, name):
    return [moved[-1] for moved in difference(runs, name, "looked_after")]


def total_spending(runs):
    return [in_year(run, "total_spend", YEAR) / 1e9 for run in runs["baseline"]]


def cost_of_care(runs):
    return [
        in_year(run, "looked_after_spend", YEAR) / in_year(run, "looked_after", YEAR)
        for run in runs["baseline"]
    ]


def cost_of_a_year_less(runs):
    first = runs["baseline"][0].clock.financial_years.index(FIRST)
    cost, children = (
        [moved[first:] for moved in difference(runs, "early_help_first", output)]
        for output in ("total_spend", "looked_after")
    )
    weights = 1.035 ** -np.arange(len(cost[0]))[:, None]
    return [(c * weights).sum(axis=0) / -n.sum(axis=0) for c, n in zip(cost, children, strict=True)]


def back_in_care():
    """Follow the children who return home in one week of April 2020, when nobody else does."""
    nobody = cs.Change("return_factor", "set", 0, "2009-04-01")
    week = cs.Change("return_factor", "set", 1, f"{RETURNED}-04-01", until=f"{RETURNED}-04-06")
    runs = [
        cs.run(
            ENGLAND, cs.Scenario("Returns", changes=changes), until="2027-03-31",
            steps_per_year=PER_YEAR, every="step", outputs=["returns_home", "reentries"],
        )
        for changes in ([nobody, week], [nobody])
    ]  # fmt: skip
    returned, back = (
        (runs[0].values(n) - runs[1].values(n))[:, 0] for n in ("returns_home", "reentries")
    )
    days = runs[0]["reentries"].index
    last = days[np.flatnonzero(returned)[0]] + pd.DateOffset(years=5)
    return 100 * back[days <= last].sum() / returned.sum()


def break_even(name, effect):
    found = cs.break_even(ENGLAND, file_of(name), effect)
    return 100 * found.value


ANSWERS = {
    "1": looked_after,
    "2": lambda runs: fewer_looked_after(runs, "early_help_first"),
    "3": lambda runs: fewer_looked_after(runs, "conferences_everywhere"),
    "4": total_spending,
    "5": cost_of_care,
    "6": cost_of_a_year_less,
    "7": lambda _runs: [back_in_care()],
    **{n: lambda _runs, case=case: [break_even(*case)] for n, case in BREAK_EVENS.items()},
}


def numbers(cell):
    """Return the numbers of a cell as they are written."""
    return re.findall(r"−?[\d,]+(?:\.\d+)?", cell.replace("80 %", ""))


def written(value, like):
    """Return a value with the digits of a number that is shown."""
    digits = len(like.partition(".")[2])
    return f"{value:,.{digits}f}".replace("-", "−")


def recomputed(values):
    """Return the single run's answer and, where there are draws, their median and its ends."""
    single, *many = values
    ends = np.quantile(many[0], [0.5, 0.1, 0.9]) if many else []
    return [*np.ravel(single), *ends]


@pytest.mark.parametrize("number", ANSWERS, ids=lambda number: f"answer {number}")
def test_an_answer_is_what_the_newest_column_shows(number, runs):
    shown = numbers(SHOWN[number][-1])
    found = recomputed(ANSWERS[number](runs))
    now = [written(value, like) for value, like in zip(found, shown, strict=True)]
    assert now == shown, f"answer {number} is {now}, the page shows {shown}. {WHAT_TO_DO}"


def test_the_page_has_ten_answers_and_a_cell_for_each_release():
    assert list(SHOWN) == list(ANSWERS)
    assert {len(cells) for cells in SHOWN.values()} == {len(RELEASES)}


def test_the_newest_column_is_this_release_and_each_has_its_causes():
    assert RELEASES[-1] == cs.__version__, f"{cs.__version__} has no column. {WHAT_TO_DO}"
    causes = re.findall(r"^### (\S+)\n\n\S", PAGE, re.MULTILINE)
    assert sorted(causes) == sorted(RELEASES), WHAT_TO_DO


def test_answers_agree_with_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    middle = readme[readme.index("baseline      ") :].split()
    shown = numbers(SHOWN["2"][-1])[1]
    said = float(shown.replace(",", "").replace("−", "-"))
    assert said == pytest.approx(float(middle[5]), abs=0.56), "a tenth there, a whole number here"
