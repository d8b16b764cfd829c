"""Needs at assessment, and children who stay at home: what is published of them."""

import numpy as np
import pytest
from england_cases import ENGLAND, OBSERVED, PARAMETERS, VALUE, in_year, projected, under

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.england import England
from caresim.england import needs as sector
from caresim.language import Aux

NEEDS = [
    name
    for name, value in vars(sector).items()
    if isinstance(value, Aux) and value.label.startswith("Children assessed a year")
]
LAST = "2019-20"


def test_there_are_eight_needs_each_with_a_share_of_its_own():
    assert len(NEEDS) == 8
    assert set(NEEDS) <= set(England.variables)


@pytest.mark.parametrize("name", NEEDS)
def test_a_need_is_its_share_of_the_children_assessed_and_nothing_leans_on_it(name):
    share = PARAMETERS[name.removeprefix("assessed_with_") + "_share"]
    run = projected()
    for year in (LAST, "2034-35"):
        found = in_year(run, name, year) / in_year(run, "assessed", year)
        assert found == pytest.approx(share.value.values[-1], rel=1e-9), year
    assert share.assumed_from == "2020-03-31"


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("gangs", 0.9, 2.8), ("sexual_exploitation", 3.0, 3.6), ("trafficking", 0.3, 0.6)],
)
def test_harm_outside_the_home_grew_by_the_published_shares(name, first, last):
    run = projected()
    shares = [
        100 * in_year(run, f"assessed_with_{name}", year) / in_year(run, "assessed", year)
        for year in ("2014-15", LAST)
    ]
    assert shares == pytest.approx([first, last], abs=0.05)


@pytest.mark.parametrize("name", ["looked_after_aged_16_17", "in_need_16_plus"])
def test_the_published_counts_of_those_over_sixteen_grew_as_the_figures_did(name):
    figures, run = OBSERVED[name], projected().annual()[name]
    grown = [100 * (series[LAST] / series["2009-10"] - 1) for series in (figures, run)]
    assert grown[1] == pytest.approx(grown[0], abs=8), f"{grown[0]:.1f} %, here {grown[1]:.1f} %"


def test_those_who_stay_at_home_are_all_at_home_but_those_who_come_back():
    """Nobody else returns from April 2020 on: whoever is then at home comes back, or never does."""
    run = under(("return_factor", "set", 0, "2020-04-01"), until="2052-03-31")
    since = run.clock.financial_years.index("2020-21")
    back = float(run.yearly("reentries")[since:, 0].sum())
    there, safe = (
        run[name].loc["2020-03-31"] for name in ("home_at_risk", "children_safe_at_home")
    )
    assert back == pytest.approx(there - safe, rel=0.01)
    assert 0.6 < safe / there < 0.75


def test_support_for_returns_leaves_more_children_safe_at_home():
    run = under(("return_support_share", "set", 1, "2027-04-01"))
    more = run["children_safe_at_home"] - projected()["children_safe_at_home"]
    assert (more.loc["2028-03-31":] > 0).all()
    assert np.abs(more.loc[:"2027-03-31"]).max() == 0
    assert VALUE["return_support_effect"] > 0


def test_a_share_is_told_as_assumed_where_what_it_leads_to_is_shown():
    """Tables do not show needs, so that a run of them need not speak of their shares."""

    def told(outputs):
        run = execute(ENGLAND, Clock(2009, 2025, 16), outputs=outputs)
        return {notice.subject for notice in run.warnings}

    assert "gangs_share" not in told(None)
    assert "gangs_share" in told(["assessed_with_gangs"])
