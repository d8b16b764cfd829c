"""Later figures and given paths laid over those of a model: what is taken, added, told, refused."""

from dataclasses import replace

import pytest

from caresim.language import Aux, CaresimError, Flow, Model, Observed, Parameters, Stock, cloud
from caresim.language.observed import DISTURBED, Observation, judged
from caresim.language.vintage_files import observed_text
from caresim.study.backtest.rivals import carried_on
from caresim.study.fit.misfit import Misfit
from caresim.study.later_figures import TOLERANCE, later_figures, read_completed
from caresim.study.later_paths import later_paths, paths_behind
from caresim.study.vintage import with_later

TABLES = """
price_year = "2019-20"
[care_0]
meaning = "Children in care at the start"
value = 100
unit = "child"
role = "fixed"
source = "made up"
[leaving_rate]
meaning = "Rate of leaving"
value = 0.2
unit = "1/year"
role = "estimated"
bounds = [0, 2]
prior = { lognormal = { median = 0.2, spread = 3 } }
[budget]
meaning = "What there is to spend"
values = { 2009-10 = 50.0, 2010-11 = 60.0, 2011-12 = 70.0 }
unit = "GBP/year"
role = "lever"
bounds = [0, 1_000]
assumed_from = "2011-03-31"
source = "made up"
[births]
meaning = "Children who arrive"
values = { "2009-06-30" = 5.0, "2011-06-30" = 7.0 }
unit = "child/year"
role = "lever"
bounds = [0, 50]
source = "made up"
"""


def figure(series="care", year="2010-11", value=80.0, **more):
    texts = {"unit": "child", "kind": "stock", "price_base": "", "status": "read",
             "release": "Release", "address": "example.org", "definition": "In care"}  # fmt: skip
    return Observation(series, year, value, **{**texts, "tolerance": 0.02, **more})


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("numbers") / "parameters.toml"
    path.write_text(TABLES, encoding="utf-8")

    class Care(Model):
        """Children who arrive and leave."""

        parameters = p = Parameters.read(path)
        start, until = "2009-03-31", "2016-03-31"
        care = Stock("In care", "child", p.care_0)
        came = Flow("Came", cloud >> care, p.births)
        left = Flow("Left", care >> cloud, care * p.leaving_rate)
        spent = Aux("Spent", p.budget * 1.0)

    rows = [
        figure(),
        figure(year="2011-12", value=70.0, tolerance=0.01, first_published=71.0),
        figure("asked", value=9.0, tolerance=0.0),
    ]
    return Care().with_figures(Observed(rows))


@pytest.fixture
def file(tmp_path):
    """Return a function that writes rows of a table to a file of a name."""

    def write(*rows, head="series,year,value", name="later.csv"):
        path = tmp_path / name
        path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
        return path

    return write


def refused(call):
    with pytest.raises(CaresimError) as caught:
        call()
    return str(caught.value)


# What the model says of a figure


def test_what_a_file_leaves_out_is_that_of_the_series(model, file):
    row = read_completed(file("care,2012-13,66"), model).series["care"]["2012-13"]
    last = model.observed.series["care"]["2011-12"]
    assert row == replace(
        last, year="2012-13", value=66.0, status="given by the user", release="given by the user",
        address="later.csv", first_published=None,
    )  # fmt: skip


def test_of_a_year_with_a_figure_the_tolerance_is_that_and_the_first_value_is_kept(model, file):
    rows = read_completed(file("care,2010-11,81", "care,2011-12,69"), model).series["care"]
    assert (rows["2010-11"].tolerance, rows["2010-11"].first_published) == (0.02, None)
    assert (rows["2011-12"].tolerance, rows["2011-12"].first_published) == (0.01, 71.0)


def test_a_series_without_figures_takes_those_of_the_quantity_and_the_stated_default(model, file):
    found = read_completed(file("left,2012-13,14", "spent,2012-13,65"), model).series
    left, spent = found["left"]["2012-13"], found["spent"]["2012-13"]
    assert (left.unit, left.kind, left.price_base) == ("child/year", "flow", "")
    assert left.tolerance == TOLERANCE
    assert (spent.unit, spent.price_base) == ("GBP/year", "2019-20")


