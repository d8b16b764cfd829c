"""England's files of numbers: beside the equations that use them, and in one vintage."""

import csv
import tomllib
from importlib import import_module

import pytest
from england_cases import FOLDER, OBSERVED, PARAMETERS, VINTAGE

from caresim.england import England
from caresim.language.expressions import walk
from caresim.language.parameters import ParameterRef
from caresim.language.sectors import read_sectors
from caresim.language.units import Unit
from caresim.language.variables import Defined, Stock

LARGEST = 300
SCOPE = "scope.toml"  # no numbers: a table of 27 rows, which pages are made of
OTHER = {"beliefs", "structures"}  # other priors and values of numbers that stand elsewhere
WITH_NUMBERS = sorted({path.stem for path in FOLDER.glob("*.toml")} - OTHER)
TABLES = {
    name: tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    for name in WITH_NUMBERS
}
GIVEN = tomllib.loads((VINTAGE / "given.toml").read_text(encoding="utf-8"))
with (VINTAGE / "drivers.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))
INDEX, AS_PUBLISHED = "gdp_deflator_index", 80.8738  # of 2019-20


def entries_of(tables):
    return {name: table for name, table in tables.items() if isinstance(table, dict)}


def used_by(sector):
    """Return the parameters in the equations of a sector."""
    (read,) = read_sectors((import_module(f"caresim.england.{sector}"),), lambda _: False)
    found = set()
    for name in England.sector_of()[read.title]:
        variable = England.variables[name]
        roots = [variable.initial] if isinstance(variable, Stock) else []
        roots += [variable.expression] if isinstance(variable, Defined) else []
        found |= {str(node) for node in walk(*roots) if isinstance(node, ParameterRef)}
    return found


@pytest.fixture(scope="module")
def uses():
    return {sector.__name__.rpartition(".")[2]: used_by(sector.__name__.rpartition(".")[2])
            for sector in England.sectors}  # fmt: skip


def named(name, known):
    """Return the parameters of a table: itself, or one for each element."""
    return {n for n in known if n == name or n.startswith(f"{name}_")}


@pytest.mark.parametrize("sector", WITH_NUMBERS)
def test_a_number_stands_with_a_sector_whose_equations_use_it(uses, sector):
    lost = [name for name in entries_of(TABLES[sector]) if not named(name, uses[sector])]
    users = {name: [s for s, used in uses.items() if named(name, used)] for name in lost}
    assert not {name: s for name, s in users.items() if len(s) < 2}, f"not used in {sector}.py"


def test_every_file_of_numbers_is_read():
    for sector, tables in TABLES.items():
        unread = [name for name in entries_of(tables) if not named(name, PARAMETERS)]
        assert not unread, f"given.py does not read {sector}.toml"


@pytest.mark.parametrize(
    "path", [p for p in FOLDER.rglob("*.toml") if p.name != SCOPE], ids=lambda path: path.name
)
def test_a_file_of_numbers_is_short_enough_to_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LARGEST


def test_an_estimated_number_has_its_value_in_the_vintage_alone():
    for tables in (*TABLES.values(), GIVEN):
        for name, table in entries_of(tables).items():
            held = {"value", "values"} & set(table) or isinstance(table.get("elements"), dict)
            assert table["role"] != "estimated" or not held, name
    assert tuple(England.vintage.fitted) == PARAMETERS.estimated()


# What is given from outside


def test_what_is_given_is_dated_but_for_the_last_day_of_the_figures():
    dated = entries_of(GIVEN).keys() - {England.figures_end}
    assert len(dated) == len(entries_of(GIVEN)) - 1, "it goes with the figures, of which it is"
    assert all(GIVEN[name]["from"] == "drivers.csv" for name in dated)
    assert {name for name, entry in PARAMETERS.items() if entry.is_dated} == dated


def test_every_row_of_the_drivers_is_read_or_the_deflator_as_published():
    dated = entries_of(GIVEN).keys() - {England.figures_end}
    assert {row["series"] for row in ROWS} == {*dated, INDEX}
    for name in dated:
        rows = {row["year"]: float(row["value"]) for row in ROWS if row["series"] == name}
        assert PARAMETERS[name].value.dated() == rows, name


def test_every_row_of_the_drivers_says_where_it_comes_from():
    for row in ROWS:
        place = f"{row['series']} {row['year']}"
        assert row["status"] in ("read", "derived", "assumed"), place
        assert row["note"] or row["status"] == "read", place
        assert row["release"] or row["note"], place
        assert str(Unit.parse(row["unit"])), place


def test_the_deflator_is_the_published_index_against_that_of_2019_20():
    published = {row["year"]: float(row["value"]) for row in ROWS if row["series"] == INDEX}
    assert published["2019-20"] == AS_PUBLISHED
    read = PARAMETERS["gdp_deflator"].value.dated()
    both = [year for year in read if year in published]
    assert len(both) == 22
    assert [read[year] for year in both] == [round(published[y] / AS_PUBLISHED, 6) for y in both]


def test_population_says_from_when_it_is_assumed():
    rows = [row for row in ROWS if row["series"] == "child_population"]
    assumed = [row["year"] for row in rows if row["status"] == "assumed"]
    assert assumed == ["2025-06-30", "2030-06-30"]
    assert PARAMETERS["child_population"].assumed_from == "2024-06-30"


def test_the_vintage_is_named_by_the_year_of_its_last_figure():
    last = max(int(row.year[:4]) + 1 for row in OBSERVED.observations)
    assert England.vintage.folder.name == str(last)
