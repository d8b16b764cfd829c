"""What drives a difference: shares as worked out by hand, and nothing named by mere chance."""

import math
import re

import numpy as np
import pytest
from driven_model import MODEL, PLAN, Driven, drawn, normals, pair
from hypothesis import given, settings
from hypothesis import strategies as st

import caresim as cs
from caresim.england import England
from caresim.study.drivers.candidates import NUMBER, STRUCTURE, Candidate
from caresim.study.drivers.chosen import chosen, scores_of
from caresim.study.drivers.what_drives import drivers_of
from caresim.study.results import project

RUNS = 1_000
NOISE = dict(zip("zw", normals(2, RUNS, seed=5), strict=True))


def two(seed=1, runs=RUNS):
    """Return independent columns of the sizes of the priors."""
    x, y = normals(2, runs, seed=seed)
    return {"x": x, "y": 2 * y}


def number(column, name="n"):
    return Candidate(name, NUMBER, name, "fixed", "measured", np.asarray(column, dtype=float))


def flat(found):
    return " ".join(str(found).split())


# Shares


def test_shares_are_those_of_a_sum_of_independent_numbers():
    columns = {**two(), "x": 1.5 * two()["x"], "z": NOISE["z"]}
    found = cs.what_drives(*pair(drawn(columns)), "straight", at="2025-03-31")
    exact = np.array([9.0, 4.0]) / 13  # of 2·1.5 x and of y, by their variances
    assert [row.name for row in found.rows] == ["x", "y"]
    np.testing.assert_allclose([row.measures["share"] for row in found.rows], exact, atol=0.03)
    assert found.explained == pytest.approx(1, abs=0.01), "all but what ranks make of the tails"


def test_the_difference_at_both_ends_is_that_of_the_number_with_others_at_their_means():
    columns = two()
    found = cs.what_drives(*pair(drawn(columns)), "straight")
    low, high = np.quantile(columns["x"], [0.1, 0.9])
    row = found["x"]
    assert (row.low, row.high) == (low, high)
    assert row.moves == pytest.approx(2 * (high - low), rel=0.05)
    assert row.at_low == pytest.approx(2 * low + columns["y"].mean(), abs=0.15)


def test_what_two_numbers_explain_together_goes_to_the_first_and_alone_says_so():
    x, other = normals(2, RUNS, seed=6)
    columns = {"x": x, "y": 2 * (0.8 * x + 0.6 * other)}  # 2 x and y go together by 0.8
    found = cs.what_drives(*pair(drawn(columns)), "straight")
    shares, alone = ([row.measures[key] for row in found.rows] for key in ("share", "alone"))
    exact = (1 + 0.8) ** 2 / (2 + 2 * 0.8)  # of each with the sum, by its variance
    assert alone == pytest.approx([exact, exact], abs=0.02)
    assert shares == pytest.approx([exact, 1 - exact], abs=0.02)
    assert f"({100 * alone[1]:.0f} % alone)" in flat(found)


def test_a_rate_is_that_of_the_year_and_the_date_is_said():
    base, more = pair(drawn(two()))
    found = cs.what_drives(base, more, "flow", at="2023-03-31")
    assert found.is_rate
    assert found.output.unit == "child"
    assert "in 2022-23, Done against Current policy" in flat(found)
    level = cs.what_drives(base, more, "straight", at="2023-03-31")
    assert "on 31 March 2023" in flat(level)


def test_a_relation_need_not_be_straight():
    x = normals(RUNS)
    candidates = [number(np.exp(3 * x), "bent"), number(normals(RUNS, seed=8), "other")]
    found = chosen(x, candidates)[0]
    assert found.of.name == "bent"
    assert found.share == pytest.approx(1, abs=5e-3)


# Nothing by chance


def test_random_columns_are_named_in_one_case_of_twenty():
    cases = 400
    named = 0
    for seed in range(cases):
        table = normals(31, 60, seed=seed)
        named += bool(chosen(table[0], [number(column) for column in table[1:]], most=1))
    assert abs(named - 0.05 * cases) < 3 * math.sqrt(0.05 * 0.95 * cases)


