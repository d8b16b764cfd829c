"""How many foster carers stop is known to a third: no net cost of a scenario hangs on it."""

import numpy as np
import pytest
from england_cases import ENGLAND

import caresim as cs
from caresim.england import England

pytestmark = pytest.mark.slow
RATES = (0.10, 0.17)  # by the balance of households and by deregistrations, and a little more
PLANS = [n for n, plan in cs.scenarios(ENGLAND).items() if cs.read_scenario(plan.path).changes]
SINCE, RATE = 2027, 0.035


def net_cost(model, name, draws=None):
    """Return what a scenario costs beyond what it is compared with, 2027-28 to 2034-35, today."""
    plan = cs.read_scenario(cs.scenarios(model)[name].path, model)
    runs = [cs.run(model, one, draws=draws) for one in (plan, plan.parent)]
    years = np.array([int(year[:4]) for year in runs[0].annual().index])
    more = np.subtract(*(run.yearly("total_spend") for run in runs))
    worth = np.where(years >= SINCE, (1 + RATE) ** (SINCE - years), 0)
    return worth @ more


@pytest.fixture(scope="module")
def bands():
    draws = cs.draws(ENGLAND, 300, seed=1, given="posterior")
    return {n: np.quantile(net_cost(ENGLAND, n, draws), (0.1, 0.9)) for n in PLANS}


@pytest.mark.parametrize("rate", RATES)
def test_net_costs_stay_in_their_bands_whatever_the_loss_of_carers(rate, bands):
    model = cs.calibrate(England(foster_loss_rate=rate), progress=False).model
    out = {}
    for name, (low, high) in bands.items():
        cost, room = float(net_cost(model, name)[0]), 1e5  # £100,000: rounding
        if not low - room <= cost <= high + room:
            out[name] = f"£{cost / 1e6:,.0f}m, band £{low / 1e6:,.0f}m to £{high / 1e6:,.0f}m"
    assert not out, f"at a loss of {rate} a year: {out}"
