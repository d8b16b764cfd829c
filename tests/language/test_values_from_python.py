"""Numbers, days and names as Python, NumPy and pandas have them: taken, or refused in words."""

import copy
import dataclasses
import datetime as dt
import math
import pickle
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import caresim as cs
from caresim.language import (
    Aux,
    Dimension,
    Flow,
    Model,
    ModelError,
    Observed,
    Parameter,
    ParameterError,
    Parameters,
    Period,
    Prior,
    Series,
    Stock,
    cloud,
    elapsed,
    smooth_step,
    table,
    time,
)
from caresim.language.dates import parse_date, year_end
from caresim.language.errors import CaresimError
from caresim.language.kinds import finite, quantiles_of, real
from caresim.language.observed import Observation

DAY = dt.date(2012, 3, 31)
DAYS = {
    "a date": DAY,
    "a text": "2012-03-31",
    "a text of NumPy": np.str_("2012-03-31"),
    "midnight": dt.datetime(2012, 3, 31),  # noqa: DTZ001
    "a timestamp": pd.Timestamp("2012-03-31"),
    "a day of NumPy": np.datetime64("2012-03-31"),
    "nanoseconds of NumPy": np.datetime64("2012-03-31", "ns"),
    "an array of no dimension": np.array("2012-03-31", dtype="datetime64[D]"),
    "a day as a period": pd.Period("2012-03-31", "D"),
    "an entry of an index": pd.to_datetime(["2012-03-31"])[0],
}
NO_DAYS = {
    "nothing": None, "an empty text": "", "a year": 2012, "a year as a text": "2012",
    "another order": "31/03/2012", "no such day": "2012-02-30", "a week": "2012-W13-6",
    "without signs": "20120331", "spaces": " 2012-03-31", "other digits": "٢٠١٢-٠٣-٣١",
    "a time of day": dt.datetime(2012, 3, 31, 9),  # noqa: DTZ001
    "a time of day of NumPy": np.datetime64("2012-03-31T09"), "no time": pd.NaT,
    "no time of NumPy": np.datetime64("NaT"), "a month": pd.Period("2012-03", "M"),
    "a year of NumPy": np.int64(2012), "a list": ["2012-03-31"], "bytes": b"2012-03-31",
    "long ago": dt.date(1066, 10, 14), "far ahead": dt.date(2999, 3, 31),
    "the last of all": dt.date.max, "the first of all": dt.date.min, "an hour": dt.time(9),
    "a period of the model": Period("2011-03-31", "2012-03-31", "A cause"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAYS)
def test_a_day_is_read_however_a_library_has_it(case):
    found = parse_date(DAYS[case], "until")
    assert (found, type(found)) == (DAY, dt.date)


@pytest.mark.parametrize("case", NO_DAYS)
def test_what_is_no_single_day_is_refused_by_name(case):
    with pytest.raises(CaresimError, match=r"^until must be a date such as 2030-03-31, not "):
        parse_date(NO_DAYS[case], "until")


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31)))
def test_every_day_of_three_centuries_is_read_in_every_way(day):
    moment = np.datetime64(str(day))
    assert parse_date(moment) == parse_date(pd.Timestamp(moment)) == parse_date(str(day)) == day


P = Parameters.of(rate=(100.0, "child/year"), stay=(2.0, "year"))


def kids(**settings):
    body = type(Model).__prepare__("Kids", (Model,))
    body["parameters"] = P
    body["kids"] = Stock("Kids", "child", 0)
    body["come"] = Flow("Come", cloud >> body["kids"], P.rate)
    body["go"] = Flow("Go", body["kids"] >> cloud, body["kids"] / P.stay)
    for name, value in settings.items():
        body[name] = value
    return type(Model)("Kids", (Model,), body)


@pytest.mark.parametrize("case", DAYS)
def test_a_day_is_taken_by_every_word_of_the_language(case):
    day = DAYS[case]
    model = kids(start="2010-03-31", until=day)
    assert model.until == "2012-03-31"
    assert kids(start=day).start == "2012-03-31"
    assert Period("2010-03-31", day, "A cause").closing == 2012.0
    assert str(table(time, [("2010-03-31", 1), (day, 2)])) == str(
        table(time, [(2010.0, 1), ("2012-03-31", 2)])
    )
    assert str(elapsed("2010-03-31", day)) == str(elapsed("2010-03-31", "2012-03-31"))
    assert str(smooth_step(0, 1, "2010-03-31", day)) == str(
        smooth_step(0, 1, "2010-03-31", "2012-03-31")
    )
    assert cs.run(model(), until=day).clock.last_year == 2012


