"""Quantities over dimensions as they are declared: elements, names, units, and what is refused."""

import traceback

import pytest

from caresim.language import (
    Aux,
    Check,
    Delay,
    Dimension,
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
    total,
    where,
)
from caresim.language.dimensions import slug

AGE = Dimension("Age", ["0–9", "10–15", "16–17"])
PHASE = Dimension("Phase", ["New", "Settled"])
RATES = ({"0–9": 0.1, "10–15": 0.2, "16–17": 0.3}, "1/year")
p = Parameters.of(
    rate=RATES,
    start=({"0–9": 1.0, "10–15": 2.0, "16–17": 3.0}, "child"),
    span=({"New": 0.5, "Settled": 2.0}, "year"),
    fee=(5.0, "GBP/child/year"),
    many=(9.0, "child"),
    lag=(2.0, "year"),
    dimensions=[AGE, PHASE],
)


def named(quantity, name):
    quantity.__set_name__(None, name)
    return quantity


@pytest.fixture
def care():
    return named(Stock("Looked after", "child", p.start, over=AGE), "care")


@pytest.fixture
def homes():
    return named(Stock("At home", "child", 0, over=(AGE, PHASE)), "homes")


def written(quantity):
    """Return the expressions of all elements as text."""
    return [str(scalar.expression) for scalar in quantity.scalars]


@pytest.mark.parametrize(
    ("element", "expected"),
    [("0–9", "0_9"), ("Foster care", "foster_care"), (" 16+ ", "16"), ("A/B (c)", "a_b_c")],
)
def test_an_element_is_named_in_lower_case_letters_and_digits(element, expected):
    assert slug(element) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Age", []), "'Age' has no elements"),
        (("Age", "0–9"), "a label and a list"),
        (("", ["0–9"]), "a label and a list"),
        (("Age", ["0–9", "0-9"]), "'0–9' and '0-9' would both be called '0_9'"),
        (("Age", ["0–9", "0–9"]), "would both be called '0_9'"),
        (("Place", ["Über uns"]), "letters a to z"),
        (("Place", ["–"]), "letters a to z"),
    ],
)
def test_elements_that_cannot_be_named_are_refused(arguments, message):
    with pytest.raises(ModelError, match=message):
        Dimension(*arguments)


def test_dimensions_with_the_same_elements_are_the_same():
    assert Dimension("Age", list(AGE.elements)) == AGE
    assert Dimension("Age of child", AGE.elements) != AGE
    assert str(AGE) == "Age"


def test_a_stock_over_a_dimension_is_a_stock_for_each_element(care):
    assert [s.name for s in care.scalars] == ["care_0_9", "care_10_15", "care_16_17"]
    assert [s.label for s in care.scalars][1:] == ["Looked after, 10–15", "Looked after, 16–17"]
    assert [str(s.initial) for s in care.scalars] == ["start_0_9", "start_10_15", "start_16_17"]
    assert {s.unit for s in care.scalars} == {Unit.parse("child")}
    assert all(type(s) is Stock for s in care.scalars)
    debts = Stock("Debts", "child", 0, signed=True, over=AGE)
    assert all(s.signed for s in debts.scalars)


def test_an_equation_is_over_the_dimensions_of_what_it_uses(care, homes):
    assert Aux("Twice", 2 * care).dimensions == (AGE,)
    assert Aux("Both", care + homes).dimensions == (AGE, PHASE)
    assert Aux("One", care["0–9"] * 2).dimensions == ()
    assert Aux("All", total(homes)).dimensions == ()
    assert Flow("Left", care >> cloud, p.many / p.lag).dimensions == (AGE,)
    assert Flow("Came", cloud >> care["0–9"], p.many / p.lag).dimensions == ()
    assert Check("Many", homes > p.many).dimensions == (AGE, PHASE)
    assert Smooth("Felt", care, p.span).dimensions == (AGE, PHASE)
    assert Delay("Away", "child", 0, time=p.span).dimensions == (PHASE,)
    assert Delay("Away", "child", 0, time=p.lag, over=AGE).dimensions == (AGE,)


def test_each_kind_of_node_is_written_for_each_element(care):
    mixed = where(-care < -p.many, maximum(care, p.many), care**2 / p.many) * p.rate
    assert written(Aux("Mixed", mixed)) == [
        f"where(-care_{e} < -many, maximum(care_{e}, many), care_{e} ** 2 / many) * rate_{e}"
        for e in ("0_9", "10_15", "16_17")
    ]