def test_a_structure_that_means_nothing_is_as_rarely_named():
    cases, named = 400, 0
    of = np.arange(60.0) % 4
    structure = Candidate(STRUCTURE, STRUCTURE, "s", "", "", of, settings=("a", "b", "c", "d"))
    for seed in range(cases):
        named += bool(chosen(normals(60, seed=seed), [structure]))
    assert abs(named - 0.05 * cases) < 3 * math.sqrt(0.05 * 0.95 * cases)


def test_what_is_the_same_in_all_runs_drives_nothing():
    columns = {**two(), "unsure": np.full(RUNS, 0.3)}
    found = cs.what_drives(*pair(drawn(columns)), "straight")
    assert found.tried == 2
    same = cs.what_drives(*pair(drawn(columns)), "same")
    assert not len(same)
    assert "it is the same in all draws" in flat(same)
    assert same.table().empty


# Structures, switches and chance


def test_a_structure_is_one_candidate_and_stands_for_what_it_sets():
    of = np.arange(RUNS) % 2
    draws = drawn({"x": normals(RUNS), "on": of.astype(float)}, structures=("plain", "with it"))
    found = cs.what_drives(*pair(draws), "switched")
    assert [row.name for row in found.rows] == ["structure", "x"]
    row = found["structure"]
    exact = 9 / 4 / (9 / 4 + 1)  # 3 or nothing, in half of the draws each
    assert row.measures["share"] == pytest.approx(exact, abs=0.02)
    assert row.settings == ("plain", "with it")
    assert row.moves == pytest.approx(3, abs=0.02)
    assert "between 'plain' and 'with it'" in flat(found)


def test_a_switch_that_is_drawn_is_a_number():
    on = (normals(RUNS, seed=3) > 0.5).astype(float)
    found = cs.what_drives(*pair(drawn({"x": normals(RUNS), "on": on})), "switched")
    row = found["on"]
    assert (row.low, row.high) == (0, 1)
    assert row.moves == pytest.approx(3, rel=0.02)
    assert "for 'off' to 'on'" in flat(found)


def test_what_moves_by_chance_counts_by_its_mean_up_to_the_date():
    draws = drawn({"z": NOISE["z"]}, chance=("rates",))
    base, more = pair(draws)
    found = cs.what_drives(base, more, "moved", at="2025-03-31")
    (row,) = found.rows
    assert (row.name, row.kind, row.grade) == ("walk", "chance", "estimated")
    path = more.drawn_columns["walk"]
    assert path.shape == (6, RUNS)
    assert row.low == pytest.approx(np.quantile(path.mean(axis=0), 0.1))
    early = cs.what_drives(base, more, "moved", at="2023-03-31")["walk"]
    assert early.low == pytest.approx(np.quantile(path[:4].mean(axis=0), 0.1))
    assert "by chance, its size estimated" in flat(found)


# What a number rests on


def test_the_strongest_that_is_assumed_is_told_in_one_sentence():
    found = cs.what_drives(*pair(drawn({"x": 0.3 * normals(RUNS), "y": two()["y"]})), "straight")
    assert [row.name for row in found.rows] == ["y", "x"]
    assert found.weakest is found["x"]
    told = found.sentence()
    assert "'Effect x' (x), assumed and not measured: it ranks second of 2" in told
    assert re.fullmatch(r"[^.]*(\.\d[^.]*)*\.", told), "one sentence"
    assert told in flat(found).replace("\n", " ")
    certain = cs.what_drives(*pair(drawn({"y": two()["y"]})), "straight")
    assert certain.weakest is None
    assert "No number that is merely assumed" in flat(certain)


