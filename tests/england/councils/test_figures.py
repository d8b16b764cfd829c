"""The figures of councils: they add up to England's, and are what their source files say."""

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from caresim.england import observed
from caresim.england.councils import build as module
from caresim.england.councils.build import HEADLINE, SERIES, SUPPRESSED, YEARS, build, main

FOLDER = Path(module.__file__).parent
DRIVERS = FOLDER.parent / "vintages" / "2020" / "drivers.csv"
SOURCE = Path(__file__).parents[3].parent / "shared" / "data" / "local"
WRITTEN = ("areas.csv", "breaks.csv", "figures.csv", "population.csv")
MOST_BYTES = 1_000_000
README = (FOLDER / "README.md").read_text(encoding="utf-8")
COMPARED = README[README.index("## How the sums") : README.index("## Traps")]
CORE = ("referrals", "cin_31mar", "cin_started", "s47", "icpc", "cpp_31mar", "cpp_started",
        "cpp_ended", "cla_31mar", "cla_started", "cla_ceased", "spend_statutory")  # fmt: skip
IN_ENGLAND = {
    "referrals": "referrals",
    "cin_31mar": "children_in_need",
    "s47": "section_47_enquiries",
    "cpp_31mar": "protection_plans",
    "cpp_started": "protection_plan_starts",
    "cpp_ended": "protection_plan_ends",
    "cla_31mar": "looked_after",
    "cla_started": "care_starts",
    "cla_ceased": "care_ceases",
    "spend_children_looked_after": "looked_after_spend",
    "spend_safeguarding": "safeguarding_spend",
    "spend_youth_justice": "youth_justice_spend",
    "spend_sure_start_under5": "sure_start_spend",
    "spend_family_support": "family_support_spend",
    "spend_young_people": "young_people_spend",
    "spend_other": "other_early_help_spend",
    "spend_statutory": "statutory_spend",
    "spend_nonstatutory": "early_help_spend",
    "spend_total_cyps_excl_CERA": "total_spend",
}
AS_ROUNDED, UNNAMED = 0.06, 0.15  # per cent


def table(name, folder=FOLDER):
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


AREAS = {row["code"]: row for row in table("areas.csv")}
FIGURES = {(row["area"], row["series"]): row for row in table("figures.csv")}
POPULATION = {row["area"]: row for row in table("population.csv")}
BREAKS = table("breaks.csv")
BY_RULE = [row for row in BREAKS if row["reason"].startswith("rule:")]


def number(cell):
    return None if cell in ("", SUPPRESSED) else float(cell)


def total(series, year):
    rows = (FIGURES.get((area, series)) for area in AREAS)
    return sum(number(row[year]) or 0 for row in rows if row)


def given(name):
    """Return year → value of one path that is given to the model of England."""
    with DRIVERS.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return {row["year"]: float(row["value"]) for row in rows if row["series"] == name}


def stated(series):
    """Return year → difference from England in per cent, for the years that the README names."""
    lines = (line for line in COMPARED.splitlines() if line.startswith(f"| `{series}` |"))
    found = re.findall(r"(\d{4}-\d\d) −(\d+\.\d)", next(lines, ""))
    return {year: -float(size) for year, size in found}


# Against England


@pytest.mark.parametrize("series", IN_ENGLAND)
def test_the_sum_of_councils_differs_from_england_as_the_readme_says(series):
    deflator = given("gdp_deflator")
    for year, england in observed().points(IN_ENGLAND[series]).items():
        if year not in YEARS:
            continue
        cash = england * deflator[year] if series.startswith("spend_") else england
        difference = 100 * (total(series, year) / cash - 1)
        says = stated(series).get(year)
        near = AS_ROUNDED if says is not None else UNNAMED
        assert difference == pytest.approx(says or 0, abs=near), f"{series} in {year}, per cent"


def test_children_are_those_of_england_within_half_a_per_cent():
    england = {day[:4]: count for day, count in given("child_population").items()}
    for year in module.MID_YEARS:
        children = sum(int(row[year] or 0) for row in POPULATION.values())
        assert children == pytest.approx(england[year], rel=0.005), f"mid-{year}"


# Areas


def test_every_area_of_a_file_is_in_the_list_of_areas():
    for name, found in (
        ("figures.csv", {area for area, _ in FIGURES}),
        ("population.csv", set(POPULATION)),
        ("breaks.csv", {row["area"] for row in BREAKS}),
    ):
        assert found <= set(AREAS), f"in {name} and not in areas.csv: {found - set(AREAS)}"
    assert len(AREAS) == 158


@pytest.mark.parametrize("column", ["predecessors", "successors", "neighbours"])
def test_areas_that_a_row_names_are_in_the_list(column):
    named = {code for row in AREAS.values() for code in row[column].split(";") if code}
    assert named <= set(AREAS), f"{column}: {named - set(AREAS)}"