def test_what_has_no_dimension_is_shared_and_not_copied(care):
    scalar = p.fee * p.many
    costs = Aux("Costs", care * scalar)
    assert all(one.expression.children[1] is scalar for one in costs.scalars)


def test_an_element_is_taken_with_square_brackets(care, homes):
    assert care["16–17"] is care.scalars[2]
    assert homes["0–9", "Settled"] is homes["Settled", "0–9"] is homes.scalars[1]
    assert [s.name for s in homes["Settled"].scalars] == [
        "homes_0_9_settled", "homes_10_15_settled", "homes_16_17_settled",
    ]  # fmt: skip
    assert homes["Settled"]["10–15"] is homes["10–15", "Settled"]
    assert p.rate["16–17"] is p.rate_16_17


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("16-17", "'care' has no element '16-17' of Age; did you mean '16–17'"),
        ("Settled", "'care' has no element 'Settled' of Age"),
        (("0–9", "10–15"), "'care' has no element '10–15' of no dimension"),
        (0, "'care' has no element '0' of Age"),
    ],
)
def test_an_unknown_element_is_refused_with_a_suggestion(care, names, message):
    with pytest.raises(ModelError, match=message):
        care[names]


def test_an_element_of_two_dimensions_is_ambiguous():
    other = Dimension("Kin", ["New", "Old"])
    both = named(Stock("Both", "child", 0, over=(PHASE, other)), "both")
    with pytest.raises(ModelError, match="both Phase and Kin have an element 'New'"):
        both["New"]


def test_a_quantity_without_dimensions_has_no_elements():
    alone = named(Stock("Alone", "child", 0), "alone")
    with pytest.raises(ModelError, match="'alone' is not over a dimension"):
        alone["0–9"]


@pytest.mark.parametrize("use", [sum, list, lambda care: "0–9" in care])
def test_a_quantity_is_no_list(care, use):
    with pytest.raises(ModelError, match=r"write total\(care\)"):
        use(care)


def test_total_adds_up_all_elements_or_those_of_one_dimension(care, homes):
    assert str(total(care)) == "care_0_9 + care_10_15 + care_16_17"
    assert str(total(care, p.many)) == "care_0_9 + care_10_15 + care_16_17 + many"
    assert str(total(homes["Settled"])).startswith("homes_0_9_settled + homes_10_15_settled")
    by_age = Aux("By age", total(homes, over=PHASE))
    assert by_age.dimensions == (AGE,)
    assert written(by_age)[0] == "homes_0_9_new + homes_0_9_settled"
    assert written(Aux("By phase", total(homes * care, over=AGE)))[1] == (
        "homes_0_9_settled * care_0_9 + homes_10_15_settled * care_10_15 + "
        "homes_16_17_settled * care_16_17"
    )
    with pytest.raises(ModelError, match="total over Phase: 'care' is over Age"):
        total(care, over=PHASE)


def test_dimensions_may_be_stated_and_then_set_their_order(care, homes):
    assert Aux("Twice", 2 * care, over=AGE).dimensions == (AGE,)
    assert Aux("Both", care + homes, over=[PHASE, AGE]).dimensions == (PHASE, AGE)
    assert Flow("Left", care >> cloud, care * p.rate, over=AGE).dimensions == (AGE,)
    assert Check("Many", care > p.many, over=AGE).dimensions == (AGE,)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda c: Aux("X", c, over=PHASE), "'X' is over Phase but its equation over Age"),
        (lambda c: Aux("X", c, over=()), "'X' is over no dimension but its equation over Age"),
        (lambda _: Aux("X", p.fee, over=AGE), "'X' is over Age but its equation over no dim"),
        (lambda c: Stock("X", "child", c), "stock 'X' is over no dimension but its equation over"),
        (lambda c: Stock("X", "child", c, over=PHASE), "stock 'X' is over Phase but its"),
        (lambda c: Delay("X", "child", c, time=p.lag, over=PHASE), "delay 'X' is over Phase but"),
        (lambda c: Check("X", c > p.many, over=PHASE), "check 'X' is over Phase but"),
        (lambda c: Flow("X", c >> cloud, c / p.lag, over=PHASE), "flow 'X' is over Phase but"),
        (lambda c: Aux("X", c, over="Age"), "over takes a Dimension or several"),
    ],
)
def test_dimensions_that_disagree_are_refused(care, make, message):
    with pytest.raises(ModelError, match=message):
        make(care)


