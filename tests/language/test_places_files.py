"""Files of the places that a model is made of: what is read, and how each fault is told."""

import math

import pytest

from caresim.language import ModelError, ParameterError
from caresim.language.parameters import Parameter, Series
from caresim.language.part import scaled_entry
from caresim.language.parts import read_parts, size_power
from caresim.language.place_figures import read_areas, read_figures
from caresim.language.priors import Prior

DECLARED = """\
called = "parish"
several = "parishes"
whole = "Norland"
areas = "areas.csv"
figures = "figures.csv"
population = "population.csv"
breaks = "breaks.csv"
covariate = "rain"
apart = ["arrivals"]
core = ["cats"]

[sizes.people]
called = "people"
series = ["population"]
dated = ["people"]

[sizes.cats]
called = "cats"
series = ["cats", "dogs"]
start = ["cats_0"]
policy = ["more_cats"]

[lines.share_of_cats]
part = "cats"
of = ["cats", "dogs"]

[levels.local_cats]
called = "cats that come"
breaks = ["cats"]

[costs.food]
spend = "dogs"
quantity = "food_spend"
parameters = ["cost_per_cat"]

[starts]
cats = ["cats_0"]

[series]
arrivals = "cats"

[spending]
food_spend = ["dogs"]

[refused]
P3 = "it is an island"
"""
FILES = {
    "parts.toml": DECLARED,
    "areas.csv": (
        "code,name,dfe_code,first_year,last_year,predecessors,successors,other_codes,rain\n"
        "P1,Northtown,101,2009-10,,,,,0.5\n"
        "P2,Southtown,102,2019-20,,P4;P5,,902;903,\n"
        "P3,The Isle,103,2009-10,,,,,0.1\n"
    ),
    "figures.csv": (
        "area,series,2018-19,2019-20\nP1,cats,10,12\nP1,dogs,,7\nP2,cats,x,4.5\nP3,cats,x,x\n"
    ),
    "population.csv": "area,2018,2019,2020\nP1,100,110,120\nP2,50,,60\n",
    "breaks.csv": "area,series,year,before,after,reason\nP1,cats,2019-20,1,2,moved\n",
}


@pytest.fixture
def read(tmp_path):
    """Return a reader of the files, with a text in one of them exchanged or the file left out."""

    def reading(file=None, old=None, new=""):
        for name, text in FILES.items():
            if name == file and old is None:
                continue
            if name == file:
                assert text.count(old) == 1, f"{old!r} is not once in {name}"
                text = text.replace(old, new)  # noqa: PLW2901
            (tmp_path / name).write_text(text, encoding="utf-8")
        return read_parts(tmp_path / "parts.toml")

    return reading


def test_figures_are_read_by_place_series_and_year(read):
    figures = read().figures
    assert figures.of("P1", "cats") == {"2018-19": 10.0, "2019-20": 12.0}
    assert figures.of("P1", "dogs") == {"2019-20": 7.0}, "an empty cell is no figure"
    assert figures.of("P2", "cats") == {"2019-20": 4.5}, "a suppressed cell is no figure"
    assert figures.suppressed == {
        ("P2", "cats", "2018-19"),
        ("P3", "cats", "2018-19"),
        ("P3", "cats", "2019-20"),
    }
    assert figures.of("P3", "cats") == figures.of("P9", "cats") == figures.of("P1", "no") == {}


def test_people_at_the_middle_of_a_year_are_those_of_the_financial_year_that_begins_in_it(read):
    assert read().figures.of("P1", "population") == {
        "2018-19": 100.0,
        "2019-20": 110.0,
        "2020-21": 120.0,
    }


def test_totals_are_sums_of_what_is_known(read):
    figures = read().figures
    assert figures.total("cats") == {"2018-19": 10.0, "2019-20": 16.5}
    assert figures.total("none such") == {}


def test_figures_to_a_year_hold_nothing_after_it(read):
    early = read().figures.until("2018-19")
    assert early.of("P1", "cats") == {"2018-19": 10.0}
    assert early.of("P1", "population") == {"2018-19": 100.0}
    assert early.suppressed == {("P2", "cats", "2018-19"), ("P3", "cats", "2018-19")}


def test_places_have_numbers_years_and_facts(read):
    north, south, _ = read().areas
    assert south.numbers == ("102", "902", "903")
    assert south.before == ("P4", "P5")
    assert (south.first_year, south.last_year) == ("2019-20", "")
    assert north.fact("rain") == 0.5
    assert math.isnan(south.fact("rain")), "an empty fact is none"
    assert math.isnan(south.fact("snow")), "nor is one without a column"


def test_a_fact_that_is_no_number_is_refused_as_one(read):
    parts = read("areas.csv", "0.5", "wet")
    with pytest.raises(ModelError, match="'rain' of Northtown is 'wet', and no number"):
        parts.areas[0].fact("rain")


def test_breaks_are_read(read):
    assert read().breaks == {("P1", "cats", "2019-20")}


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(read, name):
    with pytest.raises(ModelError, match=f"{name} does not exist"):
        read(name)