def test_an_area_has_children_in_the_years_that_it_exists_and_in_no_other():
    for code, area in AREAS.items():
        last = area["last_year"] or "2024-25"
        exists = [y for y in module.MID_YEARS if area["first_year"][:4] <= y <= last[:4]]
        counted = [year for year in module.MID_YEARS if POPULATION[code][year]]
        assert counted == exists, f"{code} {area['name']}"


def test_figures_but_those_cast_back_are_of_years_in_which_the_area_exists():
    cast_back = {*module.BANDS, "children_relative_low_income"}
    for (code, series), row in FIGURES.items():
        first, last = AREAS[code]["first_year"], AREAS[code]["last_year"] or "9999"
        years = [year for year in YEARS if row[year]]
        if series not in cast_back:
            assert first <= years[0] <= years[-1] <= last, f"{series} of {AREAS[code]['name']}"


# How many are complete, and which figures jump


@pytest.mark.parametrize(("first", "count"), [("2012-13", 141), ("2010-11", 127), ("2009-10", 116)])
def test_councils_with_all_core_series_are_as_many_as_the_readme_says(first, count):
    years = YEARS[YEARS.index(first) :]
    empty = dict.fromkeys(YEARS, "")
    complete = [
        code
        for code in AREAS
        if all(
            number(FIGURES.get((code, series), empty)[year]) is not None
            for series in CORE
            for year in years
        )
    ]
    assert len(complete) == count


def test_headline_counts_double_or_halve_75_times_in_52_councils():
    found = Counter(row["series"] for row in BY_RULE)
    assert found == {"referrals": 20, "s47": 42, "cpp_31mar": 9, "cin_31mar": 4}
    assert len(BY_RULE) == 75
    assert len({row["area"] for row in BY_RULE}) == 52
    assert set(found) == set(HEADLINE)


def test_a_break_of_the_rule_doubles_or_halves():
    for row in BY_RULE:
        before, after = float(row["before"]), float(row["after"])
        assert max(before, after) >= max(150, 2 * min(before, after)), row
        assert ("doubles" if after > before else "halves") in row["reason"], row


def test_breaks_hold_the_figures_of_their_year():
    for row in BREAKS:
        figure = FIGURES[row["area"], row["series"]][row["year"]]
        assert row["after"] == figure, f"{row['area']} {row['series']} {row['year']}"


@pytest.mark.parametrize(
    ("name", "year"),
    [("Bexley", "2011-12"), ("Thurrock", "2010-11"), ("Salford", "2019-20"),
     ("Stockton-on-Tees", "2009-10"), ("Peterborough", "2012-13")],
)  # fmt: skip
def test_spending_that_was_booked_wrongly_is_marked_by_hand(name, year):
    marked = {(AREAS[row["area"]]["name"], row["year"]) for row in BREAKS if row not in BY_RULE}
    assert (name, year) in marked


# The files


def test_the_files_are_small_and_hold_no_figure_after_2019_20():
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir() if path.is_file()}
    made = sum(sizes.pop(name) for name in ("fitted.csv", "score.csv"))
    assert sum(sizes.values()) <= MOST_BYTES, f"{sizes} bytes in {FOLDER}"
    assert made <= MOST_BYTES, f"{made:,} bytes of what is fitted to the figures"
    assert tuple(table("figures.csv")[0])[2:] == YEARS
    assert YEARS[-1] == "2019-20"


def test_every_series_is_there_and_in_the_readme():
    assert {series for _, series in FIGURES} == set(SERIES)
    for series in SERIES:
        written = re.sub(r"_age_.*", "_age_…", series)
        assert f"`{written}`" in README, f"README.md does not say what {series} is"


def test_a_cell_is_a_plain_number_a_cross_or_empty():
    for key, row in FIGURES.items():
        for year in YEARS:
            assert re.fullmatch(r"|x|\d+(\.\d*[1-9])?", row[year]), f"{key} in {year}: {row[year]}"


@pytest.mark.skipif(not SOURCE.is_dir(), reason="the source files of councils are not here")
def test_the_shipped_files_are_what_the_source_files_make(tmp_path):
    shutil.copy(FOLDER / "breaks.csv", tmp_path)  # rows by hand are kept
    build(SOURCE, tmp_path)
    for name in WRITTEN:
        made = (tmp_path / name).read_bytes()
        assert made == (FOLDER / name).read_bytes(), f"build again: {name} is not what is shipped"


# Building, of two areas


def local_rows(referrals=("100", "300"), **changed):
    rows = [["area_code", "series", "year", "value"]]
    for series in SERIES:
        year = "2009" if series in module.BANDS else "2009-10"
        rows.append(["A", series, changed.get("year", year), changed.get(series, "10")])
    rows[1][3] = referrals[0]
    rows.append(["A", "referrals", "2010-11", referrals[1]])
    for area, first, children in (("A", ("11000", "10000"), "20000"), ("B", ("400", "500"), "600")):
        rows.append([area, "pop_0_17_midyear", "2010", children])
        for year, count in zip(("2009", "2010"), first, strict=True):
            rows.append([area, "pop_0_17_midyear_first_published", year, count])
    return rows