def test_units_are_checked_on_the_line_that_declares_them():
    with pytest.raises(UnitError) as caught:

        class Wrong(Model):
            parameters = p
            care = Stock("Looked after", "child", p.start, over=AGE)
            left = Flow("Left", care >> cloud, care * p.fee)  # the faulty line

    lines = [frame.line for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert any(line.endswith("# the faulty line") for line in lines)
    assert str(caught.value) == (
        "a flow on 'care' [child] must be in [child/year], but care * fee is in [GBP/year]"
    )


def test_a_flow_joins_places_over_the_same_dimensions(care, homes):
    waiting = named(Delay("Waiting", "child", 0, time=p.lag, over=AGE), "waiting")
    assert [str(care_pipe) for care_pipe in pipes(Flow("Off", care >> waiting, 0))] == [
        "care_0_9 >> waiting_0_9", "care_10_15 >> waiting_10_15", "care_16_17 >> waiting_16_17",
    ]  # fmt: skip
    alone = named(Stock("Alone", "child", 0), "alone")
    assert str(pipes(Flow("Off", care >> alone, 0))[2]) == "care_16_17 >> alone"
    assert str(pipes(Flow("Off", homes["New"] >> care, 0))[0]) == "homes_0_9_new >> care_0_9"
    assert str(pipes(Flow("Off", cloud >> homes["New"], 0))[0]) == "cloud >> homes_0_9_new"
    alone_by_phase = named(Stock("By phase", "child", 0, over=PHASE), "by_phase")
    with pytest.raises(ModelError, match=r"pick elements, such as care\[\"0–9\"\]"):
        care >> alone_by_phase
    with pytest.raises(ModelError, match=r"'care' is over Age but 'homes' over Age and Phase.*"
                                         r"pick elements, such as homes\[\"New\"\]"):  # fmt: skip
        care >> homes


def pipes(flow):
    return [scalar.pipe for scalar in flow.scalars]


def test_the_last_of_an_ageing_chain_may_go_to_a_place(care, homes):
    adults = named(Stock("Adults", "child", 0, over=PHASE), "adults")
    grown = Flow("Grown", homes.ageing(then=adults, over=AGE), 0)
    assert str(pipes(grown)[-1]) == "homes_16_17_settled >> adults_settled"
    older = homes["New"].ageing(then=care["0–9"])
    assert str(pipes(Flow("Grown", older, 0))[0]) == "homes_0_9_new >> homes_10_15_new"
    assert str(older) == "homes[New] >> its next Age, the last >> care_0_9"


def test_ageing_needs_one_dimension(care, homes):
    with pytest.raises(ModelError, match="'homes' is over Age and Phase: ageing goes along one"):
        homes.ageing(then=cloud)
    with pytest.raises(ModelError, match="'care' is over Age: ageing goes along one dimension"):
        care.ageing(then=cloud, over=PHASE)
    with pytest.raises(ModelError, match="'alone' is over no dimension: ageing"):
        named(Stock("Alone", "child", 0), "alone").ageing(then=cloud)
    with pytest.raises(ModelError, match="'homes' is over Age and Phase: where the last of 'care'"):
        care.ageing(then=homes)


def test_smooths_and_delays_expand_by_element_and_then_into_stages(care):
    felt = named(Smooth("Felt", care, p.lag, order=2), "felt")
    assert [part.name for part in felt["0–9"].parts] == [
        "felt_0_9_stage_1", "felt_0_9_stage_2",
        "felt_0_9_stage_1_change", "felt_0_9_stage_2_change", "felt_0_9",
    ]  # fmt: skip
    assert felt["0–9"].stages[0].initial is care["0–9"]
    away = named(Delay("Away", "child", care, time=p.lag, order=2), "away")
    assert str(away["0–9"].stages[0].initial) == "care_0_9 / 2"
    assert str(away.outflow["0–9"]) == "away_0_9_stage_2 / (lag / 2)"
    assert away.outflow.unit == Unit.parse("child/year")


def test_a_smooth_over_a_dimension_may_be_told_later_what_it_follows(care):
    felt = named(Smooth("Felt", over=p.lag, initial=care), "felt")
    felt.follow(2 * care)
    assert str(felt["10–15"].source) == "2 * care_10_15"
    with pytest.raises(ModelError, match=r"smooth 'felt' already follows 2 \* care"):
        felt.follow(care)
    alone = named(Smooth("Alone", over=p.lag, initial=p.many), "alone")
    with pytest.raises(ModelError, match="smooth 'alone' is over no dimension but its equation"):
        alone.follow(care)