FAULTS = [  # file, text, what stands there instead, what is said
    ("figures.csv", "10,12", "1o,12", "figures.csv, row 2, column '2018-19': a number is needed"),
    ("figures.csv", "10,12", "inf,12", "row 2, column '2018-19': a number is needed, not 'inf'"),
    ("figures.csv", "P1,dogs,,7", "P1,dogs,7", "figures.csv, row 3: 3 cells below a heading of 4"),
    ("figures.csv", "P1,dogs", "P1,cats", "row 3, column 'area': P1 cats stands twice"),
    ("figures.csv", "area,series,", "place,series,", "figures.csv: the column 'area' is missing"),
    ("figures.csv", "2018-19", "2018-20", "figures.csv, column '2018-20': '2018-20' is not a fin"),
    ("figures.csv", "P1,dogs", "P9,dogs", "there is no place 'P9'"),
    ("population.csv", "100", "x", "population.csv, row 2, column '2018': a number is needed"),
    ("population.csv", "2018", "2o18", "population.csv, column '2o18'"),
    ("population.csv", "P2", "P1", "population.csv, row 3, column 'area': P1 stands twice"),
    ("areas.csv", "dfe_code", "number", "areas.csv: the column 'dfe_code' is missing"),
    ("areas.csv", "P2,South", "P1,South", "areas.csv, row 3, column 'code': P1 stands twice"),
    ("areas.csv", "Southtown", "", "areas.csv, row 3, column 'name': a text is needed"),
    ("areas.csv", "2019-20", "2019", "areas.csv, row 3, column 'first_year': '2019' is not a fin"),
    ("breaks.csv", "2019-20", "2019", "breaks.csv, row 2, column 'year': '2019' is not a fin"),
    ("breaks.csv", "area", "place", "breaks.csv: the column 'area' is missing"),
    ("parts.toml", 'called = "parish"', 'caled = "parish"', "unknown key 'caled'; did you mean"),
    ("parts.toml", 'called = "people"', "", "[sizes.people]: 'called' is missing; add it"),
    ("parts.toml", 'series = ["population"]', "", "[sizes.people]: 'series' is missing; add it"),
    ("parts.toml", '["population"]', '"population"', "'series' is 'population'; write a list"),
    ("parts.toml", '["population"]', '["popullation"]', "did you mean 'population'?"),
    ("parts.toml", "dated = [", "datd = [", "[sizes.people]: unknown key 'datd'; did you mean"),
    ("parts.toml", "[refused]\nP3", "[refused]\nP8", "there is no place 'P8'"),
    ("parts.toml", 'part = "cats"', "part = 3", "[lines.share_of_cats]: 'part' is 3; write a text"),
    ("parts.toml", '[starts]\ncats = ["cats_0"]', "", "'starts' is None; write it as a table [st"),
    ("parts.toml", '[starts]\ncats = ["cats_0"]', "[starts]\ncats = 3", "[starts]: 'cats' is 3"),
    ("parts.toml", 'apart = ["arrivals"]', 'apart = ["cats"]', "'cats' is apart and none of the"),
    ("parts.toml", 'core = ["cats"]', 'core = "cats"', "'core' is 'cats'; write a list of names"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), FAULTS)
def test_a_fault_says_where_it_is_and_what_it_is(read, file, old, new, said):
    with pytest.raises(ModelError) as told:
        read(file, old, new)
    assert said in str(told.value), f"{str(told.value)!r} does not say {said!r}"


def test_all_faults_of_a_file_are_told_at_once(tmp_path, read):
    read()
    (tmp_path / "bad.csv").write_text("area,series,2018-19\nP1,a,?\nP2,a,b\nP3,a\n", "utf-8")
    with pytest.raises(ModelError, match="3 faults"):
        read_figures(tmp_path / "bad.csv", tmp_path / "population.csv")


def test_a_row_that_cannot_be_read_is_not_left_out_in_silence(tmp_path):
    (tmp_path / "areas.csv").write_text(FILES["areas.csv"] + "P4,Lost\n", encoding="utf-8")
    with pytest.raises(ModelError, match="row 5: 2 cells below a heading of 9"):
        read_areas(tmp_path / "areas.csv")


@pytest.mark.parametrize(
    ("unit", "power"),
    [
        ("child", 1),
        ("child/year", 1),
        ("GBP/year", 1),
        ("1/year", 0),
        ("1", 0),
        ("year", 0),
        ("GBP/child/year", 0),
        ("worker", 1),
        ("1/child", -1),
        ("child*child", 2),
    ],
)
def test_how_a_number_grows_with_a_place_follows_from_its_unit(unit, power):
    assert size_power(unit) == power


ENTRY = Parameter("cats_0", 100.0, "cat", "Cats", "estimated", (10, 1000), Prior("normal", 100, 20))


def test_a_number_of_a_place_has_bounds_and_prior_as_large():
    own = scaled_entry(ENTRY, 0.01, 1.0)
    assert (own.value, own.bounds) == (1.0, (0.1, 10.0))
    assert own.prior == Prior("normal", 1.0, 0.2)
    assert (own.name, own.unit, own.role) == (ENTRY.name, ENTRY.unit, ENTRY.role)


def test_a_dated_number_of_a_place_keeps_its_dates():
    series = Series((2019.0, 2020.0), (1.0, 2.0), held=True)
    assert scaled_entry(ENTRY, 0.01, series).value is series


@pytest.mark.parametrize(
    "prior",
    [
        Prior("normal", 5, 2),
        Prior("lognormal", 5, 1.4),
        Prior("uniform", 2, 8),
        Prior("half_normal", 3),
        Prior("half_normal", 3, zero=0.3),
    ],
    ids=str,
)
def test_a_scaled_prior_has_scaled_quantiles(prior):
    shares = [0.05, 0.3, 0.5, 0.9]
    assert prior.scaled(0.02).quantiles(shares) == pytest.approx(0.02 * prior.quantiles(shares))
    assert prior.scaled(0.02).zero == prior.zero


def test_a_prior_of_a_share_has_no_size():
    with pytest.raises(ParameterError, match="is of a share, which is not larger"):
        Prior("beta", 0.3, 0.1).scaled(2)