@pytest.mark.parametrize("key", ["start", "until"])
@pytest.mark.parametrize("value", [None, "", 2010, "2010", "2010-04-01", pd.NaT, []])
def test_a_class_whose_days_are_none_is_refused_when_it_is_made(key, value):
    with pytest.raises(ModelError, match=rf"^Kids: '{key}' must be a (date|31 March)"):
        kids(**{key: value})


# Numbers

THREE = [3, 3.0, np.int8(3), np.int64(3), np.uint16(3), np.float16(3), np.float32(3), np.array(3),
         np.array(3.0), Fraction(3), pd.Series([3]).iloc[0]]  # fmt: skip
NO_NUMBERS = [None, True, np.True_, "3", 3j, np.complex128(3), [3], np.array([3]), np.ma.masked,
              np.datetime64(3, "ns"), np.timedelta64(3, "ns"),
              pd.NA, pd.NaT, np.datetime64("2012-03-31"), b"3", {}, 10**400]  # fmt: skip


@pytest.mark.parametrize("value", THREE, ids=lambda v: type(v).__name__)
def test_a_number_is_taken_however_a_library_has_it(value):
    assert (real(value), type(real(value))) == (3.0, float)
    model = kids()
    assert model(stay=value).parameters["stay"].value == 3.0
    assert model().with_start(kids=value).starting == {"kids": 3.0}
    assert Parameter("a", value).value == 3.0
    assert Prior("normal", value, value).second == 3.0
    assert Series((value,), (value,), held=False).values == (3.0,)
    assert Aux("Thrice", P.stay * value).expression.children[1].literal == 3
    assert table(P.stay / P.stay, [(0, value), (value, 1)]).points == ((0.0, 3.0), (3.0, 1.0))


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused_in_a_sentence(value):
    assert real(value) is None
    refusals = [
        (ParameterError, lambda: kids()(stay=value)),
        (ModelError, lambda: kids()().with_start(kids=value)),
        (ParameterError, lambda: Parameter("a", value)),
        (ParameterError, lambda: Parameters.of(a=(value, "1"))),
        (ParameterError, lambda: Prior("normal", value, 1)),
        (ParameterError, lambda: Series((1.0,), (value,), held=False)),
        (ModelError, lambda: Aux("A", value)),
        (ModelError, lambda: table(P.stay / P.stay, [(0, 1), (1, value)])),
    ]
    for kind, refused in refusals:
        with pytest.raises(kind) as caught:
            refused()
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_a_number_that_is_none_is_refused_before_any_run(value):
    assert finite(value) is None
    for kind, refused in (
        (ParameterError, lambda: kids()(stay=value)),
        (ParameterError, lambda: Parameter("a", value)),
        (ModelError, lambda: P.rate * value),
        (ModelError, lambda: kids()().with_start(kids=value)),
        (ParameterError, lambda: cs.Draws({"stay": [1.0, value]}, "by hand", 0)),
    ):
        with pytest.raises(kind, match="finite"):
            refused()


@given(st.one_of(st.none(), st.booleans(), st.text(), st.binary(), st.complex_numbers(),
                 st.lists(st.integers()), st.dates(), st.dictionaries(st.text(), st.integers()),
                 st.floats(allow_nan=True), st.integers()))  # fmt: skip
def test_a_parameter_takes_a_finite_number_or_says_what_came(value):
    if finite(value) is None:
        with pytest.raises(ParameterError, match="'a'"):
            Parameter("a", value)
    else:
        assert Parameter("a", value).value == float(value)


# Quantiles


NO_QUANTILES = [50, -1, 1.01, math.nan, "0.5", "", None, [], [0.5, 0.5], [50], ["a"], True, [None],
                {0.5: 1}, np.array([[0.5]]), ()]  # fmt: skip


