"""A vintage: figures, given paths, fitted values, posterior and score, together or not at all."""

import os
import re

import pytest

import caresim as cs
from caresim.language import (
    CaresimError,
    Flow,
    Model,
    ModelError,
    Observed,
    ParameterError,
    Stock,
    Vintage,
    cloud,
)

FILES = {
    "observed.csv": "series,year,value,unit,kind,price_base,status,release,address,tolerance\n"
    "care,2009-10,90,child,stock,,read,Release,example.org,0.01\n"
    "rainfall,2009-10,900,mm,,,read,Release,example.org,\n",
    "given.toml": '[arrivals]\nmeaning = "Arrivals"\nfrom = "drivers.csv"\nunit = "child/year"\n'
    'role = "lever"\nbounds = [0, 99]\nsource = "made up"\n',
    "drivers.csv": "series,year,value\narrivals,2009-10,12\narrivals,2010-11,18\n",
    "fitted.csv": "name,value\nstay_time,2.5\nleaving_rate,0.25\n",
    "posterior.csv": "leaving_rate,stay_time\n0.24,2.4\n0.26,2.6\n",
    "backtest.csv": "given,origin\n",
}
CARE = """
[leaving_rate]
meaning = "Rate of leaving"
unit = "1/year"
role = "estimated"
bounds = [0, 2]
prior = { lognormal = { median = 0.2, spread = 3 } }
[stay_time]
meaning = "Time of a stay"
unit = "year"
role = "estimated"
bounds = [0, 9]
prior = { lognormal = { median = 2, spread = 3 } }
[care_0]
meaning = "In care at the start"
value = 100
unit = "child"
role = "fixed"
source = "made up"
"""


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes the files, some of them changed; None leaves one out."""

    def write(**changes):
        place = tmp_path / "2010"
        place.mkdir()
        for name, text in (FILES | {k.replace("__", "."): v for k, v in changes.items()}).items():
            if text is not None:
                (place / name).write_text(text, encoding="utf-8")
        (tmp_path / "care.toml").write_text(CARE, encoding="utf-8")
        return place

    return write


def model_of(known):
    """Return a model class with a vintage."""
    p = known.parameters(known.folder.parent / "care.toml")

    class Care(Model):
        """Children who come into care and leave it."""

        parameters, vintage = p, known
        start, until = "2009-03-31", "2011-03-31"
        care = Stock("In care", "child", p.care_0)
        come = Flow("Arrived", cloud >> care, p.arrivals)
        left = Flow("Left", care >> cloud, care * p.leaving_rate)
        moved = Flow("Moved", care >> cloud, care / p.stay_time)

    return Care


def test_what_belongs_together_is_read_together(folder):
    vintage = Vintage.read(folder())
    assert vintage.fitted == {"stay_time": 2.5, "leaving_rate": 0.25}
    assert repr(vintage) == "<Vintage 2010: 2 figures, 2 fitted values>"
    p = vintage.parameters(vintage.folder.parent / "care.toml")
    assert list(p) == ["arrivals", "care_0", "stay_time", "leaving_rate"]
    assert p["arrivals"].value.dated() == {"2009-10": 12, "2010-11": 18}


def test_a_model_takes_figures_posterior_and_score_from_its_vintage(folder):
    vintage = Vintage.read(str(folder()))
    care = model_of(vintage)
    assert care.observed is vintage.observed
    assert care.posterior_file == vintage.folder / "posterior.csv"
    assert care.backtest_file == vintage.folder / "backtest.csv"
    drawn = cs.draws(care(), 2, seed=1, given="posterior").columns["leaving_rate"]
    assert sorted(drawn) == [0.24, 0.26]


def test_what_follows_a_model_has_its_vintage_too(folder):
    class Other(model_of(Vintage.read(folder()))):
        """The same with other years."""

        until = "2012-03-31"

    assert Other.observed is Other.vintage.observed


def test_a_part_of_the_vintage_is_not_given_beside_it(folder):
    known = Vintage.read(folder())
    with pytest.raises(ModelError) as caught:

        class Care(Model):
            vintage, observed = known, Observed(())

    assert str(caught.value) == "Care: 'observed' comes with the vintage; leave one of them out"


@pytest.mark.parametrize("name", [name for name in FILES if name != "drivers.csv"])
def test_a_vintage_without_one_of_its_files_is_none(folder, name):
    place = folder(**{name.replace(".", "__"): None})
    with pytest.raises(CaresimError) as caught:
        Vintage.read(place)
    assert str(caught.value) == (
        f"{place} is no vintage: {name} is missing; figures, what is given from outside, fitted "
        "values, posterior and score belong together"
    )


def test_what_is_no_folder_is_no_vintage_and_says_so(tmp_path):
    with pytest.raises(CaresimError, match=r"none is no vintage: it does not exist; name the fold"):
        Vintage.read(tmp_path / "none")
    (tmp_path / "fitted.csv").write_text("name,value\n", encoding="utf-8")
    with pytest.raises(
        CaresimError, match=r"fitted\.csv is no vintage: it is a file; name the fol"
    ):
        Vintage.read(tmp_path / "fitted.csv")
    with pytest.raises(CaresimError, match=r"is no vintage: observed\.csv is missing, and 3 more"):
        Vintage.read(tmp_path)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda path: path.mkdir(), r"is a folder; name one CSV file in it"),
        (lambda path: path.symlink_to("/nowhere/at/all"), r"is a link that leads nowhere"),
        (lambda path: path.symlink_to(path), r"cannot be opened \(Too many levels"),
        (getattr(os, "mkfifo", None), r"is not an ordinary file, but a pipe"),
        (lambda path: path.symlink_to("/dev/zero"), r"is not an ordinary file, but a device"),
        (lambda path: path.write_bytes(b""), r"is empty"),
    ],
    ids=["folder", "dangling", "loop", "pipe", "device", "empty"],
)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="as Unix has files")
def test_a_file_that_is_there_but_none_is_told_as_what_it_is(folder, name, made, reason):
    place = folder(**{name.replace(".", "__"): None})
    made(place / name)
    with pytest.raises(CaresimError, match=f"{re.escape(name)} {reason}") as caught:
        Vintage.read(place)
    assert "missing" not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("posterior.csv", "leaving_rates,stay_time\n1,1\n",
         "posterior.csv has no draws of 'leaving_rate', which fitted.csv has a value for"),
        ("posterior.csv", "stay_time\n1\n",
         "posterior.csv has no draws of 'leaving_rate', which fitted.csv has a value for"),
        ("fitted.csv", "name,value\nstay_time,2\nstay_time,3\n",
         "fitted.csv, row 3, column 'name': a second value for stay_time"),
        ("fitted.csv", "name,value\nstay_time,two\n",
         "fitted.csv, row 2, column 'value': 'two' is not a number"),
        ("fitted.csv", "name\nstay_time\n", "fitted.csv: the column 'value' is missing"),
        ("observed.csv", "series,year\n", "observed.csv: the column 'value' is missing"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_the_vintage(folder, file, text, reason):
    with pytest.raises(CaresimError) as caught:
        Vintage.read(folder(**{file.replace(".", "__"): text}))
    assert str(caught.value).startswith(f"2010/{reason}")


def test_a_file_that_is_no_text_is_refused_with_the_vintage(folder):
    place = folder()
    (place / "fitted.csv").write_bytes(b"\xff\xfename!")
    with pytest.raises(CaresimError, match=r"2010.fitted.csv.*not UTF-16 text"):
        Vintage.read(place)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("leaving_rates", "'leaving_rates' is no parameter; did you mean 'leaving_rate'?"),
        ("care_0", "'care_0' is fixed and takes no fitted value; take its row out"),
    ],
)  # fmt: skip
def test_a_fitted_value_belongs_to_an_estimated_parameter(folder, more, reason):
    fitted = FILES["fitted.csv"] + f"{more},1\n"
    posterior = f"leaving_rate,stay_time,{more}\n1,1,1\n"
    vintage = Vintage.read(folder(fitted__csv=fitted, posterior__csv=posterior))
    with pytest.raises(CaresimError) as caught:
        vintage.parameters(vintage.folder.parent / "care.toml")
    assert str(caught.value) == f"2010/fitted.csv: {reason}"


def test_an_estimated_parameter_has_a_fitted_value(folder):
    vintage = Vintage.read(folder(fitted__csv="name,value\nstay_time,2\n",
                                  posterior__csv="stay_time\n1\n"))  # fmt: skip
    with pytest.raises(ParameterError) as caught:
        vintage.parameters(vintage.folder.parent / "care.toml")
    assert str(caught.value) == (
        "care.toml, [leaving_rate]: 'leaving_rate' is estimated and needs a fitted value or a "
        "'value' of its own"
    )


def test_a_figure_to_fit_is_of_a_quantity_of_the_model(folder):
    figures = FILES["observed.csv"].replace("care,", "cares,")
    vintage = Vintage.read(folder(observed__csv=figures))
    with pytest.raises(CaresimError) as caught:
        model_of(vintage)
    assert str(caught.value) == (
        "2010/observed.csv, cares 2009-10: Care has no quantity of this name; did you mean 'care'?"
    )


def test_a_figure_of_the_weather_says_what_to_do(folder):
    figures = FILES["observed.csv"].replace("org,\n", "org,0.1\n")
    vintage = Vintage.read(folder(observed__csv=figures))
    with pytest.raises(CaresimError, match=r"rainfall 2009-10: .*; leave its tolerance empty"):
        model_of(vintage)
