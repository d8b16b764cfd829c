"""Observed series: reading the table, and how faults are refused."""

import math

import pytest

from caresim.language import CaresimError, Observed
from caresim.language.observed import COLUMNS

ROWS = [
    ("looked_after", "2018-19", "78140"),
    ("looked_after", "2019-20", "80000"),
    ("entries", "2019-20", "30_970"),
]


def table(rows, columns=COLUMNS):
    lines = [",".join(columns)]
    for series, year, value in rows:
        given = {"series": series, "year": year, "value": value, "unit": "child", "kind": "stock"}
        lines.append(",".join(given.get(column, "x") for column in columns))
    return "\n".join(lines) + "\n"


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "observed.csv"
        path.write_text(text, encoding="utf-8")
        return Observed.read(path)

    return reading


def test_figures_are_read_by_series_and_year(read):
    observed = read(table(ROWS))
    assert observed.points("looked_after") == {"2018-19": 78140.0, "2019-20": 80000.0}
    assert observed["looked_after"]["2019-20"] == 80000
    assert observed.loc["2019-20", "entries"] == 30970
    assert list(observed.columns) == ["looked_after", "entries"]
    assert "entries" in observed
    assert "exits" not in observed
    assert observed.points("exits") == {}
    assert repr(observed) == "<Observed: 2 series, 3 figures>"


def test_the_annual_table_has_years_in_order_and_gaps_where_nothing_is_known(read):
    annual = read(table(reversed(ROWS))).annual()
    assert list(annual.index) == ["2018-19", "2019-20"]
    assert math.isnan(annual.loc["2018-19", "entries"])
    assert "–" in read(table(ROWS))._repr_html_()


def test_figures_keep_their_sources(read):
    sources = read(table(ROWS)).sources()
    assert set(COLUMNS) <= set(sources.columns)
    assert list(sources["unit"]) == ["child"] * 3


def test_figures_can_be_cut_at_a_year(read):
    early = read(table(ROWS)).until("2018-19")
    assert [(o.series, o.year) for o in early.observations] == [("looked_after", "2018-19")]


def test_a_tolerance_is_read_and_is_nothing_where_none_is_given(read):
    rows = table(ROWS[:1], (*COLUMNS, "tolerance")).replace(",x\n", ",0.02\n")
    assert read(rows).observations[0].tolerance == 0.02
    assert read(table(ROWS)).observations[0].tolerance == 0


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(read, column):
    columns = [c for c in COLUMNS if c != column]
    with pytest.raises(CaresimError, match=f"observed.csv: the column '{column}' is missing"):
        read(table(ROWS, columns))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("entries", "2019", "5"), "row 3, column 'year': '2019' is not a financial year"),
        (("entries", "2019-20", "many"), "row 3, column 'value': 'many' is not a number"),
        (("entries", "2019-20", ""), "row 3, column 'value': a figure is needed; write ':'"),
    ],
)
def test_a_faulty_row_is_named(read, row, message):
    with pytest.raises(CaresimError) as caught:
        read(table([ROWS[0], row]))
    assert str(caught.value).startswith("observed.csv, ")
    assert message in str(caught.value)


def test_a_short_row_is_named(read):
    with pytest.raises(CaresimError, match=r"observed.csv, row 2"):
        read(",".join(COLUMNS) + "\nlooked_after,2019-20\n")


def test_two_figures_for_one_series_and_year_are_refused(read):
    with pytest.raises(CaresimError, match=r"observed.csv, row 3"):
        read(table([ROWS[0], ("looked_after", "2018-19", "1")]))


def test_an_unknown_series_is_suggested(read):
    with pytest.raises(CaresimError, match="no observed series 'entrys'; did you mean 'entries'"):
        read(table(ROWS))["entrys"]
