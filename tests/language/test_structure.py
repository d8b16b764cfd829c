"""A model as a whole: what a class body may and may not contain."""

import traceback
from pathlib import Path

import pytest

import caresim
from caresim.language import (
    Aux,
    Delay,
    Flow,
    Model,
    ModelError,
    ParameterError,
    Parameters,
    Smooth,
    Stock,
    cloud,
)

p = Parameters.of(rate=(0.1, "1/year"), start=(9.0, "child"))
q = Parameters.of(rate=(0.2, "1/year"), start=(9.0, "child"))


class Care(Model):
    """Children leave care."""

    parameters = p
    care = Stock("Looked after", "child", p.start)
    leaving = Flow("Left", care >> cloud, care * p.rate)


def test_quantities_stand_in_the_order_of_declaration():
    assert list(Care.variables) == ["care", "leaving"]
    assert [s.name for s in Care.stocks()] == ["care"]
    assert [f.name for f in Care.flows()] == ["leaving"]
    assert Care.published_names() == ("care", "leaving")


def test_a_name_is_given_once():
    with pytest.raises(ModelError, match="'care' is already a quantity of this model"):

        class Wrong(Model):
            care = Stock("Looked after", "child", 0)
            care = Stock("Looked after, again", "child", 0)  # noqa: PIE794


def test_the_error_of_a_class_body_points_at_the_line():
    with pytest.raises(ModelError) as caught:

        class Wrong(Model):
            care = Stock("Looked after", "child", 0)
            twice = 2 * care  # the faulty line

    package = Path(caresim.__file__).parent
    frames = traceback.extract_tb(caught.value.__traceback__)
    outside = [f for f in frames if not Path(f.filename).is_relative_to(package)]
    assert outside[-1].line.endswith("# the faulty line")
    assert "'twice' has no label: write twice = Aux(" in str(caught.value)


def test_a_bare_pipe_is_refused():
    with pytest.raises(ModelError, match="'out' is a bare pipe"):

        class Wrong(Model):
            care = Stock("Looked after", "child", 0)
            out = care >> cloud


def test_a_quantity_has_one_name():
    with pytest.raises(ModelError, match="'care' cannot also be called 'looked_after'"):

        class Wrong(Model):
            care = Stock("Looked after", "child", 0)
            looked_after = care


@pytest.mark.parametrize(
    "name", ["parameters", "start", "until", "stocks", "flows", "variables", "observed"]
)
def test_names_with_a_meaning_for_every_model_are_reserved(name):
    with pytest.raises(ModelError, match=f"'{name}' has a meaning for every model"):
        type(Model)("Wrong", (Model,), body_of(Model, {name: Stock("A stock", "child", 0)}))


def body_of(parent, quantities):
    names = type(parent).__prepare__("Made", (parent,))
    for name, quantity in quantities.items():
        names[name] = quantity
    return names


def test_a_quantity_cannot_have_the_name_of_a_parameter():
    own = Parameters.of(care=(0.1, "1/year"), start=(9.0, "child"))
    with pytest.raises(ModelError, match="'care'"):

        class Wrong(Model):
            parameters = own
            care = Stock("Looked after", "child", own.start)
            leaving = Flow("Left", care >> cloud, care * own.care)


GENERATED = ("time", "exp", "where", "maximum", "drivers", "constants", "constant_1", "shared_1")


@pytest.mark.parametrize("name", GENERATED)
def test_names_of_the_generated_source_are_refused(name):
    with pytest.raises(ModelError, match=f"'{name}'"):
        type(Model)("Wrong", (Model,), body_of(Model, {name: Stock("A stock", "child", 0)}))


def test_a_loop_without_a_stock_is_shown():
    price = Aux("Price", p.start)
    demand = Aux("Demand", 2 * price)
    price.expression = demand + price  # what a class body cannot write, a tool could
    with pytest.raises(ModelError, match="with no stock between: price → demand → price"):
        type(Model)("Wrong", (Model,), body_of(Model, {"price": price, "demand": demand}))


def test_a_loop_between_initial_values_is_refused_when_it_is_compiled():
    from caresim.engine.operations.program import compile_model

    one = Stock("One", "child", 0)
    two = Stock("Two", "child", one)
    one.initial = two
    made = type(Model)("Wrong", (Model,), body_of(Model, {"one": one, "two": two}))
    with pytest.raises(ModelError, match="with no stock between: one → two → one"):
        compile_model(made)


def test_a_loop_through_a_stock_is_fine():
    class Loop(Model):
        parameters = p
        care = Stock("Looked after", "child", p.start)
        twice = Aux("Twice", 2 * care)
        entering = Flow("Entered", cloud >> care, twice * p.rate)

    assert len(Loop.variables) == 3


