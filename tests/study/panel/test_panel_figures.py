"""Figures of units over years: read strictly, summed, divided, deflated, joined."""

import numpy as np
import pytest

from caresim.language.errors import ParameterError
from caresim.study.panel.figures import read_figures, read_prices
from caresim.study.panel.quantities import Quantity, measured

TEXT = """area,series,2010-11,2011-12
A,spent,80,90
B,spent,40,0
A,few,x,7
B,few,,1
A,early,20,30
"""
PEOPLE = """area,2010,2011,2012
A,8,9,10
B,4,5,6
C,1,1,1
"""
PRICES = {2011: 0.8, 2012: 1.0}


def write(folder, text=TEXT, people=PEOPLE):
    (folder / "figures.csv").write_text(text, encoding="utf-8")
    (folder / "people.csv").write_text(people, encoding="utf-8")
    return read_figures(folder / "figures.csv", people=folder / "people.csv")


@pytest.fixture
def figures(tmp_path):
    return write(tmp_path)


def test_the_middle_of_a_calendar_year_lies_in_the_financial_year_that_ends_in_the_next(figures):
    assert figures.series("people").tolist() == [[8, 9], [4, 5]]  # no 2012, no C


@pytest.mark.parametrize(
    ("text", "people", "said"),
    [
        (TEXT.replace("2011-12", "2011-13"), PEOPLE, "figures.csv: '2011-13' is not a financial"),
        (TEXT + "A,few,1,2\n", PEOPLE, "row 7.*few of A stands twice"),
        (TEXT.replace("80", "many"), PEOPLE, "row 2, column '2010-11'"),
        (TEXT, PEOPLE.replace("2011", "mid"), "people.csv: the column 'mid' is no calendar year"),
        (TEXT, PEOPLE + "A,1,2,3\n", "row 5.*people of A stands twice"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path, text, people, said):
    with pytest.raises(ParameterError, match=said):
        write(tmp_path, text, people)


def test_figures_are_units_by_years_and_what_is_hidden_is_marked(figures):
    assert (figures.units, figures.years) == (("A", "B"), (2011, 2012))
    assert np.array_equal(figures.series("spent"), [[80, 90], [40, 0]])
    assert np.array_equal(figures.series("few"), [[np.nan, 7], [np.nan, 1]], equal_nan=True)
    shown = figures.series("few", hidden_as=3)
    assert np.array_equal(shown, [[3, 7], [np.nan, 1]], equal_nan=True)


def test_a_unit_can_be_left_out_and_an_unknown_one_is_told(figures):
    assert figures.without(["A"]).units == ("B",)
    with pytest.raises(ParameterError, match="no unit 'C'"):
        figures.without(["C"])
    with pytest.raises(ParameterError, match="no series 'spend'; did you mean 'spent'"):
        figures.series("spend")


def test_prices_are_read_by_year(tmp_path):
    file = tmp_path / "prices.csv"
    file.write_text("series,year,value\nindex,2010-11,0.8\nother,2010-11,5\n", encoding="utf-8")
    assert read_prices(file, "index") == {2011: 0.8}
    with pytest.raises(ParameterError, match="no series 'deflator'"):
        read_prices(file, "deflator")


def value(figures, known=None, **given):
    quantity = Quantity("it", "It", **given)
    return measured(quantity, figures, PRICES, known or {}).tolist()


def test_money_is_at_constant_prices_for_each_person(figures):
    found = value(figures, of={"spent": 1}, over={"people": 1}, money=True)
    assert found == [[12.5, 10.0], [12.5, 0.0]]


def test_a_log_of_nothing_is_not_known(figures):
    found = np.array(value(figures, of={"spent": 1}, log=True))
    assert found[0, 1] == pytest.approx(np.log(90))
    assert np.isnan(found[1, 1])


def test_series_are_summed_with_their_weights_and_held_to_the_least(figures):
    assert value(figures, of={"spent": 1, "people": -10}, least=0) == [[0, 0], [0, 0]]
    assert value(figures, of={"spent": 0.5, "people": 10}) == [[120, 135], [60, 50]]


def test_a_mark_is_one_where_the_figure_is_that(figures):
    found = value(figures, of={"few": 1}, equals=7, absent_as=0)
    assert found == [[0, 1], [0, 0]]


def test_relative_to_a_year_each_unit_begins_at_one(figures):
    assert value(figures, of={"people": 1}, relative_to=2011) == [[1, 9 / 8], [1, 5 / 4]]


def test_an_earlier_measure_carries_on_at_the_units_own_ratio(figures):
    known = {"early": Quantity("early", "Early", of={"early": 1})}
    found = np.array(value(figures, known, of={"few": 1}, before="early"))
    assert found[0].tolist() == pytest.approx([20 * 7 / 30, 7])
    assert np.isnan(found[1, 0])


def test_what_is_not_there_is_named(figures):
    with pytest.raises(ParameterError, match="'before' names no quantity"):
        value(figures, of={"few": 1}, before="nothing")
    quantity = Quantity("it", "It", of={"spent": 1}, money=True)
    with pytest.raises(ParameterError, match="'it': no price of the year ending 2011"):
        measured(quantity, figures, {2012: 1.0}, {})