def test_a_series_that_is_not_fitted_stays_so(model, file):
    assert read_completed(file("asked,2012-13,8"), model).series["asked"]["2012-13"].tolerance == 0


def test_a_column_that_is_there_is_taken_with_its_empty_cells(model, file):
    path = file("care,2012-13,66,", "care,2013-14,64,0.05", head="series,year,value,tolerance")
    rows = read_completed(path, model).series["care"]
    assert [row.tolerance for row in rows.values()] == [0.0, 0.05]


def test_a_misspelt_series_is_refused_by_row_with_the_name_that_is_meant(model, file):
    path = file("care,2012-13,66", "caer,2013-14,64", "carre,2013-14,64")
    said = refused(lambda: read_completed(path, model))
    assert "row 3, column 'series': Care has no quantity and no figures of this name" in said
    assert "'care'" in said
    assert "row 4" in said, "all at once"


# Laid over those of the model


def test_later_figures_replace_the_same_year_and_add_the_others_in_order(model, file):
    given = read_completed(file("care,2013-14,60", "care,2012-13,66", "care,2011-12,69"), model)
    later = later_figures(given, model.observed)
    assert (later.added, later.replaced, later.withdrawn) == (2, 1, 0)
    assert later.figures.points("care") == {
        "2010-11": 80.0, "2011-12": 69.0, "2012-13": 66.0, "2013-14": 60.0,
    }  # fmt: skip
    assert str(later) == "5 figures: 2 added, 1 replaced"


def test_a_sign_that_there_is_no_figure_takes_the_model_s_out(model, file):
    later = later_figures(read_completed(file("care,2011-12,:"), model), model.observed)
    assert later.withdrawn == 1
    assert list(later.figures.points("care")) == ["2010-11"]
    assert later.figures.absent == {("care", "2011-12"): ":"}


def test_a_later_figure_that_cannot_be_met_is_refused(model, file):
    said = refused(lambda: with_later(model, file("care,2012-13,-3"), None))
    assert "later.csv, care 2012-13: the value is -3" in said


# Causes

WITH_CAUSE = "series,year,value,cause"


def test_a_cause_widens_the_scale_of_the_fit_and_of_nothing_else(model, file):
    path = file("care,2012-13,66,a strike", "care,2013-14,64,", head=WITH_CAUSE)
    changed, figures, said = with_later(model, path, None)
    behind = "budget (known to 2011-03-31), births (known to 2011-06-30)"
    assert said == [
        "later.csv: 5 figures: 2 added, 0 replaced, 1 of all disturbed",
        f"Not known up to the last figure, March 2014: {behind}",
    ]
    assert Misfit.of(changed, figures, ("leaving_rate",)).series["care"].widths == pytest.approx(
        [0.02, 0.01, 0.01 * DISTURBED, 0.01]
    )
    assert figures.series["care"]["2012-13"].tolerance == 0.01


def test_causes_are_kept_by_the_file_of_a_vintage(model, file):
    path = file('care,2012-13,66,"a strike, and a new form"', head=WITH_CAUSE)
    figures = with_later(model, path, None)[1]
    again = file(*observed_text(figures).splitlines()[1:], head=observed_text(figures).split()[0])
    assert Observed.read(again).series["care"]["2012-13"].cause == "a strike, and a new form"


def test_a_figure_that_replaces_a_disturbed_one_is_disturbed_unless_it_says_otherwise(model, file):
    disturbed = with_later(model, file("care,2012-13,66,a strike", head=WITH_CAUSE), None)[0]
    for row, head, cause in (
        ("care,2012-13,65", "series,year,value", "a strike"),
        ("care,2012-13,65,", WITH_CAUSE, ""),
    ):
        figures = with_later(disturbed, file(row, head=head), None)[1]
        assert figures.series["care"]["2012-13"].cause == cause


def test_errors_are_taken_over_what_is_fitted_and_undisturbed():
    usual, odd, unused = figure(), figure(cause="a strike"), figure(tolerance=0.0)
    assert judged([usual, odd, unused]) == [usual]
    assert judged([odd, unused]) == [odd], "a series that is disturbed in every year"
    assert judged([unused]) == [unused]


