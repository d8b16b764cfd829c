"""A model with a vintage of its own: what is written of a fit is loaded whole, or refused."""

import hashlib
import json
from dataclasses import replace

import pytest

from caresim.language import (
    CaresimError,
    Flow,
    Model,
    ModelError,
    Observed,
    Parameter,
    ParameterError,
    Parameters,
    Prior,
    Series,
    Stock,
    Vintage,
    cloud,
)
from caresim.language.dates import end_of, parse_date
from caresim.language.fingerprints import fingerprint
from caresim.language.observed import Observation
from caresim.language.published import published
from caresim.language.vintage_files import observed_text, vintage_files

DAYS = tuple(end_of(parse_date(day)) for day in ("2009-06-30", "2010-02-28", "2014-03-31"))
PATH = Series(DAYS, (10.0, 1 / 3, 1e-17), held=False)
QUARTERS = Series((2009.3, 2010.7), (1.0, 2.0), held=False)
BY_YEAR = Series((2009.0, 2010.0), (0.1 + 0.2, 3.0), held=True)
WIDE = Prior("lognormal", 0.2, 3)


def estimated(name, value):
    return Parameter(name, value, "1/year", "", "estimated", (0, 2), WIDE)


p = Parameters({
    "care_0": Parameter("care_0", 100.0, "child", "At the start", source="made up"),
    "arrivals": Parameter("arrivals", BY_YEAR, "child/year", "Arrive", "lever", (0, 99), source="x",
                          continues="growth", assumed_from="2011-03-31"),
    "share": Parameter("share", PATH, "1", 'A share, with "quotes"', source="made up"),
    "help": Parameter("help", 0.5, "1", "Help", "effect", (0, 1), Prior("normal", 0.5, 0.1),
                      "a study", vintages=(("2009-10", 0.4), ("2010-11", 0.5))),
    "rule": Parameter("rule", 1.0, "1", "Rule", "lever", (0, 1), choices=(("off", 0), ("on", 1)),
                      source="made up"),
    "fee": Parameter("fee", 7.0, "GBP/child", "Fee", "cost", (0, 99), source="made up"),
    "leaving_rate": estimated("leaving_rate", 0.2),
    "return_rate": estimated("return_rate", 0.1),
}, price_year="2019-20")  # fmt: skip


class Care(Model):
    """Children who come into care and leave it."""

    parameters = p
    start, until = "2009-03-31", "2014-03-31"
    care = Stock("In care", "child", p.care_0)
    come = Flow("Arrived", cloud >> care, p.arrivals * p.share * p.rule)
    left = Flow("Left", care >> cloud, care * p.leaving_rate * (1 - p.help))
    back = Flow("Back", cloud >> care, care * p.return_rate * p.fee / p.fee)


def figure(series="care", year="2009-10", value=90.0, **more):
    texts = ("child", "stock", "", "read", "Release", "example.org")
    return Observation(series, year, value, *texts, **{"tolerance": 0.01, **more})


FIGURES = Observed((
    figure(value=0.1 + 0.2, definition='In care, "as counted"', note="a; b, c\u00a0d"),
    figure(year="2010-11", first_published=88.0),
    figure("rainfall", value=1e-9, tolerance=0.0),
))  # fmt: skip
FITTED = {"leaving_rate": 0.1 + 0.2, "return_rate": 0.123456}
POSTERIOR = "leaving_rate,return_rate\n0.3,0.1\n0.31,0.12\n"
SCORE = "given,origin,horizon\n"


def fitted_to(model, figures=FIGURES):
    return model.with_numbers(model.parameters.replaced(FITTED)).with_figures(figures)


def record_of(files, model=Care):
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    told = {"written_by": "caresim 0.1.0", "equations": fingerprint(model), "digests": digests}
    return json.dumps(told)


@pytest.fixture
def written(tmp_path):
    """Return a function that writes the vintage of a model, some files changed or left out."""

    def write(model=None, changes=None, record=None, posterior=POSTERIOR, score=SCORE):
        place = tmp_path / "fit"
        place.mkdir()
        files = vintage_files(fitted_to(model or Care()), FIGURES, FITTED, posterior, score)
        files["fit.json"] = record_of(files) if record is None else record
        for name, text in {**files, **(changes or {})}.items():
            if text is not None:
                (place / name).write_text(text, encoding="utf-8", newline="")
        return place

    return write


def entries_of(model):
    return dict(model.parameters), model.parameters.price_year


# What is written is what is read


