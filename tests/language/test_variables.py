"""Stocks, flows, auxiliaries, smooths and delays: pipes, units, and what they expand into."""

# ruff: noqa: ARG005  (every case takes the same arguments)

import pytest

from caresim.language import (
    Aux,
    Delay,
    Flow,
    Model,
    ModelError,
    Parameters,
    Smooth,
    Stock,
    Unit,
    UnitError,
    cloud,
    maximum,
)

p = Parameters.of(rate=(0.1, "1/year"), span=(2.0, "year"), start=(9.0, "child"), fee=(5.0, "GBP"))


@pytest.fixture
def care():
    return Stock("Looked after", "child", p.start)


@pytest.fixture
def home():
    return Stock("Returned home", "child", 0)


def expanded(variable, name):
    variable.__set_name__(None, name)
    return variable


def test_a_pipe_knows_the_stock_it_empties_and_the_stock_it_fills(care, home):
    assert ((care >> home).start, (care >> home).end) == (care, home)
    assert ((cloud >> home).start, (cloud >> home).end) == (None, home)
    assert ((care >> cloud).start, (care >> cloud).end) == (care, None)


def test_a_pipe_joins_two_different_places(care):
    care.name = "care"
    with pytest.raises(ModelError, match="two different places, not 'care' to itself"):
        care >> care
    with pytest.raises(ModelError, match="two different places, not 'cloud' to itself"):
        cloud >> cloud


@pytest.mark.parametrize("target", ["home", 5, None, p.start])
def test_a_pipe_joins_places_only(care, target):
    with pytest.raises(ModelError, match="a pipe joins stocks, delays and the cloud"):
        care >> target
    with pytest.raises(ModelError, match="a pipe joins stocks, delays and the cloud"):
        cloud >> Aux("Twice", 2 * care)


def test_a_flow_is_in_the_unit_of_its_stocks_per_year(care, home):
    flow = Flow("Returned home", care >> home, care * p.rate)
    assert flow.unit == Unit.parse("child/year")
    assert flow.is_rate


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (lambda s: s * p.span, "Looked after * span is in [child*year]"),
        (lambda s: s, "Looked after is in [child]"),
        (lambda s: p.rate, "rate is in [1/year]"),
        (lambda s: 5, "5 is in [1]"),
    ],
)
def test_a_flow_in_another_unit_is_refused_with_both_units(care, rate, shown):
    care.name = "Looked after"
    with pytest.raises(UnitError) as caught:
        Flow("Left", care >> cloud, rate(care))
    assert str(caught.value) == (
        f"a flow on 'Looked after' [child] must be in [child/year], but {shown}"
    )


def test_a_flow_between_stocks_of_different_units_is_refused(care):
    money = Stock("Budget", "GBP", p.fee)
    with pytest.raises(UnitError, match='a flow on "Budget"'):
        Flow("Spent", care >> money, care * p.rate)


def test_a_flow_may_be_nothing(care):
    assert Flow("Nothing", care >> cloud, 0).unit == Unit.parse("child/year")


def test_a_flow_needs_a_pipe_before_its_rate(care):
    with pytest.raises(ModelError, match="needs a pipe such as home >> care"):
        Flow("Left", care * p.rate, care)


@pytest.mark.parametrize("make", [
    lambda label: Aux(label, p.rate),
    lambda label: Stock(label, "child", p.start),
    lambda label: Smooth(label, p.rate, p.span),
    lambda label: Delay(label, "child", p.start, time=p.span),
    lambda label: Flow(label, cloud >> Stock("S", "child", p.start), p.start * p.rate),
])  # fmt: skip
@pytest.mark.parametrize("label", ["", 5, None])
def test_every_quantity_starts_with_its_label(make, label):
    with pytest.raises(ModelError, match="starts with its label in words"):
        make(label)


def test_an_aux_has_the_unit_of_its_expression_or_the_one_it_states():
    assert Aux("Spent", p.fee * p.rate).unit == Unit.parse("GBP/year")
    assert Aux("Spent", p.fee * p.rate, unit="GBP/year").unit == Unit.parse("GBP/year")
    with pytest.raises(UnitError) as caught:
        Aux("Spent", p.fee * p.rate, unit="GBP")
    assert str(caught.value) == "'Spent' must be in [GBP], but fee * rate is in [GBP/year]"


def test_the_initial_value_of_a_stock_has_its_unit():
    with pytest.raises(UnitError, match="the initial value of stock 'Care' must be in"):
        Stock("Care", "child", p.fee)
    with pytest.raises(UnitError, match="the initial value of stock 'Care' must be in"):
        Stock("Care", "child", 100)


def test_nothing_may_be_written_with_a_decimal_point():
    stock = Stock("Care", "child", 0.0)
    Flow("Nothing", stock >> cloud, 0.0)
    Aux("Nothing", 0.0, unit="child")


def test_a_delay_may_start_empty():
    assert len(Delay("Waiting", "child", 0, time=p.span).stages) == 3


