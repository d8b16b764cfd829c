"""Other numbers for the same equations: what fits is taken, what does not is named."""

from dataclasses import replace

import numpy as np
import pytest

import caresim as cs
from caresim.language import (
    Aux,
    CaresimError,
    Flow,
    Model,
    Observed,
    ParameterError,
    Parameters,
    Prior,
    Stock,
    cloud,
)
from caresim.study.vintage import check_scored, read_figures, with_files, with_parameters

HEAD = "series,year,value,unit,kind,price_base,status,release,address,tolerance\n"
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
[fee]
meaning = "Cost of care"
value = 50_000
unit = "GBP/child/year"
role = "fixed"
source = "made up"
[rule]
meaning = "Whether anyone leaves"
value = 1
unit = "1"
role = "lever"
bounds = [0, 1]
choices = { never = 0, always = 1 }
source = "made up"
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("numbers") / "parameters.toml"
    path.write_text(TABLES, encoding="utf-8")

    class Care(Model):
        """Children who leave care."""

        parameters = p = Parameters.read(path)
        start, until = "2009-03-31", "2014-03-31"
        care = Stock("In care", "child", p.care_0)
        left = Flow("Left", care >> cloud, care * p.leaving_rate * p.rule)
        spent = Aux("Spent", care * p.fee)

    return Care()


@pytest.fixture
def figures(tmp_path):
    """Return a function that writes rows to a file and returns its path."""

    def write(*rows, head=HEAD):
        path = tmp_path / "figures.csv"
        path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def numbers(tmp_path):
    """Return a function that writes the parameters with some texts exchanged."""

    def write(*changes):
        text = TABLES
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        path = tmp_path / "scotland.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def row(series="care", year="2010-11", value=70, unit="child", kind="stock", base="", share="0.02"):
    return f"{series},{year},{value},{unit},{kind},{base},read,Release,example.org,{share}"


# Parameters


def test_the_model_runs_with_the_numbers_of_the_file(model, numbers):
    other = with_parameters(model, numbers(("value = 100", "value = 40")))
    assert other.parameters["care_0"].value == 40
    assert cs.run(other).yearly("care")[0, 0] == pytest.approx(40 * np.exp(-0.2), rel=1e-6)
    assert model.parameters["care_0"].value == 100, "the model that was given stays as it is"


def test_a_collection_does_as_well_as_a_file(model, numbers):
    given = Parameters.read(numbers())
    assert dict(with_parameters(model, given).parameters) == dict(given)


def test_priors_roles_and_the_price_year_may_differ(model, numbers):
    path = numbers(
        ('price_year = "2019-20"', 'price_year = "2022-23"'), ("median = 0.2", "median = 0.4"),
        ("[0, 2]", "[0, 3]"),
    )  # fmt: skip
    other = with_parameters(model, path)
    assert other.parameters.price_year == "2022-23"
    assert other.parameters["leaving_rate"].prior == Prior("lognormal", 0.4, 3)


def test_a_level_that_was_put_in_place_of_a_start_is_kept(model, numbers):
    other = with_parameters(model.with_start(care=7.0), numbers())
    assert cs.run(other).levels["care"][0, 0] == 7.0


def refused_parameters(model, path):
    with pytest.raises(ParameterError) as caught:
        with_parameters(model, path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "reasons"),
    [
        ("[leaving_rate]", "[leavng_rate]",
         ("scotland.toml: [leavng_rate] is no parameter of Care", "did you mean 'leaving_rate'")),
        ("GBP/child/year", "GBP/child", ("[fee] has the unit GBP/child, not GBP/child/year",
                                         "convert its numbers")),
        ("{ never = 0, always = 1 }", "{ no = 0, yes = 1 }",
         ("[rule] needs the same 'choices' as Care: 'never', 'always'",)),
    ],
)  # fmt: skip
def test_parameters_that_are_not_the_model_s_are_refused(model, numbers, before, after, reasons):
    message = refused_parameters(model, numbers((before, after)))
    assert all(reason in message for reason in reasons), message


def only(*names, head=""):
    """Return the text of some of the tables."""
    tables = TABLES.split("\n[")[1:]
    return head + "".join(f"[{t}\n" for t in tables if t.partition("]")[0] in names)


def write(folder, text):
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_some_parameters_are_laid_over_those_of_the_model(model, tmp_path):
    path = write(tmp_path, only("care_0").replace("value = 100", "value = 40"))
    other = with_parameters(model, path)
    assert other.parameters["care_0"].value == 40
    assert list(other.parameters) == list(model.parameters)
    for name in ("leaving_rate", "fee", "rule"):
        assert other.parameters[name] is model.parameters[name]
    assert other.parameters.price_year == "2019-20", "a file without a price year has the model's"


def test_what_the_caller_set_and_a_file_leaves_alone_stays_set(model, tmp_path):
    own = model.with_values(leaving_rate=0.3, care_0=50.0)
    assert with_parameters(own, write(tmp_path, only("care_0"))).set_by_caller == ("leaving_rate",)


