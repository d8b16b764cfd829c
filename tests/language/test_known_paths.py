"""Paths that figures know to a moment: how far a change is carried on that has only begun."""

import datetime as dt
import hashlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.engine.operations.listed import applied
from caresim.language import (
    Aux,
    Flow,
    Model,
    ModelError,
    Observed,
    Parameters,
    Period,
    Stock,
    UnitError,
    cloud,
    elapsed,
    smooth_step,
)
from caresim.language.fingerprints import fingerprint
from caresim.language.observed import Observation
from caresim.language.vintage_files import vintage_files

OPENING, CLOSING = 2010.0, 2014.0
YEARS = np.linspace(2008.0, 2020.0, 481)
PATH = Period("2010-03-31", "2014-03-31", "A new law")
p = Parameters.of(
    known=(2012.0, "year"), end=1.4, share=0.5, care_0=(100.0, "child"), rate=(0.1, "1/year")
)
within = st.floats(OPENING, CLOSING)
ever = st.floats(2000.0, 2030.0)


def carried(known_to, years=YEARS):
    """Return the moment of a path from 2010 to 2014 as years go by."""
    return applied("carried", years, known_to, OPENING, CLOSING)


def path(known_to, years=YEARS):
    """Return how far it has come, from 0 to 1."""
    return applied("smooth_step", 0.0, 1.0, (carried(known_to, years) - OPENING) / 4)


WHOLE = applied("smooth_step", 0.0, 1.0, (YEARS - OPENING) / 4)


@given(ever)
def test_a_path_is_the_same_up_to_the_moment_to_which_it_is_known(known_to):
    before = known_to >= YEARS
    assert (carried(known_to)[before] == YEARS[before]).all()


@given(st.floats(2000.0, 2011.0))
def test_one_that_has_run_a_quarter_or_less_stays_where_it_is(known_to):
    after = known_to < YEARS
    assert (carried(known_to)[after] == known_to).all()


@given(st.floats(2013.0, 2030.0))
def test_one_that_has_run_three_quarters_or_more_is_as_without(known_to):
    assert (path(known_to) == WHOLE).all()


@given(within)
def test_around_the_half_it_goes_on_at_a_pace_between(known_to):
    """Half of the way half the pace: a smooth step from a quarter to three quarters."""
    run = (known_to - OPENING) / 4
    u = min(max((run - 0.25) / 0.5, 0.0), 1.0)
    pace = 3 * u**2 - 2 * u**3
    expected = np.where(
        known_to >= YEARS, YEARS, known_to + pace * (np.minimum(YEARS, CLOSING) - known_to)
    )
    late = YEARS <= CLOSING
    np.testing.assert_allclose(carried(known_to)[late], expected[late], rtol=1e-13)
    over = np.maximum(expected, known_to)[~late]
    np.testing.assert_allclose(path(known_to)[~late], applied(
        "smooth_step", 0.0, 1.0, (over - OPENING) / 4), rtol=0, atol=1e-12)  # fmt: skip


@given(ever, st.floats(0.0, 1e-6))
def test_there_is_no_cliff(known_to, little):
    """A day more of figures moves a path by two or three days of it, wherever that day lies."""
    apart = np.abs(carried(known_to + little) - carried(known_to))
    assert apart.max() <= 2.5 * little + 1e-9


@given(ever, ever)
def test_more_figures_never_take_a_path_back(one, other):
    first, last = sorted((one, other))
    assert (path(last) >= path(first) - 1e-12).all()


@given(ever)
def test_a_path_never_turns_back(known_to):
    assert (np.diff(path(known_to)) >= 0).all()


def test_without_it_nothing_is_other_than_before():
    node = smooth_step(1, p.end, PATH)
    assert "carried" not in str(node)
    assert "carried" not in str(elapsed(PATH))


@pytest.mark.parametrize("day", ["2012-03-31", dt.date(2012, 3, 31)])
def test_a_date_says_the_end_of_its_day(day):
    assert str(smooth_step(1, p.end, PATH, known_to=day)) == str(
        smooth_step(1, p.end, "2010-03-31", "2014-03-31", known_to="2012-03-31")
    )


@pytest.mark.parametrize("call", [lambda at: smooth_step(1, 2, PATH, known_to=at),
                                  lambda at: elapsed(PATH, known_to=at)])  # fmt: skip
@pytest.mark.parametrize(
    ("at", "said"), [(p.share, "needs times in years"), (2012.0, "compared with a date")]
)
def test_what_is_no_time_is_refused(call, at, said):
    with pytest.raises(UnitError, match=said):
        call(at)


# What a model declares


class Town(Model):
    """A rate that changed within some years, of which figures may know a part."""

    figures_end = "known"
    parameters = p
    start, until = "2009-03-31", "2019-03-31"
    care = Stock("In care", "child", p.care_0)
    law = Aux("The law", smooth_step(1, p.end, PATH, known_to=p.known))
    grown = Aux("Growth over its years", p.rate * elapsed(PATH, known_to=p.known))
    left = Flow("Left", care >> cloud, care * p.rate * law * (1 + grown) * p.share)


def figures(*years, tolerance=0.01):
    return tuple(
        Observation("care", year, 90.0, "child", "stock", "", "read", "Release", "example.org",
                    tolerance=tolerance)
        for year in years
    )  # fmt: skip


def test_figures_of_its_own_say_to_when_a_model_knows_its_paths():
    assert Town().parameters["known"].value == 2012.0
    met = Observed((*figures("2010-11", "2012-13"), *figures("2015-16", tolerance=0.0)))
    model = Town().with_figures(met)
    assert model.parameters["known"].value == 2013.0, "to the last figure that a fit is to meet"
    assert model.figures_basis is model.parameters
    assert model.set_by_caller == ()


def test_figures_that_nothing_is_fitted_to_leave_it_as_it_is():
    shown = Observed(figures("2015-16", tolerance=0.0))
    assert Town().with_figures(shown).parameters["known"].value == 2012.0


def test_what_the_caller_set_wins():
    model = Town(known=2011.5).with_figures(Observed(figures("2015-16")))
    assert model.parameters["known"].value == 2011.5


def test_a_model_that_names_none_is_as_it_was():
    class Plain(Town):
        figures_end = ""

    model = Plain().with_figures(Observed(figures("2015-16")))
    assert model.parameters["known"].value == 2012.0


@pytest.mark.parametrize(
    ("name", "said"),
    [("knwon", "no parameter of it; did you mean 'known'"), ("share", "is in 1, and a moment is"),
     (3, "'figures_end'")],
)  # fmt: skip
def test_a_name_that_is_no_moment_is_refused_where_it_is_declared(name, said):
    with pytest.raises(ModelError, match=said):
        type("Other", (Town,), {"figures_end": name})


def test_a_vintage_of_later_figures_keeps_the_moment_to_which_they_know_paths(tmp_path):
    figures_later = Observed(figures("2010-11", "2015-16"))
    fitted = Town().with_figures(figures_later)
    files = vintage_files(fitted, figures_later, {})
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    told = {"written_by": "caresim 0.1.0", "equations": fingerprint(Town), "digests": digests}
    files["fit.json"] = json.dumps(told)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    loaded = Town(vintage=tmp_path)
    assert loaded.parameters["known"].value == 2016.0
    assert loaded.set_by_caller == ()