@pytest.fixture
def source(tmp_path):
    """Return a folder of source files, and what writes one of them anew."""

    def write(name, rows):
        text = "".join(",".join(row) + "\r\n" for row in rows)
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")

    columns = list(module.AREA_COLUMNS.values())
    areas = [dict.fromkeys(columns, "") | {"area_code": code} for code in "BA"]
    write("areas.csv", [columns, *([row[name] for name in columns] for row in areas)])
    write("local_2010_2020.csv", local_rows())
    write("population_2020_2024.csv", [["area_code", "series", "year", "value"],
                                       ["A", "pop_0_17_midyear", "2020", "21000"]])  # fmt: skip
    return tmp_path, write


def test_numbers_are_written_plainly_and_mid_years_stand_in_their_financial_year(source):
    folder, write = source
    write("local_2010_2020.csv", local_rows(("100.50", ""), s47="20.0"))
    build(folder, folder / "out")
    rows = {row["series"]: row for row in table("figures.csv", folder / "out")}
    assert (rows["referrals"]["2009-10"], rows["s47"]["2009-10"]) == ("100.5", "20")
    assert (rows["referrals"]["2010-11"], rows["referrals"]["2011-12"]) == (SUPPRESSED, "")
    assert rows["pop_0_4_midyear"]["2009-10"] == "10"


def test_children_of_2009_follow_first_figures_and_those_of_all_where_an_area_is_small(source):
    folder, _ = source
    build(folder, folder / "out")
    a, b = table("population.csv", folder / "out")
    assert (a["2009"], a["2010"], a["2020"]) == ("22000", "20000", "21000")
    assert b["2009"] == f"{600 * 11_400 / 10_500:.0f}"


def test_a_break_by_hand_is_kept_and_takes_the_place_of_one_by_rule(source):
    folder, _ = source
    out = folder / "out"
    build(folder, out)
    assert [row["reason"] for row in table("breaks.csv", out)] == ["rule: doubles"]
    with (out / "breaks.csv").open("a", encoding="utf-8") as stream:
        stream.write("A,referrals,2010-11,100,300,a new hub\nA,s47,2009-10,,10,no return\n")
    for _ in range(2):
        build(folder, out)
        assert [row["reason"] for row in table("breaks.csv", out)] == ["a new hub", "no return"]


def test_a_break_that_the_source_no_longer_has_goes(source):
    folder, write = source
    build(folder, folder / "out")
    write("local_2010_2020.csv", local_rows(("100", "140")))
    build(folder, folder / "out")
    assert table("breaks.csv", folder / "out") == []


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (local_rows(s47="many"), "line 8: s47 is a number of 0 or more, not 'many'; mend the row"),
        (local_rows(s47="nan"), "not 'nan'"),
        (local_rows(s47="-1"), "not '-1'"),
        (local_rows(year="2020-21"), "referrals is read for 2009-10 to 2019-20, not '2020-21'"),
        ([*local_rows(), ["A", "pop_0_17_midyear", "2020", "1"]], "read for 2009 to 2019, not"),
        ([*local_rows(), ["A", "pop_0_17_midyear", "2011", ""]], "0 or more, not ''"),
        ([*local_rows(), ["C", "s47", "2010-11", "1"]], "area 'C' is not in areas.csv"),
        ([*local_rows(), ["A", "s47", "2009-10", "1"]], "s47 of A in 2009-10 stands twice"),
        ([*local_rows(), ["A", "s47"]], "not as many cells as the header has"),
        ([row[:3] for row in local_rows()], "no column value"),
        ([row for row in local_rows() if row[1] != "icpc"], "no row of icpc"),
    ],
)
def test_a_fault_is_named_with_its_place_and_nothing_is_written(source, rows, says):
    folder, write = source
    write("local_2010_2020.csv", rows)
    with pytest.raises(module.CaresimError, match=re.escape(says)) as fault:
        build(folder, folder / "out")
    assert "local_2010_2020.csv" in str(fault.value)
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A,referals,2010-11,,,typed", "a break has a series of figures.csv"),
        ("A,referrals,2010,,,no such year", "a year such as 2012-13"),
        ("A,referrals,2010-11,,,", "and a reason"),
        ("C,referrals,2010-11,,,elsewhere", "area 'C' is not in areas.csv"),
        ("A,referrals,2010-11,,,moved, and counted anew", "put a cell with a comma in quotes"),
    ],
)
def test_a_break_that_cannot_be_one_is_refused_with_its_line(source, row, says):
    folder, _ = source
    text = f"{','.join(module.BREAK_COLUMNS)}\n{row}\n"
    (folder / "breaks.csv").write_text(text, encoding="utf-8")
    with pytest.raises(module.CaresimError, match=rf"breaks\.csv, line 2: .*{re.escape(says)}"):
        build(folder, folder)
    assert (folder / "breaks.csv").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [([], "name one folder"), (["a", "b"], "not 2 arguments"), (["nowhere"], "cannot be read")],
)
def test_the_command_line_ends_with_a_message(arguments, says, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=says):
        main(arguments)