def test_no_level_is_carried_on_from_a_disturbed_figure():
    rows = [figure(year="2012-13", cause="a strike"), figure(), figure(year="2011-12")]
    assert [row.year for row in carried_on(rows)] == ["2010-11", "2011-12"]
    assert [row.year for row in carried_on(rows[:1])] == ["2012-13"], "there is no other"


# Given paths


def paths(model, path):
    return later_paths(path, model.parameters, "Care")


def test_later_values_replace_and_extend_a_path(model, file):
    later = paths(model, file("budget,2011-12,71", "budget,2012-13,72", "births,2013-06-30,6"))
    assert (later.added, later.replaced) == (2, 1)
    assert str(later) == "2 given paths: 2 values added, 1 replaced"
    budget, births = (later.parameters[name] for name in ("budget", "births"))
    assert budget.value.dated() == {"2009-10": 50, "2010-11": 60, "2011-12": 71, "2012-13": 72}
    assert births.value.dated() == {"2009-06-30": 5, "2011-06-30": 7, "2013-06-30": 6}
    assert budget.source == "made up; later values: later.csv"
    assert later.parameters["leaving_rate"] is model.parameters["leaving_rate"]


@pytest.mark.parametrize(
    ("rows", "assumed_from"),
    [
        (["budget,2012-13,72,"], ""),
        (["budget,2010-11,61,"], "2011-03-31"),
        (["budget,2012-13,72,", "budget,2013-14,73,assumed"], "2013-03-31"),
        (["budget,2012-13,72,assumed"], "2011-03-31"),
    ],
    ids=["known to its end", "an earlier value", "then assumed", "only assumed"],
)
def test_a_path_is_known_up_to_the_last_value_that_is_not_assumed(model, file, rows, assumed_from):
    later = paths(model, file(*rows, head="series,year,value,status"))
    assert later.parameters["budget"].assumed_from == assumed_from


def test_a_known_path_that_goes_on_by_assumption_is_assumed_from_its_end(model, file):
    path = file("births,2013-06-30,6,assumed", head="series,year,value,status")
    assert paths(model, path).parameters["births"].assumed_from == "2011-06-30"


def test_paths_that_end_before_the_last_figure_are_told(model):
    assert paths_behind(model, 2012) == [
        "budget (known to 2011-03-31)", "births (known to 2011-06-30)",
    ]  # fmt: skip
    assert paths_behind(model, 2011) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("budgte,2012-13,72,", "column 'series': Care has no parameter of this name; did you mean"),
        ("leaving_rate,2012-13,0.3,", "is one number and has no dated values; those with dated"),
        ("budget,2012-06-30,72,", "goes by financial years"),
        ("births,2012-13,6,", "goes by dates"),
        ("budget,2012-13,72,child", "column 'unit': 'child' is not the unit of 'budget'"),
        ("budget,2012-13,72000,", "column 'value': 72000 is outside 0 to 1000"),
        ("budget,2012-13,:,", "a number is needed, and there is none, only ':'"),
        ("budget,2013-14,72,", "without a gap before this one"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_row(model, file, row, reason):
    path = file("births,2012-06-30,6,", row, head="series,year,value,unit")
    said = refused(lambda: paths(model, path))
    assert said.startswith("later.csv, row 3")
    assert reason in said


def test_a_value_given_twice_and_all_other_faults_are_told_at_once(model, file):
    rows = ("budget,2012-13,72", "budget,2012-13,73", "nothing,2012-13,1")
    said = refused(lambda: paths(model, file(*rows)))
    assert said.startswith("later.csv has 2 faults: (1) row 3, column 'year': a second value")
    assert "(2) row 4, column 'series'" in said


def test_a_file_without_a_value_is_refused(model, file):
    assert "holds no value below its headings" in refused(lambda: paths(model, file()))


def test_a_model_without_figures_takes_those_of_the_file(model, file):
    bare = type(model)()
    changed, figures, _ = with_later(bare, file("care,2012-13,66"), None)
    assert figures.points("care") == {"2012-13": 66.0}
    assert changed.observed is figures


def test_nothing_given_leaves_the_model_as_it_is(model):
    assert with_later(model, None, None) == (model, model.observed, [])
