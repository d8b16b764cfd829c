"""Whatever levers are pulled at once, no line of spending and no stock is below zero."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import caresim as cs
from caresim.england import England

ENGLAND = England()
LEVERS = {name: entry for name, entry in ENGLAND.parameters.items() if entry.is_open}
STOCKS = [stock.name for stock in ENGLAND.stocks() if not stock.signed]
SPENT = sorted(
    {part.name for parts in ENGLAND.spending_by.values() for part in parts}
    | {name for name in ENGLAND.variables if name.endswith("_spend")}
)
UNTIL = "2050-03-31"


@st.composite
def levers(draw):
    """Up to eight levers, each set to its bounds or between them from some day on."""
    names = draw(st.lists(st.sampled_from(sorted(LEVERS)), min_size=1, max_size=8, unique=True))
    return [cs.Change(name, "set", draw(_value(LEVERS[name])), draw(_day())) for name in names]


def _value(entry):
    if entry.choices:
        return st.sampled_from([label for label, _ in entry.choices])
    low, high = entry.bounds
    return st.sampled_from([low, high]) | st.floats(low, high)


def _day():
    return st.dates(dt.date(2009, 4, 1), dt.date(2040, 3, 31))


def below_zero(changes):
    outputs = [*STOCKS, *SPENT]
    run = cs.run(ENGLAND, cs.Scenario("Some levers", changes=changes), until=UNTIL,
                 outputs=outputs, every="quarter")  # fmt: skip
    values = {name: run.values(name) for name in outputs}
    assert all(np.isfinite(held).all() for held in values.values())
    largest = {name: np.abs(held).max() for name, held in values.items()}
    return {n: v.min() for n, v in values.items() if v.min() < -1e-9 * max(1, largest[n])}


def test_all_stocks_and_lines_are_looked_at():
    assert {"assessment", "care_new_0_9", "social_workers", "foster_carers"} <= set(STOCKS)
    assert {"worker_spend", "programme_spend", "safeguarding_spend", "total_spend"} <= set(SPENT)


@settings(max_examples=10, deadline=None)
@given(levers())
def test_no_line_of_spending_and_no_stock_is_below_zero_for_any_levers(changes):
    assert below_zero(changes) == {}


FROM = "2027-04-01"
HARD = {
    "no posts, and all else dear": [
        ("extra_social_workers", -50_000),
        ("cost_per_social_worker", 150_000),
        ("extra_price_growth", 0.1),
    ],
    "no posts, and few cases": [
        ("extra_social_workers", -50_000),
        ("investigation_factor", 0.5),
        ("child_population", 0),
    ],
    "no posts, and a given total": [
        ("extra_social_workers", -50_000),
        ("crowding_out", "residual"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", HARD)
def test_a_cut_of_all_posts_leaves_no_line_below_zero_with_whatever_else(case):
    changes = [cs.Change(name, "set", _within(name, value), FROM) for name, value in HARD[case]]
    assert below_zero(changes) == {}


def _within(name, value):
    """Return the value, or the bound that it is beyond."""
    entry = LEVERS[name]
    return value if entry.choices else float(np.clip(value, *entry.bounds))
