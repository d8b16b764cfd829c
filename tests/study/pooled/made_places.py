"""Made-up places without a country: two levels move one stock, and what is true of them is known.

Arrivals and leavers follow from two levels by year; leavers are counted in a way of each place's
own. Figures miss what is computed by a Student's t, as the fit takes them to.
"""

from dataclasses import dataclass, replace

import numpy as np

from caresim.study.fit.pooled.fit import slopes_of
from caresim.study.fit.pooled.place import Layout, Place
from caresim.study.fit.pooled.spread import FREEDOM, Spread, level_covariances

YEARS, AHEAD = 10, 2
LAYOUT = Layout(
    levels=("arriving", "leaving"),
    years=tuple(range(2011, 2011 + YEARS + AHEAD)),
    fitted=YEARS,
    starts=("stock",),
    series=("arrivals", "stock", "leavers"),
    apart=("leavers",),
)
USUAL, LEAVING = 4000.0, 0.5  # arrivals a year in a place of size 1, and who leaves in a year
TRUE = Spread(
    common=np.array([np.linspace(-0.1, 0.1, YEARS), np.zeros(YEARS)]),
    slope=np.array([1.5, 0.0]),
    lasting=np.array([0.2, 0.3]),
    passing=np.array([0.15, 0.1]),
    memory=np.array([0.7, 0.5]),
    brief=np.array([0.08, 0.003]),
    starts=np.array([0.2]),
    apart=np.array([0.1]),
    noise=np.array([0.03, 0.02, 0.05]),
    counting=np.array([1.0, 1.0, 1.0]),
)


@dataclass(frozen=True)
class Simulated:
    """One stock of a place of some size, a step a year; a user's own function would do as well."""

    size: float

    def __call__(self, levels, starts):
        arriving, leaving = np.exp(levels)
        stock = USUAL * self.size / LEAVING * np.exp(starts[0])
        rows = {"arrivals": [], "stock": [], "leavers": []}
        for come, rate in zip(arriving * USUAL * self.size, leaving * LEAVING, strict=True):
            gone = stock * (1 - np.exp(-rate))
            stock = stock - gone + come * np.exp(-rate / 2)
            for name, value in (("arrivals", come), ("stock", stock), ("leavers", gone)):
                rows[name].append(value)
        return {name: np.array(values) for name, values in rows.items()}


def made(seed, n, *, spread=TRUE, breaks=None):
    """Return places with figures, and the unknowns that they were made of, shape (places, …)."""
    rng = np.random.default_rng(seed)
    places, truths = [], []
    for i in range(n):
        size, trait = np.exp(rng.normal() * 0.5), rng.normal() * 0.1
        marked = np.zeros((2, len(LAYOUT.years)), dtype=bool) if breaks is None else breaks[i]
        figures = np.full((3, YEARS), np.nan)
        place = Place(f"place {i}", figures, trait, size, marked, Simulated(size))
        x = rng.multivariate_normal(spread.mean(LAYOUT, place), spread.covariance(LAYOUT, place))
        told = place.computed(LAYOUT, x)[:, :YEARS]
        miss = rng.standard_t(FREEDOM, told.shape) * np.sqrt(spread.variance(told))
        places.append(replace(place, figures=told + miss))
        truths.append(x)
    return places, np.array(truths)


def slopes():
    return slopes_of(LAYOUT, whole())


def whole():
    figures = np.full((3, YEARS), np.nan)
    breaks = np.zeros((2, len(LAYOUT.years)), dtype=bool)
    return Place("the whole", figures, 0.0, 1.0, breaks, Simulated(1.0))


def covariance_by_hand(lasting, passing, memory, brief, breaks, size):
    """Return what level_covariances says of one place, entry by entry."""
    n = len(breaks)
    found = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            early, late = min(i, j), max(i, j)
            has_break = any(breaks[early + 1 : late + 1])
            found[i, j] = lasting**2 + (0 if has_break else passing**2 * memory ** (late - early))
            if i == j:
                found[i, j] += brief**2 / size + 1e-6
    return found


__all__ = ["LAYOUT", "TRUE", "YEARS", "covariance_by_hand", "level_covariances", "made", "slopes"]
