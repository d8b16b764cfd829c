"""A model that uses every feature of the language, for tests that run it in several ways."""

import numpy as np

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.language import (
    Aux,
    Check,
    Delay,
    Flow,
    Model,
    Parameter,
    Parameters,
    Series,
    Smooth,
    Stock,
    cloud,
    elapsed,
    exp,
    log,
    maximum,
    minimum,
    smooth_step,
    table,
    time,
    total,
    where,
)

CLOCK = Clock(2000, 2004, 8)
p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("people", Series((1999.5, 2001.3, 2003.1), (900, 1200, 1000), held=False),
                      "child"),
            Parameter("stay", Series((2000.0, 2001.0, 2002.0), (0.5, 0.7, 0.6), held=True), "year"),
            Parameter("referral_rate", 0.05, "1/year", role="lever", bounds=(0, 1)),
            Parameter("share", 0.4, role="lever", bounds=(0, 1)),
            Parameter("return_rate", 0.3, "1/year"),
            Parameter("care_0", 80.0, "child"),
            Parameter("strength", 0.7),
            Parameter("watch", 1.5, "year"),
            Parameter("fee", 200.0, "GBP/child/year"),
            Parameter("year", 1.0, "year"),
        )
    }
)  # fmt: skip


class Rich(Model):
    """A conveyor, two stocks, a signed one, lags, money, and every function."""

    parameters = p
    plan = Delay("On a plan", "child", p.people * p.referral_rate * p.stay, time=p.stay, order=3)
    care = Stock("Looked after", "child", p.care_0)
    home = Stock("Returned home", "child", care / 2)
    trend = Stock("Trend", "1", 0, signed=True)
    felt = Smooth("Care felt", care / p.care_0, p.watch, order=2)
    load = Aux("Load", table(care / p.care_0, [(0, 0.5), (0.7, 0.8), (1, 1), (1.3, 1.7)]))
    pressure = Aux(
        "Pressure",
        maximum(felt, 0.5) ** p.strength / minimum(1 + log(1 + felt), 3) * (load + 1) ** -2,
    )
    season = Aux("Season", where(time < 1334.1 * p.watch, 1, exp(-p.share)))
    reform = Aux("Reform", smooth_step(1, p.share + 0.5, "2001-06-30", "2003-03-31"))
    eased = Aux("Eased", 1 - 0.1 * elapsed("2000-09-30", "2002-12-31") / p.year)
    referred = Flow("Referred", cloud >> plan, p.people * p.referral_rate * (1 + pressure))
    to_care = Flow("Into care", plan >> care, plan.outflow * p.share)
    closed = Flow("Closed", plan >> cloud, plan.outflow * (1 - p.share))
    returned = Flow("Returned", care >> home, care * p.return_rate * reform * eased)
    again = Flow("Back", home >> care, home / p.watch * exp(-pressure) / 2)
    settled = Flow("Settled", home >> cloud, home / p.watch * season * (1 - exp(-pressure) / 2))
    moved = Flow("Trend moved", cloud >> trend, (where(care > home, felt, -felt) - trend) / p.watch)
    root = Aux("Root", (care / p.care_0) ** 0.5 + (home / p.care_0) ** 3)
    cost = Aux("Cost", total(care, home / 2, plan) * p.fee)
    crowded = Check("Far more are in care than at home", care > home * 2.6)


RAMP = Shift("return_rate", "add", 0.2, 2001.5, over=1.25)
PULSE = Shift("referral_rate", "scale", 1.5, 2001.0, ends=2002.5)
DATED = Shift("people", "scale", 1.1, 2002.0)
SHIFTS = {
    "no change": (),
    "a ramp, a pulse and a dated value": (RAMP, PULSE, DATED),
    "jumps of what is drawn and of what is saved": (
        Shift("share", "set", 0.25, 2001.0),
        Shift("care_0", "scale", 1.2, 2002.0),
    ),
    "a change before the start": (Shift("strength", "add", 0.1, 1999.0, over=3.0),),
}


def draws(n_runs, names=("return_rate", "share", "care_0", "strength")):
    """Return draws of some parameters; those of fewer runs are the first of those of more."""
    rng = np.random.default_rng(5)
    spread = rng.uniform(0.8, 1.2, (128, len(names)))[:n_runs]
    return {name: p[name].value * spread[:, i] for i, name in enumerate(names)}


def ran(target, n_runs=1, model=Rich, **options):
    """Return a run that stores every quantity, of draws where there is more than one."""
    columns = options.pop("columns", draws(n_runs) if n_runs > 1 else None)
    options = {"clock": CLOCK, "outputs": list(model.variables), **options}
    return execute(model(), columns=columns, target=target, **options)
