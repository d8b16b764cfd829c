"""How large chance is, from what a fit misses: recovered, with ranks that are as they should be."""

import numpy as np
import pytest

import caresim as cs
from caresim.language import (
    Flow,
    Model,
    Observed,
    Parameter,
    ParameterError,
    Parameters,
    Prior,
    Stock,
    Walk,
    cloud,
)
from caresim.language.observed import Observation

TOLERANCE = 0.02
DRAWS = 200
YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2020)]
SPREADS = {"come": (100.0, 1.3), "leave": (0.3, 1.3), "begin": (300.0, 1.2), "size": (0.03, 1.5)}
UNITS = {"come": "child/year", "leave": "1/year", "begin": "child", "size": "1"}
BOUNDS = {"come": (1, 1e4), "leave": (0.01, 3), "begin": (1, 1e5), "size": (0.001, 0.6)}
p = Parameters(
    {
        name: Parameter(name, middle, UNITS[name], role="estimated", bounds=BOUNDS[name],
                        prior=Prior("lognormal", middle, spread))
        for name, (middle, spread) in SPREADS.items()
    }
)  # fmt: skip


class Walked(Model):
    """A stock that is filled at a rate that walks."""

    parameters = p
    start, until = "2009-03-31", "2025-03-31"
    care = Stock("In care", "child", p.begin)
    chance = Walk("Chance in coming", p.size)
    coming = Flow("Coming", cloud >> care, p.come * chance)
    leaving = Flow("Leaving", care >> cloud, care * p.leave)


def drawn(rng):
    """Return true values from the priors."""
    return {
        entry.name: float(np.clip(entry.prior.natural(rng.standard_normal(1))[0], *entry.bounds))
        for entry in p.values()
    }


def figures(rng, true):
    """Return figures of a run with chance, each with an error of its tolerance."""
    simulate = cs.prepare(Walked(), outputs=["care", "coming"], until="2020-03-31")
    path = Walked.chance.chance.path(rng.standard_normal((len(YEARS), 1)))
    found = simulate({**{n: np.array([v]) for n, v in true.items()}, "chance": path})
    rows = []
    for name, kind, unit in (("care", "stock", "child"), ("coming", "flow", "child/year")):
        for year, value in zip(YEARS, found[name][:, 0], strict=True):
            seen = float(value * (1 + TOLERANCE * rng.standard_normal()))
            rows.append(Observation(name, year, seen, unit, kind, "", "final", "a release",
                                    "an address", tolerance=TOLERANCE))  # fmt: skip
    return Observed(tuple(rows))


def fitted(seed, **set_):
    rng = np.random.default_rng(seed)
    true = drawn(rng) | set_
    return true, cs.calibrate(Walked(), figures(rng, true), progress=False, least_learned=0.0)


def test_a_large_step_is_told_from_a_small_one():
    large, small = (
        np.array([fitted(seed, size=size)[1].sizes.values["size"] for seed in range(12)])
        for size in (0.08, 0.012)
    )
    # a prior of a factor of 1.5 pulls both towards its median
    assert np.median(large) == pytest.approx(0.08, rel=0.35)
    assert np.median(small) < 0.025
    assert small.max() < large.min()


def test_the_size_stands_in_the_values_the_model_and_the_draws():
    _, fit = fitted(1)
    size = fit.sizes.values["size"]
    assert fit.values["size"] == fit.model.parameters["size"].value == size
    assert "size" not in fit.names
    assert "size" not in fit.joint.names
    draws = fit.draws(400, seed=2)
    assert draws.chance == ("rates",)
    spread = np.log(draws.columns["size"]).std()
    assert spread == pytest.approx(float(fit.sizes.spreads[0]), rel=0.15)
    assert spread < np.log(1.5)  # narrower than the prior
    np.testing.assert_array_equal(fit.draws(9, seed=2).columns["size"], draws.columns["size"][:9])


def test_without_any_chance_in_the_figures_they_say_so():
    rng = np.random.default_rng(4)
    true = drawn(rng) | {"size": 1e-9}
    fit = cs.calibrate(Walked(), figures(rng, true), progress=False)
    assert fit.sizes.values["size"] < SPREADS["size"][0]


def test_a_size_that_the_caller_set_is_kept():
    _, fit = fitted(1)
    own = cs.calibrate(Walked(size=0.2), fit.observed, progress=False)
    assert own.model.parameters["size"].value == 0.2
    assert not own.sizes.values


def test_a_size_needs_a_prior_in_logarithms():
    normal = Parameter("size", 0.03, role="estimated", prior=Prior("normal", 0.03, 0.01),
                       bounds=(0.001, 0.6))  # fmt: skip
    _, fit = fitted(1)
    model = Walked().with_numbers(p.with_entries({"size": normal}))
    with pytest.raises(ParameterError, match="'size', the size of a factor, has normal"):
        cs.calibrate(model, fit.observed, progress=False)


@pytest.mark.slow
def test_ranks_of_true_values_among_draws_are_uniform():
    """Simulation-based calibration (Talts and others 2018): smallest p after Holm above 0.01.

    The size is ranked where the rate walked up to the last figure, which it is learned from. The
    other numbers are ranked where nothing walked before it: draws take what a fit misses for errors
    of single figures, and where much of that is a walk they are too narrow (docs/known_issues.md).
    """
    tested = _p_values({"size"}) | _p_values({"come", "leave", "begin"}, size=1e-9)
    in_order = sorted(tested.values())
    holm = in_order[0] * len(in_order)
    assert holm > 0.01, tested


def _p_values(names, **set_):
    """Return how likely ranks as uneven are by chance, for each of some numbers."""
    from scipy.stats import chisquare

    ranks = {name: [] for name in names}
    for seed in range(400):
        true, fit = fitted(seed, **set_)
        draws = fit.draws(DRAWS, seed=seed)
        for name in names:
            ranks[name].append(int((draws.columns[name] < true[name]).sum()))
    return {n: chisquare(np.histogram(r, 10, (0, DRAWS))[0]).pvalue for n, r in ranks.items()}