@pytest.mark.parametrize("value", NO_QUANTILES, ids=repr)
def test_what_is_no_quantile_is_refused(value):
    with pytest.raises(cs.RunError, match="share from 0 to 1"):
        quantiles_of(value)
    run = cs.run(kids()(), until="2012-03-31")
    with pytest.raises(cs.RunError, match="share from 0 to 1"):
        run.annual(value)


@pytest.mark.parametrize("value", [(0.1, 0.9), np.array([0.1, 0.9]), pd.Series([0.1, 0.9])])
def test_quantiles_of_a_library_are_those_of_a_list(value):
    draws = cs.Draws({"stay": range(1, 9)}, "by hand", 0)
    run = cs.run(kids()(), until="2012-03-31", draws=draws)
    assert run.annual(value).equals(run.annual([0.1, 0.9]))
    assert run.annual(np.float32(0.5)).equals(run.annual(0.5))


# Price years, bounds, priors, shares


@pytest.mark.parametrize(("text", "meant"), [
    ("2019/20", "2019-20"), ("2019-2020", "2019-20"), ("2019–20", "2019-20"), ("2019", "2019-20"),
    ("FY2019-20", "2019-20"), ("2016/17", "2016-17"), ("2019-20\n", "2019-20"), (2019, "2019-20"),
    (None, "2019-20"), ("cash", "2019-20"), ("2019-21", "2019-20"), ("٢٠١٩-٢٠", "2019-20"),
])  # fmt: skip
def test_a_price_year_is_a_financial_year(text, meant, tmp_path):
    with pytest.raises(ParameterError, match=f"is not a financial year; write it as '{meant}'"):
        Parameters(dict(P), text)
    with pytest.raises(CaresimError, match=f"write it as '{meant}'"):
        year_end(text)
    if isinstance(text, str):
        file = tmp_path / "mine.toml"
        told = text.replace("\n", "\\n")
        file.write_text(f'price_year = "{told}"\n[a]\nmeaning = "A"\nunit = "1"\nvalue = 1\n'
                        'role = "fixed"\nsource = "made up"\n', encoding="utf-8")  # fmt: skip
        with pytest.raises(ParameterError, match=rf"mine\.toml.*write it as '{meant}'"):
            Parameters.read(file)


APART = {
    "uniform above": Prior("uniform", 10, 20),
    "uniform below": Prior("uniform", -20, -10),
    "uniform that touches": Prior("uniform", 6, 7),
    "normal far above": Prior("normal", 100, 1),
    "lognormal far above": Prior("lognormal", 1000, 1.5),
    "normal far below": Prior("normal", -100, 1),
}


@pytest.mark.parametrize("case", APART)
def test_a_prior_outside_the_bounds_is_refused(case):
    with pytest.raises(ParameterError, match=r"'r': the prior .* lies outside the bounds \[0, 6\]"):
        Parameter("r", 5.0, bounds=(0.0, 6.0), prior=APART[case])