def test_an_effect_may_name_a_parameter_that_only_the_model_has(model, tmp_path):
    text = only("rule").replace("choices", 'effect = "leaving_rate"\nchoices')
    other = with_parameters(model, write(tmp_path, text))
    assert other.parameters["rule"].effect == "leaving_rate"
    message = refused_parameters(model, write(tmp_path, text.replace("leaving_rate", "leaving")))
    assert "mine.toml, [rule]: 'effect' names another parameter" in message
    assert "did you mean 'leaving_rate'?" in message


def test_prices_of_another_year_need_every_parameter_in_money(model, tmp_path):
    later = 'price_year = "2022-23"\n'
    message = refused_parameters(model, write(tmp_path, only("care_0", head=later)))
    assert message == (
        "mine.toml: it is at 2022-23 prices and Care at 2019-20, so that 'fee' would be at other "
        "prices than the rest; convert its numbers, or give every parameter in money"
    )
    other = with_parameters(model, write(tmp_path, only("fee", head=later)))
    assert other.parameters.price_year == "2022-23"


def test_a_unit_written_another_way_is_the_same_unit(model):
    entry = replace(model.parameters["fee"], unit="GBP/(child*year)")
    given = Parameters({**model.parameters.entries, "fee": entry})
    assert with_parameters(model, given).parameters["fee"] is entry


# Figures


def test_a_fit_to_a_file_finds_what_the_file_holds(model, figures):
    values = [100 * np.exp(-0.4 * (i + 1)) for i in range(5)]
    years = ["2009-10", "2010-11", "2011-12", "2012-13", "2013-14"]
    path = figures(*(row(year=y, value=v) for y, v in zip(years, values, strict=True)))
    fit = cs.calibrate(model, read_figures(path, model), progress=False)
    assert fit.values["leaving_rate"] == pytest.approx(0.4, rel=1e-2)
    assert isinstance(fit.observed, Observed)


def test_a_figure_without_a_tolerance_may_be_of_anything(model, figures):
    path = figures(row(), row("rainfall", unit="mm", kind="", share=""))
    assert len(read_figures(path, model).observations) == 2


def refused_figures(model, path):
    with pytest.raises(CaresimError) as caught:
        read_figures(path, model)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (row("cares"), "figures.csv, cares 2010-11: Care has no quantity of this name; did you"),
        (row("rainfall"), "no quantity of this name; leave its tolerance empty"),
        (row(unit="child/year"), "the unit is child/year, but that of Care is child"),
        (row(kind="flow"), "the kind is 'flow', but Care counts it on 31 March: 'stock'"),
        (row("left", unit="child/year"), "but Care counts it over the year: 'flow'"),
        (row("spent", unit="GBP/year", kind="flow", base="2022-23"),
         "it is at 2022-23 prices and Care at 2019-20; convert one of them"),
        (row("spent", unit="GBP/year", kind="flow"), "it is at no prices and Care at 2019-20"),
        (row(value=0), "the value is 0; a figure with a tolerance is above 0"),
        (row(value="1e999"), "'1e999' is beyond all numbers"),
        (row(share="2"), "the tolerance is 2; it is a share of the figure, such as 0.01"),
        (row(share="-0.01"), "the tolerance is -0.01"),
        (row(year="2008-09"), "it is before the run, which begins on 2009-03-31"),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_met_is_refused_with_the_reason(model, figures, text, reason):
    assert reason in refused_figures(model, figures(row(year="2012-13"), text))


def test_a_file_that_is_no_table_of_figures_is_refused(model, figures, tmp_path):
    assert "nothing.csv does not exist" in refused_figures(model, tmp_path / "nothing.csv")
    assert "figures.csv: the column 'series' is missing" in refused_figures(
        model, figures(head="year,value\n")
    )
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00series")
    assert "bytes.csv, line 1: not UTF-16 text" in refused_figures(model, tmp_path / "bytes.csv")
    assert "no figure has a tolerance, so there is nothing to fit" in refused_figures(
        model, figures(row(share=""))
    )


# Both, and the score


def test_either_file_may_be_left_out(model, numbers, figures):
    assert with_files(model, None, None) == (model, None)
    other, given = with_files(model, numbers(("value = 100", "value = 40")), figures(row()))
    assert other.parameters["care_0"].value == 40
    assert given.points("care") == {"2010-11": 70.0}


def test_own_figures_at_other_prices_than_the_file_s_parameters_are_refused(
    model, numbers, figures
):
    path = figures(row("spent", unit="GBP/year", kind="flow", base="2019-20"))

    class Observing(type(model)):
        """The same, with figures of its own."""

        observed = Observed.read(path)

    own = Observing()
    assert with_files(own, numbers(), None)[1] is Observing.observed
    moved = numbers(('price_year = "2019-20"', 'price_year = "2022-23"'))
    with pytest.raises(CaresimError, match="the figures of Observing, spent 2010-11: it is at"):
        with_files(own, moved, None)


@pytest.mark.parametrize("year", ["2009-10", "2012-13", "2030-31"])
def test_a_score_needs_figures_before_and_after_its_year(model, figures, year):
    given = read_figures(figures(row(year="2010-11"), row(year="2012-13")), model)
    check_scored(model, given, ["2011-12"])
    with pytest.raises(CaresimError) as caught:
        check_scored(model, given, [year])
    assert "the figures run from 2010-11 to 2012-13; give another year, or" in str(caught.value)
