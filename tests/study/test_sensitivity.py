"""How an answer hangs on each number: conditional means, and indices that are known exactly."""

import math
import sys

import numpy as np
import pytest
from driven_model import MODEL, PLAN, Driven, drawn, normals

import caresim as cs
from caresim.england import England
from caresim.study.drivers.moved import slopes_of

RUNS = 2_000
ENDS = [0.1, 0.9]


def columns(rho=0.0, runs=RUNS):
    """Return x of size 1 and y of size 2, which move together as told, and z, which does not."""
    x, other, z = normals(3, runs, seed=4)
    return {"x": x, "y": 2 * (rho * x + math.sqrt(1 - rho**2) * other), "z": z}


def asked(output="straight", rho=0.0, **how):
    made = drawn(how.pop("columns", columns(rho)), **how.pop("made", {}))
    return cs.sensitivity(MODEL, PLAN, output, draws=made, **how)


def slope(of, by):
    return np.cov(of, by)[0, 1] / np.var(by, ddof=1)


# The tornado


@pytest.mark.parametrize("rho", [0.0, 0.6, -0.9])
def test_others_move_along_to_their_means_given_the_number(rho):
    known = columns(rho)
    found = asked(rho=rho)
    for name, weight, other, its in (("x", 2, "y", 1), ("y", 1, "x", 2)):
        along = slope(known[other], known[name]) if rho else 0.0
        low, high = np.quantile(known[name], ENDS)
        middle = 2 * known["x"].mean() + known["y"].mean()
        exact = [middle + (weight + its * along) * (end - known[name].mean())
                 for end in (low, high)]  # fmt: skip
        row = found[name]
        np.testing.assert_allclose([row.at_low, row.at_high], exact, rtol=1e-9, atol=1e-9)
    assert found.centre == pytest.approx(2 * known["x"].mean() + known["y"].mean())
    assert "z" not in found.table().index, "what does nothing is not told"


def test_held_in_all_draws_the_others_stay():
    known = columns(0.6)
    found = asked(rho=0.6, others="drawn")
    low, high = np.quantile(known["x"], ENDS)
    assert found["x"].moves == pytest.approx(2 * (high - low))
    assert found["x"].at_low == pytest.approx(2 * low + known["y"].mean())
    assert found.others == "drawn"
    assert "all others as they are drawn" in str(found)


def test_what_moves_along_stays_within_its_bounds():
    x = normals(RUNS)
    found = asked(columns={"x": x, "w": np.clip(0.45 * x, -0.5, 0.5)})
    low, high = np.quantile(x, ENDS)
    held = slope(np.clip(0.45 * x, -0.5, 0.5), x) * (high - x.mean())
    assert held + np.clip(0.45 * x, -0.5, 0.5).mean() < 0.5, "within them at this end"
    wide = asked(columns={"x": 3 * x, "w": 0.45 * x})
    assert wide["x"].at_high == pytest.approx(2 * 3 * high + min(0.45 * high, 0.5), rel=1e-3)
    assert 0.45 * high > 0.5, "beyond them at this one"
    assert found["x"].at_low < 2 * low


def test_correlations_of_chance_move_nothing_along():
    table = {f"n{i}": column for i, column in enumerate(normals(60, 200))}
    moving = slopes_of(table, np.zeros(200))
    assert sum(map(len, moving.values())) <= 2 * 6, "one pair for 20 numbers, each way"
    table["n1"] = table["n0"] + 0.1 * table["n1"]
    assert moving["n0"].get("n1") is None
    assert slopes_of(table, np.zeros(200))["n0"]["n1"] == pytest.approx(
        slope(table["n1"], table["n0"])
    )


