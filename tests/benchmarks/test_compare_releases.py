"""Two releases are held against each other: what is apart is found, what agrees passes."""

import os
import subprocess
import sys
from pathlib import Path

import agreement
import compare_releases
import drawn_numbers
import numbers_of
import numpy as np
import pytest
from matplotlib.figure import Figure

ROOT = Path(__file__).parents[2]
ONE = "scenarios/baseline/single"
ALL = list(agreement.GROUPS)


def texts(*cells):
    return np.array(cells, dtype=np.str_)


def dump():
    """A few numbers of each section, as a side writes them."""
    return {
        f"{ONE}/looked_after": np.array([[64_000.0], [80_000.0], [84_000.0]]),
        f"{ONE}/unmet": np.array([[0.0], [0.02], [0.03]]),
        "scenarios/baseline/draws/looked_after": np.array([[64_000.0, 65_000.0]]),
        "ways/floats/baseline/single/looked_after": np.array([[64_000.0], [80_000.0], [84_000.0]]),
        "notebooks/1_first_run/code cell 3": texts("2029", "8684.9", "-174.1"),
        "tables/baseline_annual.csv/total_spend": texts("10971712345.6", "11352000000.1"),
        "figures/run: Costs/axes 0/line2d 3/y": np.array([10.9, 11.3, np.nan]),
        "figures/cs.plot: fit/axes 0/line2d 3/y": np.array([1.0, 2.0]),
        "xmile/baseline": np.array("<xmile>\n<stock/>\n<flow/>\n</xmile>\n"),
    }


def verdict_of(name, there, here=None, sections=ALL):
    """Return the verdict on the group that holds a series."""
    found = agreement.verdicts(dump() if here is None else here, there, sections)
    (verdict,) = [v for v in found if name in {*v.sizes, *v.gone, *v.new}]
    return verdict


def test_the_same_numbers_agree_in_every_group():
    found = agreement.verdicts(dump(), dump(), ALL)
    assert len(found) == 9
    assert all(v.passed for v in found)
    assert sum(len(v.sizes) for v in found) == len(dump()) + 1, "ways are compared twice"
    assert "differs" not in "\n".join(agreement.page(found))


@pytest.mark.parametrize("name", [n for n in dump() if dump()[n].dtype.kind == "f"])
def test_a_change_of_a_billionth_is_found_in_any_series(name):
    there = dump()
    there[name] = there[name] * (1 + 1e-9)
    found = [v for v in agreement.verdicts(dump(), there, ALL) if not v.passed]
    assert name in {worst for v in found for worst in v.worst}
    assert found[0].largest == pytest.approx(1e-9, rel=1e-4)


@pytest.mark.parametrize("name", [n for n in dump() if dump()[n].dtype.kind == "f"])
def test_the_last_bits_do_not_count(name):
    there = dump()
    there[name] = there[name] * (1 + 1e-14)
    assert all(v.passed for v in agreement.verdicts(dump(), there, ALL))


def test_differences_are_held_against_the_largest_value_of_their_series():
    there = dump()
    there[f"{ONE}/unmet"] = np.array([[1e-14], [0.02], [0.03]])
    verdict = verdict_of(f"{ONE}/unmet", there)
    assert verdict.sizes[f"{ONE}/unmet"] == pytest.approx(1e-14 / 0.03)
    assert verdict.passed


@pytest.mark.parametrize(
    "values",
    [[[0.0], [0.02]], [[0.0], [0.02], [np.nan]], [[0.0], [0.02], [np.inf]]],
    ids=["another length", "a value is missing", "a value without end"],
)
def test_another_shape_or_a_missing_value_is_infinitely_far(values):
    verdict = verdict_of(f"{ONE}/unmet", dump() | {f"{ONE}/unmet": np.array(values)})
    assert verdict.worst[0] == f"{ONE}/unmet"
    assert verdict.largest == np.inf


def test_missing_values_in_the_same_places_agree():
    same = np.array([np.nan, np.inf, 1.0])
    assert agreement.difference(same, same.copy()) == (0.0, 0)
    assert agreement.difference(same, -same) == (np.inf, 0)


def test_noise_where_there_was_nothing_is_found():
    zero = np.zeros(3)
    assert agreement.difference(zero, zero)[0] == 0.0
    assert agreement.difference(zero + 1e-300, zero)[0] == np.inf