def test_a_parameter_that_no_equation_uses_is_refused():
    spare = Parameters.of(rate=(0.1, "1/year"), start=(9.0, "child"), forgotten=1.0)
    with pytest.raises(ParameterError, match="no equation of Wrong uses the parameter 'forgotten'"):

        class Wrong(Model):
            parameters = spare
            care = Stock("Looked after", "child", spare.start)
            leaving = Flow("Left", care >> cloud, care * spare.rate)


@pytest.mark.parametrize("collection", [p, None])
def test_a_parameter_of_another_collection_is_refused(collection):
    with pytest.raises(ModelError, match="'rate' of another collection; write 'parameters = p'"):

        class Wrong(Model):
            if collection:
                parameters = collection
            care = Stock("Looked after", "child", 0)
            leaving = Flow("Left", care >> cloud, care * q.rate)


def test_a_quantity_from_outside_the_class_is_refused():
    stray = Stock("Somewhere else", "child", 0)
    with pytest.raises(ModelError, match='"Somewhere else", which is not a quantity of the cl'):

        class Wrong(Model):
            twice = Aux("Twice", 2 * stray)


def test_a_pipe_to_a_stock_outside_the_class_is_refused():
    stray = Stock("Somewhere else", "child", 0)
    with pytest.raises(ModelError, match="Somewhere else"):

        class Wrong(Model):
            parameters = p
            care = Stock("Looked after", "child", p.start)
            moving = Flow("Moved", care >> stray, care * p.rate)


def test_a_smooth_needs_a_name_of_its_own():
    with pytest.raises(ModelError, match=r'line \d+: this Smooth "Felt" has no name: write'):

        class Wrong(Model):
            parameters = p
            care = Stock("Looked after", "child", p.start)
            twice = Aux("Twice", 2 * Smooth("Felt", care, 1 / p.rate))


def test_a_quantity_may_not_be_named_like_a_stage():
    with pytest.raises(ModelError, match="two quantities are called 'felt_stage_1'"):

        class Wrong(Model):
            parameters = p
            felt_stage_1 = Stock("In the way", "child", p.start)
            felt = Smooth("Felt", felt_stage_1, 1 / p.rate)


def test_stages_are_quantities_of_the_model():
    class Waiting(Model):
        parameters = p
        waiting = Delay("Waiting", "child", p.start, time=1 / p.rate, order=2)
        out = Flow("Out", waiting >> cloud, waiting.outflow)

    assert [s.name for s in Waiting.stocks()] == ["waiting_stage_1", "waiting_stage_2"]
    assert [f.name for f in Waiting.flows()] == ["waiting_stage_1_passed", "out"]


def test_a_subclass_adds_to_the_quantities_of_its_parent():
    class More(Care):
        twice = Aux("Twice", 2 * Care.care)

    assert list(More.variables) == ["care", "leaving", "twice"]
    assert list(Care.variables) == ["care", "leaving"]
    assert More.parameters is Care.parameters


def test_a_subclass_cannot_exchange_a_quantity():
    with pytest.raises(ModelError):

        class Wrong(Care):
            care = Stock("Another care", "child", p.start)


def test_an_unknown_quantity_is_suggested():
    with pytest.raises(ModelError) as caught:
        Care.variable("leavings")
    assert str(caught.value) == "Care has no 'leavings'; did you mean 'leaving'?"


def test_an_instance_has_its_own_numbers():
    quick = Care(rate=0.5)
    assert quick.parameters["rate"].value == 0.5
    assert Care().parameters["rate"].value == 0.1
    assert quick.with_values(start=3).parameters["rate"].value == 0.5
    assert quick.parameters["start"].value == 9


def test_an_instance_refuses_an_unknown_parameter_with_a_suggestion():
    with pytest.raises(ParameterError, match="no parameter 'rat'; did you mean 'rate'"):
        Care(rat=0.5)
    with pytest.raises(ParameterError, match="no parameter 'starts'; did you mean 'start'"):
        Care().with_values(starts=0.5)


def test_the_reprs_of_a_model_say_what_it_holds():
    assert repr(Care()) == "<Care: 1 stocks, 1 flows, 2 parameters>"
    page = Care()._repr_html_()
    for part in ("Children leave care.", "Looked after", "care → outside", "care * rate"):
        assert part in page


def test_published_names_are_those_that_the_class_lists():
    class Chosen(Care):
        published = (Care.leaving,)

    assert Chosen.published_names() == ("leaving",)
