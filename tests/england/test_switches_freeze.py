"""A switch of a feedback, turned on any day, freezes what it governs: nothing jumps on that day."""

import pytest
from england_cases import ENGLAND, FEWER_FIT, PARAMETERS, VALUE, policy

import caresim as cs
from caresim.england import England

STEPS = 128  # a year: what moves by itself moves little in one
JUMP = 1e-3
DAYS = ("2013-10-01", "2020-04-01", "2029-07-01")
SWITCHES = list(dict.fromkeys(one.switch for one in (*ENGLAND.feedbacks, *ENGLAND.drivers)))
CASES = [pytest.param(switch, day, id=f"{switch} {day}") for switch in SWITCHES for day in DAYS]


def turned(switch, day, now, then):
    """Return by what share each published quantity leaves, in one short step, what it would be."""
    year = int(day[:4]) + (day[5:] >= "04-01")
    england = England(**{switch: now})
    plan = policy((switch, "set", then, day))
    how = {"until": f"{year}-03-31", "steps_per_year": STEPS, "every": "step"}
    shown = ENGLAND.published_names()
    # beside a change of nothing, so that both runs step on the same days
    still = policy((switch, "set", now, day))
    runs = [cs.run(england, s, outputs=shown, **how) for s in (plan, still)]
    apart = {}
    for name in shown:
        one, other = (run[name] for run in runs)
        first = int((one.to_numpy() != other.to_numpy()).argmax())
        gap = one.iloc[first] - other.iloc[first]
        apart[name] = abs(gap) / max(abs(other.iloc[first]), 1e-12)
    return apart


def other_setting(switch):
    return next(label for label, value in PARAMETERS[switch].choices if value != VALUE[switch])


def own_setting(switch):
    return next(label for label, value in PARAMETERS[switch].choices if value == VALUE[switch])


@pytest.mark.parametrize(("switch", "day"), CASES)
def test_nothing_published_jumps_where_a_switch_is_turned(switch, day):
    apart = turned(switch, day, own_setting(switch), other_setting(switch))
    jumps = {name: f"{100 * by:.2f} %" for name, by in apart.items() if by > JUMP}
    assert not jumps, f"'{switch}' turned on {day}: {jumps}"


@pytest.mark.parametrize("day", DAYS)
def test_nothing_jumps_where_a_fixed_total_gives_way_to_a_ring_fence(day):
    apart = turned("crowding_out", day, "residual", "ring-fenced")
    jumps = {name: f"{100 * by:.2f} %" for name, by in apart.items() if by > JUMP}
    assert not jumps, f"turned back on {day}: {jumps}"


def test_a_switch_turned_from_the_start_is_one_that_never_acted():
    """Frozen at nothing: no shortage has acted yet on the first day."""
    run = cs.run(England(placements_on="off"), until="2020-03-31")
    assert run["shortage"].max() == run["homes_shortage"].max() == 0


def test_the_shares_without_a_foster_home_or_a_place_in_a_home_stay_as_they_are_on_the_day():
    plan = policy(("placements_on", "set", "off", "2020-04-01"))
    short = England(**FEWER_FIT)
    # of the equations: children in care are those in places but for what begins at a figure
    run, base = (cs.run(short, one, from_figures=False) for one in (plan, None))
    for name in ("unmet_10_15", "homes_shortage"):
        later = run[name].loc["2020-03-31":]
        assert later.iloc[0] > 0.01, name
        assert (later - later.iloc[0]).abs().max() < 1e-12, name
        assert abs(base[name].loc["2035-03-31"] - later.iloc[0]) > 1e-3, name
    fostered = run["foster_children"] + run["residential_children"] + run["other_placements"]
    assert (fostered - run["looked_after"]).abs().max() < 1e-6