def test_a_series_that_is_gone_fails_and_a_new_one_is_told():
    more = dump() | {f"{ONE}/plans": np.array([[1.0], [2.0], [3.0]])}
    lost = verdict_of(f"{ONE}/plans", more)
    assert (lost.gone, lost.passed) == ([f"{ONE}/plans"], False)
    found = verdict_of(f"{ONE}/plans", dump(), here=more)
    assert (found.new, found.passed) == ([f"{ONE}/plans"], True)
    assert "new, and not compared, 1" in "\n".join(agreement.page([found]))


def test_a_series_under_another_name_is_known_by_its_numbers():
    here = dump()
    here[f"{ONE}/unmet_need"] = here.pop(f"{ONE}/unmet")
    found = verdict_of(f"{ONE}/unmet_need", dump(), here=here)
    assert found.renamed == {f"{ONE}/unmet": f"{ONE}/unmet_need"}
    assert found.passed
    here[f"{ONE}/unmet_need"] = here[f"{ONE}/unmet_need"] * (1 + 1e-9)
    moved = verdict_of(f"{ONE}/unmet_need", dump(), here=here)
    assert (moved.gone, moved.passed) == ([f"{ONE}/unmet"], False)


def test_nothing_to_compare_does_not_pass():
    found = agreement.verdicts({}, {}, ["figures"])
    assert [v.passed for v in found] == [False]
    assert "nothing to compare" in "\n".join(agreement.page(found))


def test_each_way_of_one_side_is_held_against_the_default_of_the_other():
    here = {n: v for n, v in dump().items() if not n.startswith("ways/")}
    here["ways/readable/baseline/single/looked_after"] = here[f"{ONE}/looked_after"] * (1 + 1e-9)
    ours, theirs = agreement.verdicts(here, dump(), ["ways"])
    assert ours.worst == ["ways/readable/baseline/single/looked_after"]
    assert not ours.passed
    assert theirs.passed
    assert list(theirs.sizes) == ["ways/floats/baseline/single/looked_after"]


@pytest.mark.parametrize(
    ("old", "new", "size", "rounded"),
    [
        ("8684.9", "8684.9", 0.0, 0),
        ("8684.9", "8684.90", 0.0, 0),
        ("-0.0", "0.0", 0.0, 0),
        ("8684.9", "8685.0", 0.1 / 8685.0, 0),
        ("0.5", "0.6", 0.1 / 0.6, 0),
        ("10971712345.6", "10971712345.7", 0.0, 1),
        ("10971712345.6", "10971712345.8", 0.2 / 10971712345.8, 0),
        ("1e-3", "0.001", 0.0, 0),
        ("nan", "nan", 0.0, 0),
        ("nan", "1.0", np.inf, 0),
        ("GBP", "GBP", 0.0, 0),
        ("GBP", "GBP/year", np.inf, 0),
        ("", "1.0", np.inf, 0),
    ],
)
def test_shown_numbers_may_differ_by_the_last_of_many_digits(old, new, size, rounded):
    found = agreement.difference(texts(new), texts(old))
    assert found == (pytest.approx(size), rounded)


def test_an_export_counts_the_lines_that_differ():
    there = dump() | {"xmile/baseline": np.array("<xmile>\n<stock/>\n<aux/>\n<aux/>\n</xmile>\n")}
    verdict = verdict_of("xmile/baseline", there)
    assert (verdict.largest, verdict.passed) == (2.0, False)
    ends = dump() | {"xmile/baseline": np.array(str(dump()["xmile/baseline"]).rstrip())}
    assert not verdict_of("xmile/baseline", ends).passed, "the last line break counts"


def test_the_page_names_the_worst_first():
    there = dump()
    there[f"{ONE}/unmet"] = there[f"{ONE}/unmet"] * (1 + 1e-6)
    there[f"{ONE}/looked_after"] = there[f"{ONE}/looked_after"] * (1 + 1e-9)
    page = "\n".join(agreement.page(agreement.verdicts(dump(), there, ["scenarios"])))
    row = f"| Scenarios, single runs | 2 | 2 | 1e-06 | `{ONE}/unmet` | **differs** |"
    assert row in page
    assert f"beyond 1e-12, 2: {ONE}/unmet (1e-06); {ONE}/looked_after (1e-09)" in page
    assert "| Scenarios, draws | 1 | 0 | 0 | – | agrees |" in page


def test_the_numbers_of_a_text_are_found_as_they_are_written():
    text = "£1,234.5m (−3 to +0.5), 1e-12, 2029-30, stage_2 and 12,34; <Figure 900x500>"
    assert drawn_numbers.numbers_in(text) == [
        "1234.5", "-3", "0.5", "1e-12", "2029", "30", "12", "34", "900",
    ]  # fmt: skip


