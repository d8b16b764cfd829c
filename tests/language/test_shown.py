"""What a model declares of itself, and what is taken where it says nothing."""

import re

import pytest

from caresim.language import (
    Aux,
    Dimension,
    Flow,
    Model,
    ModelError,
    Parameter,
    Parameters,
    Stock,
    Unit,
    cloud,
    total,
)  # fmt: skip

age = Dimension("Age", ["Young", "Old"])


class Pond(Model):
    """Fish that are fed and caught."""

    parameters = p = Parameters({
        "rate": Parameter("rate", 0.3, "1/year"),
        "fish_0": Parameter("fish_0", 1000.0, "fish"),
        "feed": Parameter("feed", 5.0, "GBP/fish/year"),
        "rent": Parameter("rent", 900.0, "GBP/year"),
    })  # fmt: skip
    share = Aux("Share caught", p.rate * (p.fish_0 / p.fish_0))
    caught_before = Aux("Caught before", p.fish_0 * p.rate)
    fish = Stock("Fish", "fish", p.fish_0, over=age)
    caught = Flow("Caught", fish >> cloud, fish * p.rate)
    all_fish = Aux("All fish", total(fish))
    feed_spend = Aux("Spending on feed", all_fish * p.feed)
    rent_spend = Aux("Spending on rent", p.rent * 1)
    all_spend = Aux("Spending", feed_spend + rent_spend)


def like(**declared):
    """Return a model that is as the pond and declares more."""
    return type(Pond)("Like", (Pond,), _body(declared))


def _body(declared):
    body = type(Pond).__prepare__("Like", (Pond,))
    for name, value in declared.items():
        body[name] = value
    return body


def test_a_model_that_says_nothing_is_called_by_its_class():
    assert (Pond.shown_title(), Pond.hub_location(), Pond.credit_line()) == ("Pond", "Pond", "")
    named = like(title="A pond", location="P1", credit="Counts: us.", licence="Free.")
    assert (named.shown_title(), named.hub_location()) == ("A pond", "P1")
    assert named.credit_line() == "Counts: us. Free."


def test_counts_are_shown_with_stocks_first_and_no_share_and_no_money():
    assert Pond.caseload_names() == ("fish_young", "fish_old", "caught_before", "caught_young")
    few = like(published=(Pond.share, Pond.caught, Pond.fish))
    assert few.caseload_names() == ("fish_young", "fish_old", "caught_young", "caught_old")
    assert like(published=(Pond.share,)).caseload_names() == ("share",), "there is no count"
    assert like(caseload_panels=(Pond.all_fish,)).caseload_names() == ("all_fish",)


def test_costs_are_published_amounts_with_the_total_last():
    assert Pond.cost_names() == ("feed_spend", "rent_spend", "all_spend")
    whole = like(spending_total="feed_spend")
    assert whole.cost_names() == ("rent_spend", "all_spend", "feed_spend")
    assert like(published=(Pond.fish,)).cost_names() == ()
    assert like(cost_panels=(Pond.rent_spend,)).cost_names() == ("rent_spend",)


def test_the_total_may_be_named_or_be_so_called():
    class Called(Pond):
        """A pond with a quantity of that name."""

        spending_total = Aux("Total", Pond.feed_spend + Pond.rent_spend)

    assert (Pond.spending_name(), Called.spending_name()) == ("", "spending_total")


@pytest.mark.parametrize(
    ("unit", "largest", "divisor"),
    [
        ("fish", 900, 1), ("fish/year", 20_000, 1e3), ("fish", 2e7, 1e6), ("GBP/year", 5e9, 1e6),
        ("GBP", 5, 1e6), ("1", 5e9, 1), ("fish/worker", 5e9, 1), ("year", 5e9, 1),
    ],
)  # fmt: skip
def test_what_is_not_declared_is_divided_as_its_size_suits(unit, largest, divisor):
    assert Pond().shown_divisor(Unit.parse(unit), largest) == divisor


def test_what_is_declared_is_divided_so_whatever_its_size():
    model = like(counted_in={"fish": 1e3, "GBP": 1e9})()
    assert model.shown_divisor(Unit.parse("fish/year"), 1.0) == 1e3
    assert model.shown_divisor(Unit.parse("GBP/year")) == 1e9


class Elsewhere(Model):
    """Another model."""

    parameters = p = Parameters({"x": Parameter("x", 1.0)})
    stranger = Aux("A stranger", p.x * 1)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"title": 5}, "'title' is a text such as 'Children in care', not 5"),
        ({"published": ("fish",)}, "published of Like is a tuple of quantities without"),
        ({"compared": "fish"}, "compared of Like is a tuple of quantities without quotes, not"),
        ({"cost_panels": (Elsewhere.stranger,)}, "cost_panels of Like holds 'stranger', which"),
        ({"counted_in": {"fish": 100}}, "counted_in of Like: 'fish' goes by 1, 1e3, 1e6 or"),
        ({"rounded_to": {"fish": 0}}, "rounded_to of Like: 'fish' is rounded to a number above 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_with_the_class(declared, said):
    with pytest.raises(ModelError, match=re.escape(said)):
        like(**declared)


@pytest.mark.parametrize(
    ("total", "said"),
    [
        ("all_spent", "the spending_total of Like is 'all_spent', no quantity of it; did you mean"),
        ("all_fish", "the spending_total of Like, 'all_fish', is in fish, not GBP/year"),
    ],
)
def test_a_total_that_is_none_is_refused_when_it_is_asked_for(total, said):
    with pytest.raises(ModelError, match=re.escape(said)):
        like(spending_total=total).cost_names()


def test_a_quantity_may_not_be_called_like_a_declaration():
    with pytest.raises(ModelError, match="'credit' has a meaning for every model"):
        like(credit=Aux("Credit", Elsewhere.p.x * 1))