@pytest.mark.parametrize(
    ("unit", "rate"), [("child/year", True), ("1/year", True), ("child", False), ("1", False)]
)
def test_quantities_per_year_are_rates(unit, rate):
    q = Parameters.of(x=(1.0, unit))
    assert Aux("X", q.x).is_rate is rate
    assert not Stock("X", unit, q.x).is_rate


def test_a_smooth_expands_into_signed_stages_that_start_at_its_input(care):
    smooth = expanded(Smooth("Felt", care, p.span, order=2), "felt")
    assert [part.name for part in smooth.parts] == [
        "felt_stage_1",
        "felt_stage_2",
        "felt_stage_1_change",
        "felt_stage_2_change",
        "felt",
    ]
    first, second = smooth.stages
    assert first.initial is second.initial is care
    assert first.signed
    assert second.signed
    assert smooth.expression is second
    assert str(smooth.moves[1].expression) == "(felt_stage_1 - felt_stage_2) / (span / 2)"
    assert (smooth.moves[1].pipe.start, smooth.moves[1].pipe.end) == (None, second)
    assert smooth.unit == Unit.parse("child")


def test_a_smooth_in_a_loop_is_declared_first_and_told_later_what_it_follows():
    own = Parameters.of(rate=(0.1, "1/year"), span=(2.0, "year"), start=(9.0, "child"))

    class Loop(Model):
        parameters = own
        felt = Smooth("Care felt", over=own.span, initial=own.start)
        care = Stock("Looked after", "child", own.start)
        left = Flow("Left", care >> cloud, own.rate * (care + felt))
        felt.follow(care)

    assert (
        str(Loop.variables["felt_stage_1_change"].expression)
        == "(care - felt_stage_1) / (span / 1)"
    )
    assert Loop.felt.stages[0].initial.name == "start"


def test_a_smooth_follows_one_input_in_its_own_unit(care):
    care.name = "care"
    with pytest.raises(ModelError, match="smooth 'felt' already follows care"):
        expanded(Smooth("Felt", care, p.span), "felt").follow(care)
    with pytest.raises(UnitError, match="the input of smooth 'felt' must be in"):
        expanded(Smooth("Felt", over=p.span, initial=care), "felt").follow(p.fee)
    with pytest.raises(ModelError, match="smooth 'Felt' needs a time, and a source or an initial"):
        Smooth("Felt", over=p.span)
    with pytest.raises(ModelError, match="smooth 'Felt' needs a time, and a source or an initial"):
        Smooth("Felt", care)


def test_a_smooth_that_follows_nothing_is_refused_by_the_class():
    with pytest.raises(ModelError, match=r"smooth 'felt' has no input; call felt.follow"):

        class Wrong(Model):
            parameters = p
            felt = Smooth("Care felt", over=p.span, initial=p.start)


def test_a_delay_expands_into_stages_with_moves_between_them(care):
    delay = expanded(Delay("Waiting", "child", p.start, time=p.span, order=3), "waiting")
    assert [part.name for part in delay.parts] == [
        "waiting_stage_1",
        "waiting_stage_2",
        "waiting_stage_3",
        "waiting_stage_1_passed",
        "waiting_stage_2_passed",
        "waiting",
    ]
    assert delay.entry is delay.stages[0]
    assert delay.exit is delay.stages[2]
    assert (cloud >> delay).end is delay.stages[0]
    assert (delay >> care).start is delay.stages[2]
    assert str(delay.expression) == "waiting_stage_1 + waiting_stage_2 + waiting_stage_3"
    assert str(delay.outflow) == "waiting_stage_3 / (span / 3)"
    assert delay.outflow.unit == Unit.parse("child/year")
    assert not any(stage.signed for stage in delay.stages)


@pytest.mark.parametrize("order", [0, -1, 1.5, True, "3"])
def test_an_order_is_a_whole_number_from_one(care, order):
    with pytest.raises(ModelError, match=r"the order of '.*' is a whole number from 1"):
        Smooth("Felt", care, p.span, order=order)
    with pytest.raises(ModelError, match=r"the order of '.*' is a whole number from 1"):
        Delay("Waiting", "child", p.start, time=p.span, order=order)


def test_times_are_in_years(care):
    with pytest.raises(UnitError, match="the time of smooth 'Felt' must be in"):
        Smooth("Felt", care, p.rate)
    with pytest.raises(UnitError, match="the time of delay 'Waiting' must be in"):
        Delay("Waiting", "child", p.start, time=p.rate)
    with pytest.raises(UnitError, match="the initial value of delay 'Waiting' must be in"):
        Delay("Waiting", "child", p.fee, time=p.span)


def test_one_quantity_has_one_name(care):
    care = expanded(care, "care")
    with pytest.raises(ModelError, match="'care' cannot also be called 'looked_after'"):
        care.__set_name__(None, "looked_after")
    care.__set_name__(None, "care")  # the same name again is harmless
    assert care.name == "care"


def test_a_later_line_names_the_quantities_above_it():
    with pytest.raises(UnitError, match=r"maximum needs equal units: 'care' is in \[child\]"):

        class Wrong(Model):
            parameters = p
            care = Stock("Looked after", "child", p.start)
            most = Aux("Most", maximum(care, p.fee))