def test_of_a_page_only_what_is_seen_counts():
    page = "<style>td {width: 3px}</style><td class='a7'>5&nbsp;&lt;6</td>"
    assert drawn_numbers.numbers_in(drawn_numbers.seen(page)) == ["5", "6"]


def figure(*, line=2.0, bar=4.0, edge=0.5, dot=7.0, shade=9.0, text="3.25"):
    drawn = Figure()
    left, right = drawn.subplots(1, 2)
    left.plot([2009, 2035], [1.0, line])
    left.bar([2009], [bar])
    left.fill_between([2009, 2035], [0.0, 0.0], [edge, 1.0])
    right.scatter([1.0], [dot])
    right.imshow([[1.0, shade]], aspect="auto", extent=(0, 1, 0, 10))
    left.text(2020, 1, text)
    for axes in (left, right):
        axes.set(xlim=(0, 3000), ylim=(0, 10))
    return drawn_numbers.drawn_numbers(drawn)


def test_the_same_figure_draws_the_same_numbers():
    assert agreement.compared("figure", figure(), figure()).largest == 0.0
    assert any(name.startswith("axes 1/") for name in figure())


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"line": 2.5}, "line2d"),
        ({"bar": 4.5}, "rectangle"),
        ({"edge": 0.75}, "fillbetweenpolycollection"),
        ({"dot": 7.5}, "pathcollection"),
        ({"shade": 9.5}, "axesimage"),
        ({"text": "3.26"}, "text"),
    ],
)
def test_what_any_artist_draws_is_compared(change, kind):
    (worst,) = agreement.compared("figure", figure(**change), figure()).worst
    assert kind in worst or ("poly" in kind and "polycollection" in worst)


def test_a_saved_figure_leaves_its_numbers_under_its_titles(tmp_path, monkeypatch):
    base = drawn_numbers.FigureCanvasBase
    monkeypatch.setattr(base, "print_figure", base.print_figure)  # put back after the test
    drawn_numbers.when_saved(lambda drawn: drawn_numbers.write_apart(drawn, tmp_path))
    drawn = Figure()
    drawn.subplots().set_title("Costs, £bn", loc="left")
    for kind in ("png", "svg"):
        drawn.savefig(tmp_path / f"costs.{kind}")
    assert (tmp_path / "costs.svg").stat().st_size > 0
    with np.load(tmp_path / "Costs bn.npz") as kept:
        assert set(kept) == set(drawn_numbers.drawn_numbers(drawn))


def test_a_table_is_a_series_for_each_column(tmp_path):
    table = tmp_path / "costs.csv"
    table.write_text('name,2029-30\n"A, B",1.5\nC,2.5\n', encoding="utf-8")
    found = numbers_of.table_numbers(table)
    assert {name: cells.tolist() for name, cells in found.items()} == {
        "tables/costs.csv/name": ["A, B", "C"],
        "tables/costs.csv/2029-30": ["1.5", "2.5"],
    }


def test_the_ways_to_run_are_those_that_the_library_names():
    ways = numbers_of.named_ways(numbers_of.England())
    assert ways
    for way in ways:
        run = numbers_of.cs.run(numbers_of.England(), until="2010-03-31", target=way)
        assert run.provenance["computed_with"].startswith(way)


def test_every_scenario_is_found_and_an_empty_checkout_refused(tmp_path):
    assert {"baseline", *numbers_of.PAIR} <= set(numbers_of.scenario_files(ROOT))
    with pytest.raises(SystemExit, match="no folder of scenarios"):
        numbers_of.scenario_files(tmp_path)


def test_numbers_written_are_read_again(tmp_path):
    np.savez(tmp_path / "numbers.npz", **dump())
    again = compare_releases.read(tmp_path / "numbers.npz")
    assert all(v.passed for v in agreement.verdicts(again, dump(), ALL))


def test_what_is_no_release_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="'no-such-ref' is no file, no folder and no git ref"):
        compare_releases.of_other("no-such-ref", ["xmile"], tmp_path)


def comparing(other):
    script = ROOT / "benchmarks" / "compare_releases.py"
    command = [sys.executable, str(script), str(other), "--only", "xmile"]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=os.environ, check=False
    )


@pytest.mark.slow
def test_a_checkout_agrees_with_itself_and_not_with_another_export(tmp_path):
    same = comparing(ROOT)
    assert same.returncode == 0, same.stderr
    assert "| Export to XMILE, lines | 3 | 0 | 0 | – | agrees |" in same.stdout
    np.savez(tmp_path / "numbers.npz", **{"xmile/baseline": np.array("<xmile/>\n")})
    other = comparing(tmp_path / "numbers.npz")
    assert other.returncode == 1, other.stderr
    assert "**differs**" in other.stdout
