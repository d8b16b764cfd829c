"""Figures of units over years: read strictly, summed, divided, deflated, joined."""

import numpy as np
import pytest

from caresim.language.errors import ParameterError
from caresim.study.panel.figures import read_figures, read_prices, year_of
from caresim.study.panel.quantities import Quantity, measured

TEXT = """area_code,series,year,value
A,spent,2010-11,80
A,spent,2011-12,90
B,spent,2010-11,40
B,spent,2011-12,0
A,people,2010,8
A,people,2011,9
B,people,2010,4
B,people,2011,5
A,few,2010-11,
A,few,2011-12,7
B,few,2011-12,1
A,early,2010-11,20
A,early,2011-12,30
"""
PRICES = {2011: 0.8, 2012: 1.0}


@pytest.fixture
def figures(tmp_path):
    file = tmp_path / "figures.csv"
    file.write_text(TEXT, encoding="utf-8")
    return read_figures(file)


@pytest.mark.parametrize(
    ("text", "year"),
    [("2015-16", 2016), ("2015", 2016), ("2015-09-30", 2016), ("2016-03-31", 2016)],
)
def test_a_year_is_the_financial_year_that_a_figure_lies_in(text, year):
    assert year_of(text) == year


def test_what_is_no_year_is_refused():
    with pytest.raises(ParameterError, match="'2015-17' is not a financial year"):
        year_of("2015-17")


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


def test_a_figure_that_stands_twice_names_its_row(tmp_path):
    file = tmp_path / "twice.csv"
    file.write_text(TEXT + "A,few,2011-12,8\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"row 15.*A, few, 2012 stands twice"):
        read_figures(file)


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
