"""What a model over dimensions computes: the same as by hand, nobody lost, tables by element."""

import numpy as np
import pytest
from ageing_care import AGE, ByAge, ByHand

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.operations.program import compile_model
from caresim.engine.prepare import available_targets
from caresim.engine.python.source import source_of
from caresim.language import Dimension, Flow, Model, Parameters, RunError, Stock, cloud, total
from caresim.language.fingerprints import fingerprint

CLOCK = Clock(2009, 2014, 8)
DRAWS = {"cease_rate_0_9": np.array([0.1, 0.3, 0.5])}
PHASE = Dimension("Phase", ["New", "Settled"])


def test_a_model_over_a_dimension_has_the_equations_written_by_hand():
    assert list(ByAge.variables) == list(ByHand.variables)
    described = [
        [(v.name, v.label, v.unit, str(getattr(v, "pipe", ""))) for v in made.variables.values()]
        for made in (ByAge, ByHand)
    ]
    assert described[0] == described[1]
    assert fingerprint(ByAge) == fingerprint(ByHand)
    by_age, by_hand = (source_of(compile_model(made)) for made in (ByAge, ByHand))
    assert by_age.replace("ByAge", "ByHand") == by_hand


@pytest.mark.parametrize("target", available_targets())
@pytest.mark.parametrize("columns", [{}, DRAWS], ids=["one run", "three runs"])
def test_a_model_over_a_dimension_gives_the_numbers_written_by_hand(target, columns):
    runs = [
        execute(made(), CLOCK, (), columns, target=target, outputs=list(made.variables))
        for made in (ByAge, ByHand)
    ]
    for name in ByHand.variables:
        np.testing.assert_array_equal(runs[0].values(name), runs[1].values(name), err_msg=name)
    assert runs[0].warnings == runs[1].warnings


def test_an_ageing_chain_loses_nobody():
    run = cs.run(ByAge())
    assert run.ledger()["gap"].abs().max() < 1e-8
    entered = run["starts"].sum().sum()
    left = run["home"].sum().sum() + run["grown"]["16–17"].sum()
    inside = [sum(run[n].sum(axis=1).iloc[at] for n in ("care", "leaving")) for at in (0, -1)]
    assert inside[1] - inside[0] == pytest.approx(entered - left, rel=1e-12)


def test_who_grows_older_moves_to_the_next_age_and_the_last_leave():
    pipes = {name: str(ByAge.variables[name].pipe) for name in ByAge.names_of("grown")}
    assert pipes == {
        "grown_0_9": "care_0_9 >> care_10_15",
        "grown_10_15": "care_10_15 >> care_16_17",
        "grown_16_17": "care_16_17 >> cloud",
    }


def test_a_group_is_a_table_with_a_column_for_each_element():
    run = cs.run(ByAge())
    table = run["care"]
    assert list(table.columns) == list(AGE.elements)
    assert table.columns.name == "Age"
    np.testing.assert_array_equal(table["16–17"], run["care_16_17"])
    assert run["starts"].shape == (11, 3)


def test_an_ensemble_of_a_group_has_columns_by_element_and_run():
    run = execute(ByAge(), CLOCK, (), DRAWS, outputs=["care"])
    table = run["care"]
    assert table.columns.names == ["Age", "run"]
    assert table.shape == (6, 9)
    np.testing.assert_array_equal(table["0–9"], run.values("care_0_9"))


def test_the_outputs_of_a_group_are_those_of_its_elements():
    run = cs.run(ByAge(), outputs=["teens", "care", "care_0_9"])
    assert set(run.outputs) >= {"care_0_9", "care_10_15", "care_16_17", "teens"}
    assert not set(run.outputs) & set(ByAge.names_of("starts"))
    with pytest.raises(RunError, match="'starts_0_9' was not stored"):
        run["starts"]
    with pytest.raises(RunError, match="no 'caree'; did you mean 'care'"):
        cs.run(ByAge(), outputs=["caree"])


def test_the_numbers_of_a_group_are_asked_for_by_element():
    advice = "'care' is over Age: take 'care_0_9', 'care_10_15', 'care_16_17'"
    with pytest.raises(RunError, match=advice):
        cs.run(ByAge()).values("care")


def test_a_published_group_publishes_its_elements():
    class Published(ByAge):
        published = (ByAge.care, ByAge.teens, ByAge.starts["0–9"])

    names = ["care_0_9", "care_10_15", "care_16_17", "teens", "starts_0_9"]
    assert list(Published.published_names()) == names
    assert list(cs.run(Published()).annual().columns) == names


