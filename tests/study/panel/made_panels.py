"""Made-up panels with a known effect, as figures of councils are: uneven, noisy, with gaps."""

import numpy as np

from caresim.study.panel.estimates import Sample

UNITS, YEARS = 140, 9
EFFECT, LATER = -0.15, -0.05  # of the same year and the year before


def made(seed, *, effect=EFFECT, later=LATER, spread=0.1):
    """Return the rows of a panel whose outcome follows spending of two years.

    Units differ in level, size, noise and in the effect itself; spending is higher where the level
    is, both have noise that lasts (an autoregression), years have levels of their own, and a tenth
    of the cells are missing, more often in small units.
    """
    rng = np.random.default_rng(seed)
    size = np.exp(rng.normal(size=UNITS) * 0.8)
    level = rng.normal(size=UNITS) * 0.3
    spending = level[:, None] + _lasting(rng, 0.6, 0.25) + _years(rng) + 0.02 * rng.normal()
    own = effect + spread * rng.normal(size=UNITS)
    before = np.concatenate([_lasting(rng, 0.6, 0.25)[:, :1] + level[:, None], spending], axis=1)
    noise = _lasting(rng, 0.5, 0.15) * (0.6 + 0.4 / np.sqrt(size))[:, None]
    outcome = 2 * level[:, None] + own[:, None] * spending + later * before[:, :-1]
    outcome = outcome + _years(rng) + noise
    kept = rng.random((UNITS, YEARS)) > 0.1 / np.sqrt(size)[:, None].clip(0.5)
    unit, year = np.nonzero(kept)
    terms = np.column_stack([spending[kept], before[:, :-1][kept]])
    return Sample(
        outcome[kept], terms, ("now", "before"), unit, unit, year, size[unit], {"made": 1}
    )


def _lasting(rng, share, spread):
    values = np.empty((UNITS, YEARS))
    values[:, 0] = rng.normal(size=UNITS) * spread / np.sqrt(1 - share**2)
    for year in range(1, YEARS):
        values[:, year] = share * values[:, year - 1] + rng.normal(size=UNITS) * spread
    return values


def _years(rng):
    return 0.2 * rng.normal(size=YEARS)[None, :]