def test_a_prior_outside_the_bounds_is_refused_in_a_file(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('[r]\nmeaning = "R"\nunit = "1"\nrole = "estimated"\nvalue = 5\n'
                    "bounds = [0, 6]\nprior = { uniform = { low = 10, high = 20 } }\n",
                    encoding="utf-8")  # fmt: skip
    with pytest.raises(ParameterError, match=r"mine\.toml, \[r\]: 'r': the prior uniform"):
        Parameters.read(file)


@pytest.mark.parametrize(
    "prior", [Prior("uniform", 5, 20), Prior("normal", 7, 1), Prior("lognormal", 3, 2)]
)
def test_a_prior_that_the_bounds_cut_is_taken(prior):
    assert Parameter("r", 5.0, bounds=(0.0, 6.0), prior=prior).prior == prior


NO_BOUNDS = [(6, 0), (1, 1), (math.nan, 1), (0,), (0, 1, 2), "01", 5, (None, 1), ("0", "1"), {0: 1},
             (True, False)]  # fmt: skip


@pytest.mark.parametrize("bounds", NO_BOUNDS, ids=repr)
def test_bounds_are_a_low_and_a_high(bounds):
    with pytest.raises(ParameterError, match=r"'a': 'bounds' is \(low, high\)"):
        Parameter("a", 0.5, bounds=bounds)


SHARES = {
    "by its meaning": {"name": "a", "meaning": "Share of children who stay"},
    "by its name": {"name": "stay_share", "meaning": "Of children who may stay, those who do"},
    "by its bounds": {"name": "a", "bounds": (0.0, 1.0)},
}


@pytest.mark.parametrize("case", SHARES)
@pytest.mark.parametrize("wrong", [1.2, -0.1, 50.0])
def test_a_share_is_from_0_to_1_also_where_it_is_dated(case, wrong):
    series = Series((2010.0, 2011.0), (0.5, wrong), held=False)
    for value in (wrong, series):
        with pytest.raises(ParameterError, match=r"no share|outside its bounds"):
            Parameter(value=value, **SHARES[case])
    assert Parameter(value=Series((2010.0,), (0.5,), held=True), **SHARES[case]).is_dated


def test_a_dated_share_in_a_csv_file_is_held_to_0_and_1(tmp_path):
    (tmp_path / "paths.csv").write_text(
        "series,year,value\nstay,2010-11,0.5\nstay,2011-12,1.5\n", encoding="utf-8"
    )
    (tmp_path / "mine.toml").write_text(
        '[stay]\nmeaning = "Share of children who stay"\nunit = "1"\nrole = "fixed"\n'
        'source = "made up"\nfrom = "paths.csv"\n', encoding="utf-8"
    )  # fmt: skip
    with pytest.raises(ParameterError, match=r"'stay' = 1\.5 is no share"):
        Parameters.read(tmp_path / "mine.toml")


@pytest.mark.parametrize("given", [
    {"name": "poverty_elasticity", "meaning": "Share of a rise, as an elasticity"},
    {"name": "a", "meaning": "Share of the budget, in %"},
    {"name": "a", "meaning": "Share of staff, as a multiple of 2019-20"},
    {"name": "a", "meaning": "Share of the need that is met", "bounds": (0.0, 5.0)},
    {"name": "a", "meaning": "Share of a year", "unit": "year"},
])  # fmt: skip
def test_what_is_called_a_share_and_is_none_may_be_above_1(given):
    assert Parameter(value=2.0, **given).value == 2.0


# Dimensions


@pytest.mark.parametrize(
    "elements",
    [
        [2020, 2021],
        range(2020, 2022),
        np.array([2020, 2021]),
        pd.Index([2020, 2021]),
        ["2020", 2021],
    ],
)
def test_whole_numbers_name_elements(elements):
    cohort = Dimension("Cohort", elements)
    assert cohort.elements == ("2020", "2021")
    stock = Stock("Kids", "child", 0, over=cohort)
    stock.__set_name__(None, "kids")
    assert stock[2020] is stock["2020"] is stock[np.int64(2020)]
    assert [part.name for part in stock.scalars] == ["kids_2020", "kids_2021"]


@pytest.mark.parametrize("elements", [[0.5], [None], [True], [b"a"], {"a", "b"}, "ab", 5, None, [],
                                      {"a": 1}, [["a"]], [math.nan], [""]])  # fmt: skip
def test_other_elements_are_refused(elements):
    with pytest.raises(ModelError):
        Dimension("Cohort", elements)


# Figures


@pytest.mark.parametrize("change", [
    {"value": "5"}, {"value": None}, {"tolerance": "a"}, {"first_published": "x"}, {"series": 5},
    {"year": "2013"}, {"year": None}, {"unit": None}, {"kind": 3},
])  # fmt: skip
def test_a_figure_made_in_python_is_of_its_kinds(change):
    given = {"series": "kids", "year": "2013-14", "value": 5, "unit": "child", "kind": "stock",
             "price_base": "", "status": "final", "release": "r", "address": "a"}  # fmt: skip
    assert Observation(**given).value == 5.0
    with pytest.raises(CaresimError):
        Observation(**{**given, **change})


@pytest.mark.parametrize("given", [None, 5, "a", [5], pd.DataFrame({"a": [1]}), {"a": 1}])
def test_figures_are_a_list_of_them(given):
    with pytest.raises(CaresimError, match="figures are a list of Observation"):
        Observed(given)


# Python's own protocols


def test_names_of_parameters_are_found_as_python_finds_attributes():
    assert hasattr(P, "stay")
    assert not hasattr(P, "stai")
    assert getattr(P, "stai", None) is None
    assert {"rate", "stay", "read", "replaced"} <= set(dir(P))
    with pytest.raises(ParameterError, match=r"^no parameter 'stai'; did you mean 'stay'"):
        P.stai  # noqa: B018
    with pytest.raises(KeyError):
        P["stai"]
    assert P.get("stai", 3) == 3
    assert "stai" not in P
    age = Dimension("Age", ["0–9", "10–17"])
    by_age = Parameters.of(dimensions=age, pay={"0–9": 1.0, "10–17": 2.0}, left={"0–9": 1.0})
    assert "pay" in dir(by_age)
    assert hasattr(by_age, "pay")
    assert not hasattr(by_age, "left"), "there is none for each age"


def nouns():
    model = kids()()
    run = cs.run(model, until="2012-03-31")
    figure = Observation("kids", "2013-14", 5.0, "child", "stock", "", "final", "r", "a")
    return {
        "Parameters": P,
        "Parameter": P["stay"],
        "Prior": Prior("normal", 1.0, 0.1),
        "Series": Series((2010.0,), (1.0,), held=True),
        "Dimension": Dimension("Age", ["0–9"]),
        "Period": Period("2010-03-31", "2011-03-31", "A cause"),
        "Model": model,
        "Run": run,
        "Draws": cs.Draws({"stay": [1.0, 2.0]}, "by hand", 0),
        "Scenario": cs.Scenario("Half"),
        "Change": cs.Change("stay", "set", 1.0, "2010-04-01"),
        "Observed": Observed((figure,)),
        "Observation": figure,
        "Notice": cs.Notice("bounds", "a", "b"),
    }


@pytest.mark.parametrize("name", nouns())
def test_a_noun_is_shown_copied_and_looked_into_and_takes_no_new_attribute(name):
    thing = nouns()[name]
    assert repr(thing)
    assert bool(thing)
    assert dir(thing)
    assert vars(thing) is not None
    assert not hasattr(thing, "no_such_thing")
    assert repr(copy.copy(thing)) == repr(copy.deepcopy(thing)) == repr(thing)
    with pytest.raises((AttributeError, CaresimError)):
        thing.no_such_thing = 1
    for field in dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ():
        with pytest.raises(AttributeError):
            setattr(thing, field.name, None)


@pytest.mark.parametrize("name", sorted({*nouns()} - {"Model", "Run"}))
def test_a_noun_is_pickled(name):
    thing = nouns()[name]
    assert repr(pickle.loads(pickle.dumps(thing))) == repr(thing)  # noqa: S301


def test_what_holds_things_by_name_goes_through_their_names():
    found = nouns()
    assert list(found["Run"]) == ["kids", "come", "go"]
    assert "kids" in found["Run"]
    assert "girls" not in found["Run"]
    assert 5 not in found["Run"]
    assert list(found["Observed"]) == ["kids"]
    assert len(found["Observed"]) == 1
    assert list(P) == ["rate", "stay"]


@pytest.mark.parametrize("name", [None, 5, [], {}, 1.5, b"kids", np.array(["kids"]), pd.NA, ()])
def test_what_is_no_name_of_a_quantity_or_series_is_refused(name):
    found = nouns()
    run, observed, model = found["Run"], found["Observed"], found["Model"]
    for look in (run.values, run.yearly, run.__getitem__, run.unit_text, observed.__getitem__,
                 observed.points, model.variable, model.names_of, P.__getitem__):  # fmt: skip
        with pytest.raises(CaresimError):
            look(name)


def test_a_path_is_taken_from_whatever_has_one(tmp_path):
    class Place:
        def __init__(self, path):
            self.path = path

        def __fspath__(self):
            return str(self.path)

    file = tmp_path / "mine.toml"
    file.write_text('[a]\nmeaning = "A"\nunit = "1"\nvalue = 1\nrole = "fixed"\n'
                    'source = "made up"\n', encoding="utf-8")  # fmt: skip
    for way in (file, str(file), np.str_(file), Place(file)):
        assert Parameters.read(way)["a"].value == 1.0
    for wrong in (None, "", 5, ["a"], b"a", "\0", Path, object()):
        with pytest.raises(ParameterError, match="a file of parameters is the path of a TOML file"):
            Parameters.read(wrong)