def test_prior_and_draws_are_compared_from_10_to_90_percent():
    found = cs.what_drives(*pair(drawn({"x": 0.5 * normals(RUNS), "y": two()["y"]})), "straight")
    ends = 1.2815515655446004
    assert found["x"].prior == pytest.approx((-ends, ends))
    width = np.ptp(np.quantile(0.5 * normals(RUNS), [0.1, 0.9]))
    assert found["x"].narrowed == pytest.approx(1 - width / (2 * ends))
    assert "narrower than its prior" in flat(found)
    table = found.table()
    assert {"share", "grade", "role", "low", "high", "prior_low", "narrowed"} <= {*table.columns}
    assert table.loc["y", "grade"] == "trial"
    assert table.attrs["units"] == "child"


def test_a_number_without_a_prior_is_told_so():
    found = cs.what_drives(*pair(drawn({"unsure": normals(RUNS)})), "switched")
    assert found["unsure"].prior is None
    assert math.isnan(found["unsure"].narrowed)
    assert "from an observational study, effect, without a prior" in flat(found)


# What is refused


def test_runs_without_draws_or_of_others_are_refused():
    base, more = pair(drawn(two()))
    with pytest.raises(cs.RunError, match="need the same draws"):
        cs.what_drives(base, pair(drawn(two(seed=2)))[1], "straight")
    single = [cs.run(MODEL, plan) for plan in (None, PLAN)]
    with pytest.raises(
        cs.RunError, match=r"'Done' or 'Current policy' has none: cs\.run\(model, scen"
    ):
        cs.what_drives(*single, "straight")
    with pytest.raises(cs.RunError, match="at least 10 draws, not 9"):
        cs.what_drives(*pair(drawn(two(runs=9))), "straight")
    with pytest.raises(cs.RunError, match="did you mean 'straight'"):
        cs.what_drives(base, more, "straigt")
    with pytest.raises(
        cs.RunError, match="'fall' is not among what drives this; there is 'y', 'x'"
    ):
        cs.what_drives(base, more, "straight")["fall"]


def test_an_answer_stays_as_it_is():
    found = cs.what_drives(*pair(drawn(two())), "straight")
    with pytest.raises(AttributeError, match="stays as it is"):
        found.rows = ()


# Whatever the numbers


@settings(deadline=None, max_examples=40)
@given(
    weights=st.lists(st.integers(-5, 5), min_size=3, max_size=3),
    order=st.permutations(range(5)),
    seed=st.integers(0, 10_000),
)
def test_shares_add_up_and_hang_on_neither_order_nor_scale(weights, order, seed):
    table = normals(5, 80, seed=seed)
    answer = np.array([*weights, 0, 0]) @ table
    candidates = [number(column, f"n{i}") for i, column in enumerate(table)]
    found = chosen(answer, candidates)
    shares = [one.share for one in found]
    assert all(share > 0 for share in shares)
    assert math.fsum(shares) <= 1 + 1e-9
    bent = [number(np.exp(column), f"n{i}") for i, column in enumerate(table)]
    again = chosen(7 * answer + 3, [bent[i] for i in order])
    assert [one.of.name for one in again] == [one.of.name for one in found]
    np.testing.assert_allclose([one.share for one in again], shares, rtol=1e-6, atol=1e-12)


def test_equal_values_have_equal_scores():
    scores = scores_of(np.array([3.0, 1.0, 3.0, 2.0]))
    assert scores[0] == scores[2] > scores[3] > scores[1]
    assert scores_of(np.arange(9.0)).sum() == pytest.approx(0, abs=1e-12)


# England


def test_england_names_few_by_a_hundred_draws_and_with_their_evidence():
    england = England()
    draws = cs.draws(england, 100, seed=1, given="posterior")
    base, early = (
        cs.run(england, name, draws=draws, outputs=["looked_after"])
        for name in ("current_policy_2026", "early_help_first")
    )
    found = drivers_of(base, early, "looked_after", "2034-35", most=3)
    assert 1 <= len(found) <= 3
    assert found.rows[0].name == "family_support_entry_elasticity"
    assert found.tried > 290
    assert 0.2 < found.explained < 1


def test_ensembles_that_come_from_other_processes_hold_what_was_drawn():
    results = project(Driven(), [], n_draws=20, seed=1)
    (made,) = results.ensembles.values()
    assert {*made.drawn_columns} == {"x", "y", "z", "w", "walk"}