def test_a_dataset_holds_the_elements():
    assert {"care_0_9", "care_16_17"} <= set(cs.run(ByAge()).dataset)


q = Parameters.of(
    care_0=({"0–9": {"New": 1.0, "Settled": 2.0}, "10–15": {"New": 3.0, "Settled": 4.0},
             "16–17": {"New": 5.0, "Settled": 6.0}}, "child"),
    ageing_rate=({"0–9": 0.1, "10–15": 1 / 6, "16–17": 0.5}, "1/year"),
    settling_rate=(2.0, "1/year"),
    exit_rate=({"New": 0.4, "Settled": 0.1}, "1/year"),
    dimensions=[AGE, PHASE],
)  # fmt: skip


class TwoWays(Model):
    """Children by age and phase."""

    parameters = q
    until = "2014-03-31"
    care = Stock("Looked after", "child", q.care_0, over=(AGE, PHASE))
    grown = Flow("Grown", care.ageing(then=cloud, over=AGE), care * q.ageing_rate)
    settled = Flow("Settled", care["New"] >> care["Settled"], care["New"] * q.settling_rate)
    left = Flow("Left", care >> cloud, care * q.exit_rate)
    by_age = Stock("Left, of an age", "child", 0, over=AGE)
    counted = Flow("Counted", cloud >> by_age, total(left, over=PHASE))


def test_two_dimensions_divide_by_every_combination():
    assert TwoWays.names_of("care") == (
        "care_0_9_new", "care_0_9_settled", "care_10_15_new", "care_10_15_settled",
        "care_16_17_new", "care_16_17_settled",
    )  # fmt: skip
    assert TwoWays.variables["care_0_9_new"].label == "Looked after, 0–9, New"
    assert str(TwoWays.variables["care_10_15_settled"].initial) == "care_0_10_15_settled"


def test_what_is_over_one_of_two_dimensions_is_the_same_along_the_other():
    flows = TwoWays.variables
    assert str(flows["grown_0_9_new"].expression) == "care_0_9_new * ageing_rate_0_9"
    assert str(flows["left_0_9_settled"].expression) == "care_0_9_settled * exit_rate_settled"


def test_ageing_along_one_of_two_dimensions_keeps_the_other():
    flows = TwoWays.variables
    assert str(flows["grown_0_9_settled"].pipe) == "care_0_9_settled >> care_10_15_settled"
    assert str(flows["grown_16_17_new"].pipe) == "care_16_17_new >> cloud"


def test_one_element_of_two_dimensions_is_over_the_rest():
    assert TwoWays.names_of("settled") == ("settled_0_9", "settled_10_15", "settled_16_17")
    assert str(TwoWays.variables["settled_0_9"].pipe) == "care_0_9_new >> care_0_9_settled"


def test_a_total_over_one_dimension_leaves_the_other():
    counted = TwoWays.variables["counted_0_9"]
    assert str(counted.expression) == "left_0_9_new + left_0_9_settled"
    run = cs.run(TwoWays())
    by_hand = run["left"].T.groupby(level="Age").sum().T.cumsum()
    np.testing.assert_allclose(run["by_age"].iloc[1:], by_hand[list(AGE.elements)], rtol=1e-12)


def test_a_table_of_two_dimensions_has_columns_by_both():
    table = cs.run(TwoWays())["care"]
    assert table.columns.names == ["Age", "Phase"]
    assert table.shape == (6, 6)
    assert table["10–15", "Settled"].iloc[0] == 4.0


def test_a_scenario_may_change_one_element(tmp_path):
    text = """
    [exit_rate]
    meaning = "Rate of leaving"
    elements = { "New" = 0.4, "Settled" = 0.1 }
    unit = "1/year"
    role = "lever"
    bounds = [0, 1]
    source = "assumption"
    [start]
    meaning = "At the start"
    value = 100
    unit = "child"
    role = "fixed"
    source = "assumption"
    """
    path = tmp_path / "phases.toml"
    path.write_text(text, encoding="utf-8")
    own = Parameters.read(path, dimensions=PHASE)

    class Leaving(Model):
        parameters = own
        until = "2013-03-31"
        care = Stock("Looked after", "child", own.start, over=PHASE)
        left = Flow("Left", care >> cloud, care * own.exit_rate)

    change = cs.Change("exit_rate_new", "set", 0, "2010-04-01")
    run = cs.run(Leaving(), cs.Scenario("Nobody new leaves", changes=[change]))
    alone = cs.run(Leaving())
    assert run["care"]["New"].iloc[1:].nunique() == 1
    np.testing.assert_array_equal(run["care"]["Settled"], alone["care"]["Settled"])