@pytest.mark.parametrize(
    "model",
    [
        Care(),
        Care(care_0=1 / 3),
        Care().with_numbers(p.with_entries({"arrivals": replace(p["arrivals"], value=PATH)})),
        Care().with_numbers(p.with_entries({
            "return_rate": replace(p["return_rate"], bounds=(0, 1), note="narrower")})),
        Care().with_numbers(replace(p, price_year="2022-23")),
        Care().with_numbers(p.with_entries({"care_0": replace(p["care_0"], value=BY_YEAR)})),
    ],
    ids=["as it is", "a value", "a path", "a bound", "prices of another year", "dated by hand"],
)  # fmt: skip
def test_a_model_with_the_vintage_has_each_number_to_the_last_bit(written, model):
    loaded = Care(vintage=written(model))
    assert entries_of(loaded) == entries_of(fitted_to(model))
    assert list(loaded.parameters) == list(model.parameters)
    assert loaded.observed.observations == FIGURES.observations
    assert loaded.set_by_caller == ()


def test_a_vintage_is_given_by_its_folder_as_a_text_or_a_path_or_as_read(written):
    place = written()
    for given in (str(place), f"{place}/", place, Vintage.read(place)):
        assert entries_of(Care(vintage=given)) == entries_of(fitted_to(Care()))


def test_values_are_set_on_top_of_the_vintage(written):
    loaded = Care(vintage=written(), care_0=5.0)
    assert loaded.parameters["care_0"].value == 5.0
    assert loaded.parameters["leaving_rate"].value == FITTED["leaving_rate"]
    assert loaded.set_by_caller == ("care_0",)
    assert published(loaded).figures is None
    assert published(loaded).name == "Care, vintage fit, changed"


def test_all_models_made_of_it_keep_the_vintage(written):
    loaded = Care(vintage=written())
    for made in (loaded.with_values(care_0=5.0), loaded.with_start(care=5.0),
                 loaded.with_numbers(loaded.parameters)):  # fmt: skip
        assert made.vintage is loaded.vintage
        assert made.posterior_file == loaded.posterior_file
        assert made.observed is loaded.observed
    assert Care().vintage is None, "the class stays as it is"


def test_what_the_caller_of_the_fit_set_is_drawn_no_more(written):
    loaded = Care(vintage=written(Care(help=0.5)))
    assert loaded.parameters["help"].value == 0.5
    assert loaded.parameters["help"].prior is None


def test_the_vintage_is_said_and_shows_its_own(written):
    own = published(Care(vintage=written()))
    assert own.changes == ("vintage fit",)
    assert own.figures.observations == FIGURES.observations
    assert own.score_file.name == "backtest.csv"
    assert repr(Care(vintage=own.score_file.parent)).startswith("<Care; vintage fit: 1 stocks")


@pytest.mark.parametrize(("posterior", "score"), [("", SCORE), (POSTERIOR, ""), ("", "")])
def test_a_fit_without_draws_or_score_has_none_of_its_own(written, posterior, score):
    loaded = Care(vintage=written(posterior=posterior, score=score))
    assert (loaded.posterior_file is None) == (not posterior)
    assert (loaded.backtest_file is None) == (not score)
    assert (published(loaded).score_file is None) == (not score)


def test_figures_are_written_as_they_are_read(tmp_path):
    path = tmp_path / "observed.csv"
    path.write_text(observed_text(FIGURES), encoding="utf-8")
    assert Observed.read(path).observations == FIGURES.observations


def test_a_text_of_several_lines_is_written_on_one(tmp_path):
    path = tmp_path / "observed.csv"
    path.write_text(observed_text(Observed((figure(note="one\ntwo"),))), encoding="utf-8")
    assert Observed.read(path).observations[0].note == "one two"


def test_levels_that_are_given_cannot_be_written():
    with pytest.raises(CaresimError, match="Care starts at levels that with_start gave"):
        vintage_files(fitted_to(Care().with_start(care=3.0)), FIGURES, FITTED)


def test_times_within_a_day_cannot_be_written():
    odd = Series((2009.0003, 2010.0), (1.0, 2.0), held=False)
    model = Care().with_numbers(p.with_entries({"share": replace(p["share"], value=odd)}))
    with pytest.raises(CaresimError, match="'share' has values at times within a day"):
        vintage_files(fitted_to(model), FIGURES, FITTED)


def test_roles_may_be_others_than_in_the_class(tmp_path):
    entries = {
        "return_rate": replace(p["return_rate"], role="fixed", prior=None, source="a study"),
        "share": replace(estimated("share", 0.5), unit="1", meaning="A share"),
    }
    model, found = Care().with_numbers(p.with_entries(entries)), {"leaving_rate": 0.3, "share": 0.4}
    fitted = model.with_numbers(model.parameters.replaced(found)).with_figures(FIGURES)
    posterior = "leaving_rate,share\n0.3,0.4\n"
    for name, text in vintage_files(fitted, FIGURES, found, posterior, SCORE).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = Care(vintage=tmp_path)
    assert entries_of(loaded) == entries_of(fitted)
    assert loaded.parameters.estimated() == ("share", "leaving_rate")


