"""All councils at their kept levels together are England: its figures, and about its projection."""

import numpy as np
import pytest
from council_cases import AREAS, ENGLAND, HEADLINES, council

from caresim.language.dates import year_end
from caresim.study.simulator import prepare

UNTIL, AHEAD = "2030-03-31", 2030
FITTED = range(2010, 2021)
WORST = {"referrals": 0.05}  # in fitted years, against 3 % of the others
OTHERS = 0.03
# a sixth of plans on 31 March 2010 is in no council's figure, and starts stand in for them
EXCEPT = {("protection_plans", 2010): 0.05}
APART = 0.08  # in 2029-30, where levels of councils go back and England's equations go on


def paths(model):
    found = prepare(model, outputs=list(HEADLINES), until=UNTIL)()
    return {name: values[:, 0] for name, values in found.items()}


@pytest.fixture(scope="module")
def together():
    total = dict.fromkeys(HEADLINES, 0.0)
    for one in AREAS:
        for name, path in paths(council(one.code)).items():
            total[name] = total[name] + path
    return total


def table(together, against):
    """Return by series and year, in % of what it is held against, how far the sum is off."""
    lines = []
    for name in HEADLINES:
        off = (100 * (together[name][year - 2010] / value - 1) for year, value in against[name])
        years = " ".join(f"{x:+5.1f}" for x in off)
        lines.append(f"{name:24} {years}")
    return "\n".join(lines)


def test_there_are_149_councils():
    assert len(AREAS) == 149


def test_they_sum_to_the_figures_of_england(together):
    figures = {
        name: [(year_end(year), value) for year, value in ENGLAND.observed.points(name).items()]
        for name in HEADLINES
    }
    figures = {name: [row for row in rows if row[0] in FITTED] for name, rows in figures.items()}
    wrong = [
        (name, year)
        for name in HEADLINES
        for year, value in figures[name]
        if abs(together[name][year - 2010] / value - 1)
        > EXCEPT.get((name, year), WORST.get(name, OTHERS))
    ]
    assert not wrong, f"{wrong}; off by %, 2009-10 to 2019-20:\n{table(together, figures)}"


def test_they_sum_to_about_the_projection_of_england(together):
    whole = paths(ENGLAND)
    against = {name: [*enumerate(path, 2010)] for name, path in whole.items()}
    off = {n: together[n][AHEAD - 2010] / whole[n][AHEAD - 2010] - 1 for n in HEADLINES}
    wrong = [name for name, share in off.items() if abs(share) > APART]
    assert not wrong, f"{wrong}; off by %, 2009-10 to 2029-30:\n{table(together, against)}"


def test_none_is_larger_than_england(together):
    for name in HEADLINES:
        assert np.isfinite(together[name]).all()
        assert paths(council("Birmingham"))[name].max() < 0.05 * together[name].max()
