"""How times are taken, shown and held against the aims."""

from itertools import groupby

import aims
import pytest
import timing


def test_jobs_take_turns():
    calls = []
    jobs = {name: lambda name=name: calls.append(name) for name in ("a", "b")}
    taken = timing.by_turns(jobs, repeats=4)
    order = [name for name, _ in groupby(calls)]
    assert order == ["a", "b"] * 6  # two turns to warm up, four that count
    assert list(taken) == ["a", "b"]
    assert all(t.seconds > 0 for t in taken.values())


def test_each_sample_stands_between_two_of_the_kernel(monkeypatch):
    calls = []
    monkeypatch.setattr(timing, "kernel_job", lambda _runs: lambda: calls.append("c"))
    jobs = {name: lambda name=name: calls.append(name) for name in ("a", "b")}
    taken = timing.beside_c(jobs, 10, repeats=3)
    order = [name for name, _ in groupby(calls)]
    assert order == ["c", "a", "c", "b"] * 5 + ["c"]
    assert all(t.ratio is not None for t in taken.values())


def test_a_ratio_is_for_a_run_against_a_kernel_of_at_least_a_thousand_runs(monkeypatch):
    samples = {"before": [1.0, 1.0], "a": [0.06, 0.02], "after a": [3.0, 1.0]}
    monkeypatch.setattr(timing, "_samples", lambda _jobs, _repeats: list(samples.items()))
    monkeypatch.setattr(timing, "kernel_job", lambda _runs: print)
    found = timing.beside_c({"a": print}, 10, repeats=2)["a"]
    # 6 ms a run beside 2 ms (1 s and 3 s for 1,000 runs), and 2 ms a run beside 1 ms
    assert found.ratio == pytest.approx((3 + 2) / 2)
    assert found.seconds == pytest.approx(0.04)
    assert found.per_run == pytest.approx(0.004)
    assert found.cell() == "40 ms · 2.5 ×"


def test_without_the_kernel_there_are_times_and_no_ratios(monkeypatch):
    monkeypatch.setattr(timing, "kernel_job", lambda _runs: None)
    found = timing.beside_c({"a": lambda: sum(range(1_000))}, 4, repeats=1)["a"]
    assert found.ratio is None
    assert found.cell() == timing.shown(found.seconds)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (64.2, "64 s"),
        (1.26, "1.3 s"),
        (0.043, "43 ms"),
        (0.0043, "4.3 ms"),
        (0.000171, "170 µs"),
        (2e-6, "2.0 µs"),
    ],
)
def test_a_time_has_two_figures_and_a_unit_that_suits(seconds, text):
    assert timing.shown(seconds) == text


@pytest.mark.parametrize(("ratio", "text"), [(0.55, "0.55"), (3.26, "3.3"), (2284.4, "2,284")])
def test_a_ratio_has_two_figures_below_ten(ratio, text):
    assert timing.times(ratio) == text


def test_a_table_has_its_first_column_to_the_left():
    text = timing.table(("Runs", "Time"), [("1", "4 ms"), ("32", "9 ms")])
    assert text.splitlines() == [
        "| Runs | Time |",
        "| --- | --: |",
        "| 1 | 4 ms |",
        "| 32 | 9 ms |",
    ]


@pytest.mark.parametrize(("value", "met"), [(2.4, "yes"), (2.5, "yes"), (2.6, "**no**")])
def test_an_aim_below_a_limit_is_met_up_to_it(value, met):
    aim = aims.Aim("1,000 runs", "key", 2.5, "× C")
    assert aim.row({"key": value}) == ("1,000 runs", "≤ 2.5 × C", f"{value} × C", met)


@pytest.mark.parametrize(("value", "met"), [(49, "**no**"), (51, "yes")])
def test_an_aim_above_a_limit_is_met_from_it_on(value, met):
    aim = aims.Aim("quicker", "key", 50, "×", at_least=True)
    assert aim.row({"key": value}) == ("quicker", "≥ 50 ×", f"{value} ×", met)


def test_an_aim_that_was_not_measured_is_neither_met_nor_missed():
    assert aims.Aim("one run", "key", 4e-3).row({}) == ("one run", "≤ 4 ms", "not measured", "–")


def test_an_aim_that_is_missed_by_little_does_not_look_met():
    aim = aims.Aim("10,000 runs", "key", 1.1, "× C")
    assert aim.row({"key": 1.14})[1:] == ("≤ 1.1 × C", "1.14 × C", "**no**")
    assert aims.shown(4.04e-3, "s") == "4.04 ms"


def test_only_aims_that_were_measured_are_shown_where_that_is_asked():
    found = {"second run": 3.9e-3}
    assert aims.table(found).count("not measured") == len(aims.AIMS) - 1
    assert aims.table(found, all_of_them=False).splitlines()[2:] == [
        "| England, second run | ≤ 4 ms | 3.9 ms | yes |"
    ]


def test_memory_is_shown_in_the_unit_of_its_aim():
    assert aims.shown(60 * 2**20, "MiB") == "60 MiB"
    assert aims.shown(3e8, "MB") == "300 MB"


def test_the_aims_have_keys_of_their_own():
    keys = [aim.key for aim in aims.AIMS]
    assert len(keys) == len(set(keys))
