"""No fixed number without a range decides an answer.

A quarter more or less of it, with the rest fitted anew, moves no difference that a shipped
scenario makes by more than a third of the band that holds 80 % of the draws.
"""

import pytest
from england_cases import ENGLAND, PARAMETERS

import caresim as cs
from caresim.england import England

pytestmark = pytest.mark.slow
AT = ["2035-03-31"]
SHARE = 1 / 3
FAINT = 1e-3  # of a level, below which a band is no wider than rounding
FIXED = [
    name
    for name, entry in PARAMETERS.items()
    if entry.role == "fixed" and entry.grade == "assumption" and not entry.prior
    if not entry.is_dated and entry.exact != "definition"  # the law's 18, or who a number is for
]


def plans():
    return [n for n, plan in cs.scenarios(ENGLAND).items() if cs.read_scenario(plan.path).changes]


def differences(model, draws=None):
    """Return what each shipped scenario changes by the last year."""
    base = cs.run(model, draws=draws)
    runs = [cs.run(model, name, draws=draws) for name in plans()]
    return cs.compare(base, *runs, at=AT)


@pytest.fixture(scope="module")
def shipped():
    """Return the differences of the model as it is, and a third of the width of each band."""
    drawn = differences(ENGLAND, cs.draws(ENGLAND, 200, seed=1, given="posterior"))
    allowed = SHARE * (drawn["high"] - drawn["low"])
    return differences(ENGLAND)["difference"], allowed.clip(lower=FAINT * drawn["baseline"].abs())


def within_bounds(entry, value):
    return entry.bounds is None or entry.bounds[0] <= value <= entry.bounds[1]


@pytest.mark.parametrize("factor", [0.75, 1.25])
@pytest.mark.parametrize("name", FIXED)
def test_a_quarter_of_a_number_without_a_range_moves_no_answer_far(name, factor, shipped):
    difference, allowed = shipped
    value = factor * PARAMETERS[name].value
    if not within_bounds(PARAMETERS[name], value):
        pytest.skip(f"{name} cannot be {value:g}")
    model = cs.calibrate(England(**{name: value}), progress=False).model
    moved = (differences(model)["difference"] - difference).abs()
    far = (moved / allowed)[moved > allowed].sort_values(ascending=False)
    assert far.empty, (
        f"{name} = {value:g} moves differences too far, give it a prior:\n{far.head()}"
    )
