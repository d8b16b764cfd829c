"""Which figures a fit counts: totals and parts not both, nor a stock with all of its flows."""

from dataclasses import replace

import pytest

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
from caresim.study.fit.counted import counted_figures

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


def counted(*rows):
    found = counted_figures(Town(), Observed(rows))
    return {(name, YEARS[i + 1]) for name, of in found.items() for i in of.index.tolist()}


def test_a_part_is_left_out_in_the_years_in_which_the_total_and_the_others_are_there():
    rows = [figure(s, y) for s in ("care", "foster") for y in YEARS[1:]]
    assert counted(*rows, figure("homes", "2010-11")) == {
        ("care", "2009-10"), ("care", "2010-11"), ("care", "2011-12"), ("homes", "2010-11"),
        ("foster", "2009-10"), ("foster", "2011-12"),
    }  # fmt: skip


def test_a_flow_follows_from_the_other_and_the_stock_of_two_years():
    rows = [figure(s, y) for s in ("care", "started", "ceased") for y in YEARS[1:]]
    assert ("ceased", "2009-10") in counted(*rows), "there is no stock of the year before"
    assert {("ceased", "2010-11"), ("ceased", "2011-12")}.isdisjoint(counted(*rows))


def test_the_stock_at_the_start_of_the_run_counts_as_known():
    rows = [figure(s, y) for s in ("care", "started", "ceased") for y in YEARS[1:]]
    start = figure("care", "2008-09", tolerance=0.0)
    assert ("ceased", "2009-10") not in counted(start, *rows)


def test_a_figure_without_a_tolerance_replaces_none():
    rows = [figure(s, "2010-11") for s in ("care", "foster")]
    assert ("foster", "2010-11") in counted(*rows, figure("homes", "2010-11", tolerance=0.0))


def test_what_follows_changes_nothing_of_a_fit():
    rows = [figure(s, y) for s in ("care", "homes", "started") for y in YEARS[1:]]
    absurd = [replace(figure("foster", y), value=1e6) for y in YEARS[1:]]
    with_absurd = calibrate(Town(), Observed((*rows, *absurd)), progress=False)
    assert with_absurd.values == calibrate(Town(), Observed(tuple(rows)), progress=False).values
    assert with_absurd.n_points == 9
    assert with_absurd.table().loc["foster", "mape"] > 90, "it is shown as missed all the same"


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
