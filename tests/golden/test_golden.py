"""The annual table of every shipped scenario is what it was: one CSV for each, beside this file.

After a change that is meant, write them again with ``pytest tests/golden --update-golden`` and look
at what moved before committing.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import caresim as cs
from caresim.england import England

HERE = Path(__file__).parent
FILES = {path.stem: path for path in sorted((HERE.parents[1] / "scenarios").glob("*.toml"))}
LARGEST_DIFFERENCE = 1e-6
MOST_LISTED = 8


def expected(name):
    return pd.read_csv(HERE / f"{name}.csv", index_col="financial_year")


def write(name, table):
    table.to_csv(HERE / f"{name}.csv", float_format="%.10g", lineterminator="\n")


def differences(new, old):
    """Return one line for each number that moved: column, year, both values and by how much."""
    columns = [f"column '{c}' is gone" for c in old.columns if c not in new.columns]
    columns += [f"column '{c}' is new" for c in new.columns if c not in old.columns]
    years = [f"{y} is gone" for y in old.index if y not in new.index]
    years += [f"{y} is new" for y in new.index if y not in old.index]
    if columns or years:
        return [*columns, *years]
    sizes = ((new - old).abs() / np.maximum(old.abs(), 1e-12)).fillna(np.inf)
    moved = [(sizes.loc[y, c], y, c) for y in sizes.index for c in sizes.columns]
    return [
        f"{column} in {year}: {old.loc[year, column]:,.6f} → {new.loc[year, column]:,.6f} "
        f"({100 * size:.2g} %)"
        for size, year, column in sorted(moved, reverse=True)
        if size > LARGEST_DIFFERENCE
    ]


@pytest.mark.parametrize("name", FILES)
def test_the_annual_table_is_what_it_was(name, update_golden):
    table = cs.run(England(), FILES[name]).annual()
    if update_golden:
        write(name, table)
    moved = differences(table, expected(name))
    more = [f"… and {len(moved) - MOST_LISTED} more"] if len(moved) > MOST_LISTED else []
    assert not moved, "\n".join([f"{name}: {len(moved)} differences", *moved[:MOST_LISTED], *more])


def test_every_scenario_has_a_table_and_every_table_a_scenario():
    assert {path.stem for path in HERE.glob("*.csv")} == set(FILES)


def test_the_tables_tell_the_scenarios_apart():
    tables = {name: expected(name).to_csv() for name in FILES}
    assert len(set(tables.values())) == len(FILES)


def test_the_comparison_names_column_year_and_size():
    old = expected("baseline")
    new = old.copy()
    new.loc["2029-30", "referrals"] *= 1 + 1e-4
    (line,) = differences(new, old)
    assert line.startswith("referrals in 2029-30: ")
    assert line.endswith("(0.01 %)")
    new.loc["2029-30", "referrals"] = np.nan
    assert len(differences(new, old)) == 1, "a value that is missing counts as moved"
    assert differences(old * (1 + 1e-7), old) == []
    assert differences(old.drop(columns="referrals"), old) == ["column 'referrals' is gone"]
    assert differences(old.drop(index="2029-30"), old) == ["2029-30 is gone"]
