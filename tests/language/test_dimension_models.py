"""Models with quantities over dimensions: what they know of them, and names that are refused."""

import pytest

from caresim.language import (
    Aux,
    Dimension,
    Flow,
    Model,
    ModelError,
    Parameters,
    Smooth,
    Stock,
    cloud,
    total,
)

AGE = Dimension("Age", ["0–9", "10–15", "16–17"])
PHASE = Dimension("Phase", ["New", "Settled"])
RATES = ({"0–9": 0.1, "10–15": 0.2, "16–17": 0.3}, "1/year")


def test_groups_are_known_to_the_model_and_inherited():
    class Care(Model):
        parameters = Parameters.of(rate=RATES, many=(9.0, "child"), dimensions=AGE)
        care = Stock("Looked after", "child", parameters.many, over=AGE)
        left = Flow("Left", care >> cloud, care * parameters.rate)

    class More(Care):
        twice = Aux("Twice", Care.care * 2)

    assert list(Care.groups) == ["care", "left"]
    assert list(More.groups) == ["care", "left", "twice"]
    assert More.names_of("twice") == ("twice_0_9", "twice_10_15", "twice_16_17")
    assert More.names_of("twice_0_9") == ("twice_0_9",)
    with pytest.raises(ModelError, match="'care' is already a quantity of its parent"):

        class Again(Care):
            care = Stock("Again", "child", 0)


def test_names_that_meet_are_refused():
    with pytest.raises(ModelError, match="two quantities are called 'care_0_9'"):

        class Twice(Model):
            care = Stock("Looked after", "child", 0, over=AGE)
            care_0_9 = Stock("The youngest", "child", 0)

    with pytest.raises(ModelError, match="'care_0_9' is also a parameter"):

        class Also(Model):
            parameters = Parameters.of(
                care=(dict.fromkeys(AGE.elements, 1.0), "child"), dimensions=AGE
            )
            care = Stock("Looked after", "child", parameters.care, over=AGE)

    with pytest.raises(ModelError, match="'constant_1' has a meaning of its own"):

        class Reserved(Model):
            constant = Stock("Constant", "child", 0, over=Dimension("Number", ["1", "2"]))

    with pytest.raises(ModelError, match="'care_0_9' cannot also be called 'young'"):

        class OneName(Model):
            care = Stock("Looked after", "child", 0, over=AGE)
            young = care["0–9"]


def test_a_part_over_the_other_dimension_needs_a_label():
    with pytest.raises(ModelError, match="'new' has no label"):

        class Wrong(Model):
            homes = Stock("At home", "child", 0, over=(AGE, PHASE))
            new = homes["New"]


def test_a_group_outside_the_class_is_refused():
    care = Stock("Looked after", "child", 0, over=AGE)
    care.__set_name__(None, "care")
    with pytest.raises(ModelError, match='"Looked after, 0–9", which is not a quantity'):

        class Wrong(Model):
            twice = Aux("Twice", care * 2)


def test_a_group_is_not_one_quantity():
    class Care(Model):
        care = Stock("Looked after", "child", 0, over=AGE)

    with pytest.raises(ModelError, match="'care' is over Age: take 'care_0_9', 'care_10_15'"):
        Care.variable("care")


def test_a_notebook_lists_each_group_once():
    class Care(Model):
        parameters = Parameters.of(lag=(2.0, "year"), many=(9.0, "child"))
        care = Stock("Looked after", "child", parameters.many, over=AGE)
        felt = Smooth("Felt", care, parameters.lag, order=3)
        grown = Flow("Grown", care.ageing(then=cloud), care / parameters.lag)
        alone = Aux("Alone", total(care))

    page = Care()._repr_html_()
    assert page.count("<tr>") == 1 + 4
    assert "Age: 0–9, 10–15, 16–17" in page
    assert "care → next Age, last → outside" in page
    assert "felt_0_9" not in page