def test_the_posterior_is_found_from_another_working_folder(written, monkeypatch):
    place = written()
    monkeypatch.chdir(place.parent)
    loaded = Care(vintage="fit")
    monkeypatch.chdir(place)
    assert loaded.posterior_file.read_text(encoding="utf-8") == POSTERIOR


def test_a_path_that_no_file_holds_is_left_to_the_class_where_it_has_it_so(tmp_path):
    class Odd(Model):
        """A path at quarters of a year, as Python may give it."""

        parameters = q = Parameters({
            "road": replace(p["share"], name="road", value=QUARTERS),
            "leaving_rate": p["leaving_rate"], "return_rate": p["return_rate"],
        })  # fmt: skip
        care = Stock("In care", "child", 0)
        left = Flow("Left", care >> cloud, care * q.road * (q.leaving_rate + q.return_rate))

    for name, text in vintage_files(fitted_to(Odd()), FIGURES, FITTED, POSTERIOR, SCORE).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert entries_of(Odd(vintage=tmp_path)) == entries_of(fitted_to(Odd()))


# What is refused


def refused(vintage, model=Care):
    with pytest.raises(CaresimError) as caught:
        model(vintage=vintage)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "name", ["observed.csv", "given.toml", "fitted.csv", "posterior.csv", "backtest.csv"]
)
def test_a_file_that_is_missing_is_named(written, name):
    assert f"is no vintage: {name} is missing" in refused(written(changes={name: None}))


def test_a_table_of_paths_that_is_missing_is_named(written):
    assert "fit/given.csv does not exist" in refused(written(changes={"given.csv": None}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("posterior.csv", POSTERIOR.replace("0.31", "0.41")),
        ("observed.csv", observed_text(Observed((figure(),)))),
        ("fitted.csv", "name,value\nleaving_rate,0.4\nreturn_rate,0.1\n"),
        ("backtest.csv", "given,origin,horizon\nrule,2009-10,1\n"),
        ("given.csv", "series,year,value\n"),
        ("given.toml", "# another one\n"),
    ],
)
def test_a_file_of_another_fit_is_refused(written, name, text):
    message = refused(written(changes={name: text}))
    assert f"is no vintage: {name} is not as its fit wrote it (fit.json)" in message
    assert "calibrate again" in message


def test_a_file_that_the_fit_did_not_write_is_refused(written):
    place = written(posterior="", changes={"posterior.csv": POSTERIOR})
    assert "posterior.csv is not of the fit that fit.json tells of" in refused(place)


def test_line_ends_of_another_system_are_no_change(written):
    place = written()
    for name in ("posterior.csv", "fitted.csv", "observed.csv"):
        data = (place / name).read_bytes().replace(b"\n", b"\r\n")
        (place / name).write_bytes(data)
    assert Care(vintage=place).parameters["return_rate"].value == FITTED["return_rate"]


@pytest.mark.parametrize("text", ["{", '{"written_by": "caresim 0.1.0"}', "[1]", "5",
                                  '{"written_by": "caresim 0.1.0", "digests": 3}'])  # fmt: skip
def test_a_record_that_cannot_be_read_is_refused(written, text):
    assert "fit.json cannot be read as the record of a fit" in refused(written(record=text))


def test_the_record_of_another_program_says_nothing(written):
    place = written(record='{"written_by": "thesis 3"}')
    assert Care(vintage=place).parameters["return_rate"].value == FITTED["return_rate"]


def test_without_a_record_all_files_are_needed(written):
    place = written(changes={"fit.json": None}, score="")
    assert "backtest.csv is missing; figures, what is given from outside" in refused(place)


class Other(Model):
    """Another model, of the same quantities and parameters."""

    parameters = p
    start, until = "2009-03-31", "2014-03-31"
    care = Stock("In care", "child", p.care_0)
    come = Flow("Arrived", cloud >> care, p.arrivals * p.share * p.rule)
    left = Flow("Left", care >> cloud, 2 * care * p.leaving_rate * (1 - p.help))
    back = Flow("Back", cloud >> care, care * p.return_rate * p.fee / p.fee)


def test_a_vintage_of_other_equations_is_refused(written):
    message = refused(written(), Other)
    assert f"was fitted with the equations {fingerprint(Care)}, and those of Other are" in message
    assert "calibrate Other" in message