def test_structures_are_moved_apart_and_are_a_bar_of_their_own():
    of = np.arange(RUNS) % 2.0
    known = {"x": normals(RUNS) + 5 * of, "on": of}
    found = asked("switched", columns=known, made={"structures": ("plain", "with it")})
    low, high = np.quantile(known["x"], ENDS)
    assert found["x"].moves == pytest.approx(high - low), "and not that of the switch as well"
    row, means = found["structure"], [known["x"][of == k].mean() for k in (0, 1)]
    assert (row.at_low, row.at_high) == pytest.approx((means[0], 3 + means[1]))
    assert row.settings == ("plain", "with it")
    held = asked("switched", columns=known, others="drawn", made={"structures": ("plain", "b")})
    assert held["x"].moves == pytest.approx(high - low)


@pytest.mark.parametrize("others", ["refitted", "drawn"])
def test_a_switch_has_one_of_its_settings_and_never_something_between(others):
    on = (normals(RUNS, seed=9) + columns()["x"] > 0).astype(float)
    found = asked("switched", columns={**columns(), "on": on}, others=others)
    assert (found["on"].low, found["on"].high) == (0, 1)
    assert found["on"].moves >= 3 - 1e-9


@pytest.mark.parametrize("others", ["refitted", "drawn"])
def test_what_moves_by_chance_takes_the_mean_path_of_its_ends(others):
    found = asked("moved", made={"chance": ("rates",)}, others=others)
    (row,) = found.rows
    run = cs.run(MODEL, PLAN, draws=drawn(columns(), chance=("rates",)))
    path = run.drawn_columns["walk"]
    last = slope(path[-1], path.mean(axis=0)) * (np.array([row.low, row.high]) - path.mean())
    exact = np.exp(0.1 * (path[-1].mean() + last))
    assert (row.at_low, row.at_high) == pytest.approx(tuple(exact))


def test_without_a_scenario_it_is_the_output_itself():
    model = Driven(dose=1.0)
    found = cs.sensitivity(model, None, "straight", draws=drawn(columns()))
    assert found.baseline == ""
    assert found["x"].moves == pytest.approx(2 * np.ptp(np.quantile(columns()["x"], ENDS)))
    assert "the difference" not in str(found)
    with pytest.raises(cs.RunError, match="against is what a scenario is compared with"):
        cs.sensitivity(model, None, "straight", against=PLAN)


def test_what_the_caller_set_is_left_alone():
    found = cs.sensitivity(Driven(x=1.0), PLAN, "straight", draws=drawn(columns()))
    assert [row.name for row in found.rows] == ["y"]
    assert "x" in " ".join(map(str, found.notices))


# Indices


def exact_delta(share):
    """Return Borgonovo's delta of a number that has a share of the variance of a normal sum."""
    y, x = np.linspace(-8, 8, 801), np.linspace(-4, 4, 401)[:, None]

    def normal(at, size):
        return np.exp(-0.5 * (at / size) ** 2) / size / math.sqrt(2 * math.pi)

    gaps = np.abs(normal(y, 1.0) - normal(y - math.sqrt(share) * x, math.sqrt(1 - share)))
    distances = gaps.sum(axis=1, keepdims=True) * (y[1] - y[0]) / 2
    return float((distances * normal(x, 1.0)).sum() * (x[1] - x[0])[0])


def test_the_share_of_each_number_by_given_data_is_the_exact_one():
    pytest.importorskip("SALib")
    found = asked(method="given data")
    exact = {"x": 0.5, "y": 0.5, "z": 0.0}  # 2 x and y have the same variance
    for name, share in exact.items():
        measures = found[name].measures
        assert measures["first"] == pytest.approx(share, abs=0.06)
        assert 0 < measures["delta_half"] < 0.1
    assert found["x"].measures["delta"] == pytest.approx(exact_delta(0.5), abs=0.03)
    assert found["z"].measures["delta"] < 0.1, "nothing, but for what so many draws make of it"


