"""What figures of another model say: titles, units, credits, and no word of England."""

import pytest
from country import PEOPLE
from matplotlib.text import Text

import caresim as cs
from caresim.study.results import project


@pytest.fixture(scope="module")
def results(norland):
    return project(norland, ["calls", "books_back"], n_draws=20)


@pytest.fixture(scope="module")
def backtest(norland):
    return cs.backtest(norland, origins=["2015-16"], horizons=[1, 2], given="rule", draws=20,
                       progress=False)  # fmt: skip


def test_explain_knows_the_scenarios_of_the_model_by_name(norland):
    text = cs.explain("books_back", norland)
    assert text.startswith("Books back\n")
    assert "Budget for books rises by £3m a year at 2019-20 prices from April 2023." in text
    with pytest.raises(cs.ScenarioError, match="'books_back' is not known"):
        cs.explain("books_back")


def texts(figure):
    return " | ".join(t.get_text() for t in figure.findobj(Text) if t.get_text().strip())


def labels(figure):
    return [axes.get_ylabel() for axes in figure.axes]


def test_caseloads_are_counts_with_stocks_first(results):
    figure = cs.plot.caseloads(*results.runs, bands=results.ensembles)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Books on the shelves", "Members", "People who join", "Members who lapse",
    ]  # fmt: skip
    assert labels(figure) == ["Thousand on 31 March"] * 2 + ["Thousand a year"] * 2
    assert "Norland Bureau of Counts. Free to copy with thanks." in texts(figure)


def test_costs_are_what_is_published_of_spending_with_the_total_last(results):
    figure = cs.plot.costs(*results.runs, cumulative=True)
    heads = [axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes]
    assert heads[:3] == ["Spending on books", "Spending on staff at the desk", "All spending"]
    assert heads[3].startswith("All spending, added up from 2023-24")
    assert labels(figure)[:3] == ["£m a year, 2019-20 prices"] * 3


def test_spending_is_by_the_first_division_in_the_words_of_the_model(results):
    figure = cs.plot.spending(results.baseline)
    assert figure.axes[0].get_title(loc="left") == "As now: spending by what it buys"
    other = cs.plot.spending(results.baseline, by="kind")
    assert other.axes[0].get_title(loc="left") == "As now: spending by kind"


def test_no_figure_has_a_word_of_england(results, backtest, norland):
    runs = results.runs
    figures = {
        "caseloads": cs.plot.caseloads(*runs, bands=results.ensembles),
        "differences": cs.plot.differences(*runs),
        "costs": cs.plot.costs(*runs),
        "cash": cs.plot.costs(*runs, prices="cash"),
        "spending": cs.plot.spending(runs[0]),
        "fit": cs.plot.fit(runs[0]),
        "fit of one": cs.plot.fit_of(runs[0], "loans"),
        "errors": cs.plot.backtest_errors(backtest, norland),
        "fans": cs.plot.backtest_fans(backtest, norland),
        "coverage": cs.plot.backtest_coverage(backtest, norland),
    }
    found = {name: PEOPLE.search(texts(figure)) for name, figure in figures.items()}
    assert not {name: hit[0] for name, hit in found.items() if hit}
    for name in ("fit", "errors", "fans", "coverage"):
        assert "Norland Bureau of Counts" in texts(figures[name]), name


def test_drawings_have_no_word_of_england(norland):
    for drawn in (cs.diagram(norland), cs.loop_diagram(norland)):
        assert "Norland" in drawn.svg
        assert not PEOPLE.search(drawn.svg)


def test_the_feedback_that_is_named_is_drawn(norland):
    assert "Fresh shelves" in cs.loop_diagram(norland).svg
    assert "Fresh shelves" in cs.model_page(norland)
    assert "Books that are read without a loan" in cs.model_page(norland)
