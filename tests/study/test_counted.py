"""How many figures a fit counts: a total and its parts, a stock and its flows are not all free."""

from dataclasses import replace

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import (
    Aux,
    Flow,
    Follows,
    Model,
    ModelError,
    Observed,
    Parameter,
    Parameters,
    Prior,
    Stock,
    cloud,
)
from caresim.language.observed import Observation
from caresim.study.fit.calibrate import calibrate
from caresim.study.fit.counted import sums_of
from caresim.study.fit.misfit import Misfit

YEARS = ["2008-09", "2009-10", "2010-11", "2011-12"]

p = Parameters({
    "rate": Parameter("rate", 0.1, "1/year", role="estimated", bounds=(0.0, 1.0),
                      prior=Prior("normal", 0.1, 0.05)),
    "came": Parameter("came", 100.0, "child/year"),
    "foster_0": Parameter("foster_0", 500.0, "child"),
    "homes_0": Parameter("homes_0", 100.0, "child"),
})  # fmt: skip


class Town(Model):
    """Children in foster care and in homes, who come and leave."""

    parameters = p
    foster = Stock("Fostered", "child", p.foster_0)
    homes = Stock("In homes", "child", p.homes_0)
    came_foster = Flow("Fostered anew", cloud >> foster, p.came)
    came_homes = Flow("To homes", cloud >> homes, p.came / 4)
    left_foster = Flow("Left a foster home", foster >> cloud, foster * p.rate)
    left_homes = Flow("Left homes", homes >> cloud, homes * p.rate)
    care = Aux("In care", foster + homes)
    started = Aux("Starts", came_foster + came_homes)
    ceased = Aux("Ceases", left_foster + left_homes)
    follows = (
        Follows(foster, of=(care, "homes")),
        Follows(ceased, of=(care, started), since=(care,)),
    )


def figure(series, year, tolerance=0.02):
    return Observation(series, year, 100.0, "", "", "", "", "", "", tolerance=tolerance)


def sums(*rows):
    """Return the sums among figures, each as the series and years that add up."""
    observed = Observed(rows)
    order = [row for name in observed.series for row in rows if row.series == name and row.tolerance
             and row.year != "2008-09"]  # fmt: skip
    named = [f"{row.series} {row.year}" for row in order]
    return [{named[i] for i in (*now, *past)} for now, past in sums_of(Town(), observed)]


def test_a_total_and_its_parts_add_up_in_the_years_in_which_all_are_there():
    rows = [figure(s, y) for s in ("care", "foster") for y in YEARS[1:]]
    assert sums(*rows, figure("homes", "2010-11")) == [
        {"foster 2010-11", "care 2010-11", "homes 2010-11"}
    ]


def test_a_flow_follows_from_the_other_and_the_stock_of_two_years():
    rows = [figure(s, y) for s in ("care", "started", "ceased") for y in YEARS[1:]]
    assert sums(*rows) == [
        {"ceased 2010-11", "care 2010-11", "started 2010-11", "care 2009-10"},
        {"ceased 2011-12", "care 2011-12", "started 2011-12", "care 2010-11"},
    ], "in the first year there is no stock of the year before"


def test_the_stock_at_the_start_of_the_run_counts_as_known():
    rows = [figure(s, y) for s in ("care", "started", "ceased") for y in YEARS[1:]]
    found = sums(figure("care", "2008-09", tolerance=0.0), *rows)
    assert found[0] == {"ceased 2009-10", "care 2009-10", "started 2009-10"}
    assert len(found) == 3


def test_a_figure_without_a_tolerance_adds_up_with_none():
    rows = [figure(s, "2010-11") for s in ("care", "foster")]
    assert not sums(*rows, figure("homes", "2010-11", tolerance=0.0))


def published(noise, seed):
    """Return figures of the town with noise, in which the total is the sum of its parts."""
    run = execute(Town(), Clock(2009, 2019, 16))
    rng, rows = np.random.default_rng(seed), []
    for i in range(10):
        parts = {n: run.yearly(n)[i, 0] * (1 + noise * rng.standard_normal())
                 for n in ("foster", "homes")}  # fmt: skip
        for name, value in {**parts, "care": sum(parts.values())}.items():
            rows.append(replace(figure(name, f"{2009 + i}-{10 + i}"), value=value))
    return Observed(tuple(rows))


class Apart(Town):
    """The same town, whose total is taken for a count of its own."""

    follows = ()


def test_sums_take_as_many_from_the_figures_as_there_are_sums():
    observed = published(0.02, 1)
    problem = Misfit.of(Town(), observed, ("rate",))
    assert (problem.n_figures, problem.n_free) == (30, 20)
    taken = problem.taken_by_sums()
    assert taken.sum() == pytest.approx(10)
    large, small = (taken[problem.rows[name]].mean() for name in ("care", "homes"))
    assert large > 0.3 > small, "a sum says most of the figure that is known least in children"


@pytest.mark.slow
def test_a_total_beside_its_parts_makes_an_estimate_no_surer():
    """By repetition: the spread of the estimates is what a fit says where the total counts once."""
    found, said = [], {Town: [], Apart: []}
    for seed in range(60):
        observed = published(0.02, seed)
        for model in (Town, Apart):
            fit = calibrate(model(), observed, progress=False)
            said[model].append(np.sqrt(fit.covariance[0, 0]) * 0.05)
        found.append(fit.values["rate"])
    spread = np.std(found)
    once, twice = (np.mean(said[model]) for model in (Town, Apart))
    assert once == pytest.approx(spread, rel=0.25)
    assert twice < once, "counted twice, a fit is surer than it may be"


def test_a_fit_counts_the_free_figures():
    fit = calibrate(Town(), published(0.02, 1), progress=False)
    assert (fit.n_points, fit.n_free) == (30, 20)
    squares = (fit.residuals[:30] ** 2).sum()
    assert fit.chi_squared == pytest.approx(squares / 20)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("ceased",), "is a tuple of Follows"),
        ((Follows("ceases", of=("care",)),), "'ceases', which is no quantity of it.*ceased"),
        ((Follows("ceased", of=("care",), since=("nothing",)),), "'nothing', which is no"),
    ],
)
def test_a_class_that_declares_nonsense_is_refused(given, said):
    with pytest.raises(ModelError, match=said):
        type("Odd", (Town,), {"follows": given, "__doc__": "x", "__module__": __name__})


@pytest.mark.parametrize("options", [{"of": ()}, {"of": "care"}, {"of": (3,)}])
def test_a_declaration_without_series_is_refused(options):
    with pytest.raises(ModelError, match=r"series|quantities"):
        Follows("ceased", **options)