def test_indices_over_the_priors_are_the_exact_ones():
    pytest.importorskip("SALib")
    sums = cs.sensitivity(MODEL, PLAN, "straight", method="sobol", names=["x", "y"], n=1024)
    product = cs.sensitivity(MODEL, PLAN, "product", method="sobol", names=["x", "y"], n=1024)
    for name in "xy":
        assert sums[name].measures["first"] == pytest.approx(0.5, abs=0.05)
        assert sums[name].measures["total"] == pytest.approx(0.5, abs=0.05)
        # neither does anything alone, for the mean of the other is nothing
        assert abs(product[name].measures["first"]) < 0.15
        assert product[name].measures["total"] == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("method", ["given data", "sobol"])
def test_indices_are_the_same_each_time_and_leave_random_numbers_alone(method, capsys):
    pytest.importorskip("SALib")
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    how = {"columns": columns(runs=64), "method": method, "n": 64}
    first, again = (asked(**how, seed=3).table() for _ in range(2))
    assert first.equals(again)
    other = asked(**how, seed=4).table()
    assert not first.equals(other)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    assert capsys.readouterr() == ("", "")


def test_structures_and_switches_have_indices_too():
    pytest.importorskip("SALib")
    of = np.arange(RUNS) % 4.0
    known = {"x": normals(RUNS), "on": (of > 2).astype(float), "z": normals(RUNS, seed=2)}
    found = asked("switched", columns=known, method="given data",
                  made={"structures": tuple("abcd")})  # fmt: skip
    share = 9 * 3 / 16
    exact = share / (1 + share)
    assert found["structure"].measures["first"] == pytest.approx(exact, abs=0.1)
    switch = {"x": normals(RUNS), "on": (normals(RUNS, seed=3) > 0).astype(float)}
    found = asked("switched", columns=switch, method="given data")
    assert found["on"].measures["first"] == pytest.approx(9 / 4 / (9 / 4 + 1), abs=0.1)


def test_without_salib_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib", None)
    for method in ("given data", "sobol"):
        with pytest.raises(cs.RunError, match=r"pip install \"caresim\[decide\]\"$"):
            asked(method=method)
    assert len(asked()), "a tornado takes none"


# What is refused


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"method": "delta"}, "method is 'tornado', 'given data' or 'sobol', not 'delta'"),
        ({"others": "fixed"}, "others is 'refitted' or 'drawn'"),
        ({"names": ["xx"]}, "names: 'xx' is not drawn, or is the same in all draws"),
        ({"output": "straigt"}, "did you mean 'straight'"),
        ({"at": "2031-03-30"}, "at"),
        ({"columns": columns(runs=9)}, "at least 10 draws, not 9"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(how, said):
    with pytest.raises(cs.CaresimError) as fault:
        asked(**how)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)


def test_numbers_without_a_prior_have_no_indices_over_priors():
    pytest.importorskip("SALib")
    known = {**columns(), "unsure": normals(RUNS)}
    with pytest.raises(cs.RunError, match="'unsure' has none; leave it out of the names"):
        asked("switched", columns=known, method="sobol", names=["unsure"])


def test_nothing_drives_what_is_the_same_in_all_draws():
    for method in ("tornado", "given data", "sobol"):
        found = asked("same", method=method)
        assert not len(found)
        assert "it is the same in all draws" in str(found)


# England


def test_england_is_asked_of_its_own_posterior():
    england = England()
    found = cs.sensitivity(england, "early_help_first", "looked_after", at="2035-03-31", n=120)
    assert found.baseline == "Current policy"
    assert {"family_support_entry_elasticity", "structure"} <= {row.name for row in found.rows[:4]}
    assert found.weakest is not None
    assert found.weakest.grade == "assumption"
    assert (found.table()["moves"].abs().diff().dropna() <= 0).all(), "the strongest first"
    assert len(found) == 20
    draws = cs.draws(england, 120, seed=1, given="posterior")
    runs = [cs.run(england, name, until="2035-03-31", draws=draws, outputs=["looked_after"])
            for name in ("current_policy_2026", "early_help_first")]  # fmt: skip
    paired = cs.compare(*runs)["difference"].iloc[0]
    assert found.middle == pytest.approx(paired, rel=0.01), "but for where projections start"