def test_a_class_of_the_same_equations_takes_it(written):
    class Ward(Care):
        """The same under another name."""

    loaded = Ward(vintage=written())
    assert published(loaded).figures.observations == FIGURES.observations
    assert published(loaded).title == "Ward, vintage fit"


class Pond(Model):
    """A model of other quantities."""

    parameters = q = Parameters({"rate": estimated("rate", 0.1)})
    fish = Stock("Fish", "fish", 0)
    caught = Flow("Caught", fish >> cloud, fish * q.rate)


@pytest.mark.parametrize(
    ("said", "reason"),
    [({"value": -3.0}, "the value is -3"), ({"unit": "fish"}, "the unit is fish"),
     ({"tolerance": 5.0}, "the tolerance is 5")],
)  # fmt: skip
def test_figures_that_no_fit_could_meet_are_refused(written, said, reason):
    odd = observed_text(Observed((replace(figure(), **said),)))
    message = refused(written(changes={"fit.json": None, "observed.csv": odd}))
    assert "observed.csv, care " in message
    assert reason in message


def test_a_vintage_of_another_model_is_refused_without_a_record_too(written):
    message = refused(written(changes={"fit.json": None}), Pond)
    assert message.startswith("fit/observed.csv, care 2009-10: Pond has no quantity of this name")


TABLE = '[care_0]\nmeaning = "x"\nvalue = 1\nunit = "child"\nrole = "fixed"\nsource = "x"\n'


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("given.toml", TABLE.replace("care_0", "car_0"),
         "fit/given.toml: [car_0] is no parameter of Care; did you mean 'care_0'"),
        ("given.toml", TABLE.replace("child", "fish"),
         "fit/given.toml: [care_0] has the unit fish, not child; convert its numbers"),
        ("given.toml", "[care_0\n", "fit/given.toml, line 1: not TOML at '[care_0'"),
        ("fitted.csv", "name,value\nleaving_rate,0.3\n",
         "fit/fitted.csv has no value of 'return_rate', which Care estimates; calibrate again"),
        ("posterior.csv", "leaving_rate,return_rate,retrn_rate\n0.3,0.1,0.1\n",
         "fit/posterior.csv draws 'retrn_rate', which is no parameter of Care with a prior; did"),
        ("fitted.csv", "name,value\nleaving_rate,9\nreturn_rate,0.1\n",
         "'leaving_rate' = 9 is outside its bounds"),
    ],
)  # fmt: skip
def test_a_foreign_file_is_refused_with_file_and_reason(written, name, text, reason):
    assert reason in refused(written(changes={"fit.json": None, name: text}))


def test_a_fit_of_fewer_parameters_than_the_model_estimates_is_refused(written):
    few = {"fit.json": None, "fitted.csv": "name,value\nleaving_rate,0.3\n",
           "posterior.csv": "leaving_rate\n0.3\n"}  # fmt: skip
    message = refused(written(changes=few))
    assert message == (
        "fit/fitted.csv has no value of 'return_rate', which Care estimates; calibrate again"
    )


def test_what_the_vintage_of_the_class_gives_is_given_by_another_one(written):
    class Dated(Care):
        """The same, with a vintage."""

        vintage = Vintage.read(written())

    place = Dated.vintage.folder
    given = (place / "given.toml").read_text(encoding="utf-8").replace("[share]", "[rule]", 1)
    other = place.parent / "other"
    other.mkdir()
    for path in place.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    (other / "fit.json").unlink()
    cut = given[: given.index("[rule]")]
    (other / "given.toml").write_text(cut, encoding="utf-8")
    message = refused(other, Dated)
    assert message.startswith("other/given.toml does not give 'share', which Dated takes from")


@pytest.mark.parametrize("given", ["", 3.0, ["fit"], b"fit", True])
def test_what_is_no_vintage_is_refused(given):
    with pytest.raises(ModelError, match="vintage is a folder such as 'fit'"):
        Care(vintage=given)


def test_an_unknown_parameter_is_refused_with_a_vintage_too(written):
    with pytest.raises(ParameterError, match="no parameter 'care_1'; did you mean 'care_0'"):
        Care(vintage=written(), care_1=3.0)


def test_two_vintages_have_one_fingerprint_only_if_all_files_are_the_same(written, tmp_path):
    first = Vintage.read(written())
    second = tmp_path / "second"
    second.mkdir()
    for path in first.folder.iterdir():
        (second / path.name).write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (second / "fit.json").unlink()
    assert Vintage.read(second).fingerprint == first.fingerprint
    text = (second / "given.csv").read_text(encoding="utf-8").replace("10.0", "11.0")
    (second / "given.csv").write_text(text, encoding="utf-8")
    assert Vintage.read(second).fingerprint != first.fingerprint
