"""Canonical models with their solutions: growth, decay, epidemics and swings.

``exact(t, q)`` gives each quantity at the years ``t`` since the start for the parameter values
``q``: a level as it stands, a flow as all that has passed since the start. It never sees caresim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from scipy.integrate import solve_ivp

from caresim.engine.clock import Clock
from caresim.engine.prepare import available_targets
from caresim.language import Aux, Flow, Model, Parameters, Stock, cloud, log

START = 2009
TARGET_NAMES = available_targets()


@dataclass(frozen=True)
class Case:
    """A model, its solution, and how near RK4 comes to it: ``within`` of the largest value.

    ``orders`` gives the steps a year from which RK4 and Euler show their order.
    """

    model: type[Model]
    exact: Callable[[np.ndarray, SimpleNamespace], dict[str, np.ndarray]]
    years: int = 10
    steps: int = 64
    within: float = 1e-8
    orders: tuple[int, int] = (8, 256)

    def clock(self, steps=None):
        return Clock(START, START + self.years, steps or self.steps)

    def expected(self, **changed):
        values = {name: entry.value for name, entry in self.model.parameters.items()}
        t = np.arange(self.years + 1.0)
        solution = self.exact(t, SimpleNamespace(**{**values, **changed}))
        rates = {name for name in solution if self.model.variables[name].is_rate}
        return {k: np.diff(v) if k in rates else v for k, v in solution.items()}


def errors_of(run, expected, column=0):
    """Return the largest error of each quantity, relative to its largest value."""
    return {
        name: np.abs(run.values(name)[:, column] - values).max() / np.abs(values).max()
        for name, values in expected.items()
    }


def solved(slope, start, t):
    """Return a tight adaptive solution: shape (stocks, moments)."""
    found = solve_ivp(slope, (0, t[-1]), start, "DOP853", t, rtol=1e-12, atol=1e-12)
    assert found.success, found.message
    return found.y


class Decay(Model):
    parameters = p = Parameters.of(start_0=(500.0, "child"), rate=(0.7, "1/year"))
    care = Stock("Care", "child", p.start_0)
    left = Flow("Left", care >> cloud, care * p.rate)


def decay(t, q):
    care = q.start_0 * np.exp(-q.rate * t)
    return {"care": care, "left": q.start_0 - care}


class Teacup(Model):
    parameters = p = Parameters.of(
        hot=(180.0, "degree"), room=(70.0, "degree"), lag=(10.0, "year")
    )  # fmt: skip
    tea = Stock("Tea", "degree", p.hot)
    loss = Flow("Heat lost to the room", tea >> cloud, (tea - p.room) / p.lag)


def teacup(t, q):
    return {"tea": q.room + (q.hot - q.room) * np.exp(-t / q.lag)}


class Tanks(Model):
    parameters = p = Parameters.of(
        full=(100.0, "litre"), fast=(1.2, "1/year"), slow=(0.4, "1/year")
    )
    upper = Stock("Upper", "litre", p.full)
    lower = Stock("Lower", "litre", 0)
    falling = Flow("Falling", upper >> lower, upper * p.fast)
    leaving = Flow("Leaving", lower >> cloud, lower * p.slow)


def tanks(t, q):
    upper = q.full * np.exp(-q.fast * t)
    lower = q.full * q.fast / (q.fast - q.slow) * (np.exp(-q.slow * t) - np.exp(-q.fast * t))
    gone = q.full - upper
    return {"upper": upper, "lower": lower, "falling": gone, "leaving": gone - lower}


class Logistic(Model):
    parameters = p = Parameters.of(few=(10.0, "fish"), most=(1000.0, "fish"), rate=(0.9, "1/year"))
    fish = Stock("Fish", "fish", p.few)
    net = Flow("Net growth", cloud >> fish, p.rate * fish * (1 - fish / p.most))


def logistic(t, q):
    return {"fish": q.most / (1 + (q.most / q.few - 1) * np.exp(-q.rate * t))}


class Bass(Model):
    """Innovators adopt on their own, imitators from those who have."""

    parameters = p = Parameters.of(
        market=(1000.0, "buyer"), innovation=(0.03, "1/year"), imitation=(0.8, "1/year")
    )
    potential = Stock("Potential buyers", "buyer", p.market)
    buyers = Stock("Buyers", "buyer", 0)
    pull = Aux("Chance to adopt", p.innovation + p.imitation * buyers / p.market)
    adopted = Flow("Adoption", potential >> buyers, potential * pull)


def bass(t, q):
    gone = np.exp(-(q.innovation + q.imitation) * t)
    buyers = q.market * (1 - gone) / (1 + q.imitation / q.innovation * gone)
    return {"buyers": buyers, "potential": q.market - buyers, "adopted": buyers}


class Gompertz(Model):
    parameters = p = Parameters.of(small=(1.0, "gram"), most=(50.0, "gram"), rate=(0.5, "1/year"))
    size = Stock("Size", "gram", p.small)
    growth = Flow("Growth", cloud >> size, p.rate * size * log(p.most / size))


def gompertz(t, q):
    return {"size": q.most * (q.small / q.most) ** np.exp(-q.rate * t)}


class Torricelli(Model):
    """A tank drains through a hole, as fast as the root of what it holds."""

    parameters = p = Parameters.of(full=(100.0, "litre"), leak=(12.0, "litre/year"))
    water = Stock("Water", "litre", p.full)
    leaking = Flow("Leaking", water >> cloud, p.leak * (water / p.full) ** 0.5)


def torricelli(t, q):
    water = q.full * (1 - q.leak * t / (2 * q.full)) ** 2
    return {"water": water, "leaking": q.full - water}


class Pairs(Model):
    """A second-order reaction: two meet and both are gone."""

    parameters = p = Parameters.of(many=(80.0, "mole"), rate=(0.02, "1/mole/year"))
    left = Stock("Left", "mole", p.many)
    met = Flow("Met", left >> cloud, p.rate * left**2)


def pairs(t, q):
    left = q.many / (1 + q.rate * q.many * t)
    return {"left": left, "met": q.many - left}


class Solow(Model):
    """Capital per worker: saving out of k to a power, and wear; a Bernoulli equation."""

    parameters = p = Parameters.of(
        first=1.0, saving=(0.6, "1/year"), share=0.35, wear=(0.25, "1/year")
    )
    capital = Stock("Capital", "1", p.first)
    saved = Flow("Saved", cloud >> capital, p.saving * capital**p.share)
    worn = Flow("Worn", capital >> cloud, capital * p.wear)


def solow(t, q):
    rest, power = q.saving / q.wear, 1 - q.share
    gap = (q.first**power - rest) * np.exp(-q.wear * power * t)
    return {"capital": (rest + gap) ** (1 / power)}


class Endemic(Model):
    """An illness that leaves nobody immune: logistic growth to an endemic level."""

    parameters = p = Parameters.of(
        people=(1000.0, "person"), ill_0=(10.0, "person"),
        contact=(1.8, "1/year"), recovery=(0.5, "1/year"),
    )  # fmt: skip
    ill = Stock("Ill", "person", p.ill_0)
    well = Stock("Well", "person", p.people - p.ill_0)
    caught = Flow("Caught", well >> ill, p.contact * well * ill / p.people)
    recovered = Flow("Recovered", ill >> well, ill * p.recovery)


def endemic(t, q):
    rate, rest = q.contact - q.recovery, q.people * (1 - q.recovery / q.contact)
    ill = rest / (1 + (rest / q.ill_0 - 1) * np.exp(-rate * t))
    return {"ill": ill, "well": q.people - ill}


class Epidemic(Model):
    parameters = p = Parameters.of(
        well_0=(990.0, "person"), ill_0=(10.0, "person"),
        contact=(1.8, "1/year"), recovery=(0.5, "1/year"),
    )  # fmt: skip
    well = Stock("Susceptible", "person", p.well_0)
    ill = Stock("Infected", "person", p.ill_0)
    past = Stock("Recovered", "person", 0)
    share = Aux("Share infected", ill / (well + ill + past))
    caught = Flow("Infections", well >> ill, p.contact * well * share)
    recovered = Flow("Recoveries", ill >> past, ill * p.recovery)


def epidemic(t, q):
    def slope(_, y):
        caught, recovered = q.contact * y[0] * y[1] / sum(y), q.recovery * y[1]
        return [-caught, caught - recovered, recovered]

    well, ill, past = solved(slope, [q.well_0, q.ill_0, 0.0], t)
    return {"well": well, "ill": ill, "past": past, "recovered": past, "caught": q.well_0 - well}


class Prey(Model):
    parameters = p = Parameters.of(
        hares_0=(30.0, "hare"), foxes_0=(4.0, "fox"), births=(0.9, "1/year"),
        eaten=(0.15, "1/fox/year"), gain=(0.2, "fox/hare"), deaths=(0.6, "1/year"),
    )  # fmt: skip
    hares = Stock("Hares", "hare", p.hares_0)
    foxes = Stock("Foxes", "fox", p.foxes_0)
    born = Flow("Born", cloud >> hares, hares * p.births)
    taken = Flow("Eaten", hares >> cloud, hares * foxes * p.eaten)
    raised = Flow("Raised", cloud >> foxes, taken * p.gain)
    died = Flow("Died", foxes >> cloud, foxes * p.deaths)


def prey(t, q):
    def slope(_, y):
        taken = q.eaten * y[0] * y[1]
        return [q.births * y[0] - taken, q.gain * taken - q.deaths * y[1]]

    hares, foxes = solved(slope, [q.hares_0, q.foxes_0], t)
    return {"hares": hares, "foxes": foxes}


CASES = {
    "decay": Case(Decay, decay, within=1e-9),
    "teacup": Case(Teacup, teacup, within=1e-12, orders=(2, 64)),
    "two tanks": Case(Tanks, tanks, orders=(16, 256)),
    "logistic": Case(Logistic, logistic),
    "Bass": Case(Bass, bass),
    "Gompertz": Case(Gompertz, gompertz),
    "Torricelli": Case(Torricelli, torricelli, within=1e-11, orders=(2, 64)),
    "pairs": Case(Pairs, pairs, orders=(16, 256)),
    "Solow": Case(Solow, solow, within=1e-11, orders=(2, 64)),
    "endemic": Case(Endemic, endemic),
    "epidemic": Case(Epidemic, epidemic),
    "prey": Case(Prey, prey),
}
