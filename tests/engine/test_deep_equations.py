"""Long sums and deep nests run on every target, and views hold them or say why not."""

import sys
from types import new_class

import numpy as np
import pytest

import caresim as cs
from caresim.engine.prepare import available_targets
from caresim.language import (
    Aux,
    Dimension,
    Flow,
    Model,
    Parameters,
    Stock,
    cloud,
    exp,
    maximum,
    minimum,
    share,
    table,
    total,
    where,
)
from caresim.language.errors import ExportError, ModelError, UnitError
from caresim.language.expressions import Number, as_expr
from caresim.language.nesting import MOST_NESTED
from caresim.language.walking import MOST_WRITTEN, depth, written_size
from caresim.views.xmile.export import exportable, xmile_text

RATE = 0.1
JOINS = {
    "sums": (lambda made, rate: made + rate, 500),
    "sums to the right": (lambda made, rate: rate + made, 500),
    "totals": (total, 300),
    "differences": (lambda made, rate: rate - (made - rate), 300),
    "products": (lambda made, rate: made * (rate / rate), 1_000),
    "powers": (lambda made, rate: (made / rate) ** 1 * rate, 250),
    "minima": (minimum, 300),
    "minima to the right": (lambda made, rate: minimum(rate, made), 300),
    "maxima and sums": (lambda made, rate: maximum(made + rate, 2 * rate), 200),
    "conditions": (lambda made, rate: where(rate > 2 * rate, rate, made), 250),
    "shares": (lambda made, rate: rate * share(rate, of=made + rate), 200),
    "signs": (lambda made, rate: -(rate - made), 300),
    "exponentials": (lambda made, rate: rate * exp(-made / rate), 200),
    "look-ups": (lambda made, rate: rate * table(made / rate, [(0, 0.5), (2, 1.5)]), 40),
}


def nested(join, n, first):
    made = first
    for _ in range(n):
        made = join(made, first)
    return made


def doubled(join, n, made):
    for _ in range(n):
        made = join(made)
    return made


def model_of(name, n=None):
    join, usual = JOINS[name]
    p = Parameters.of(start_level=(1.0, "child"), rate=(RATE, "1/year"))

    class Long(Model):
        parameters, until = p, "2010-03-31"
        level = Stock("Level", "child", p.start_level)
        wide = Aux("Rate", nested(join, n or usual, p.rate))
        out = Flow("Out", level >> cloud, level * minimum(wide, 2 * p.rate))

    return Long()


@pytest.fixture(scope="module", params=JOINS)
def case(request):
    return request.param, model_of(request.param)


def by_hand(name):
    """Return the rate of a nest, by floats alone."""
    values = {
        "sums": 501 * RATE,
        "sums to the right": 501 * RATE,
        "totals": 301 * RATE,
        "maxima and sums": 201 * RATE,
    }
    return values.get(name)


@pytest.mark.parametrize("target", available_targets())
def test_a_deep_equation_runs_and_targets_agree(case, target):
    name, model = case
    run = cs.run(model, target=target)
    rate = run.values("wide")[0, 0]
    if (expected := by_hand(name)) is not None:
        assert rate == pytest.approx(expected, rel=1e-12)
    other = cs.run(model, target="python").values("level")
    np.testing.assert_allclose(run.values("level"), other, rtol=1e-12)


def test_an_ensemble_of_a_deep_equation_is_its_single_runs(case):
    _, model = case
    many = cs.prepare(model, outputs=["level"])({"rate": np.array([0.05, 0.1])})["level"]
    alone = cs.run(model.with_values(rate=0.05)).values("level")
    np.testing.assert_allclose(many[:, 0], alone[1:, 0], rtol=1e-12)


VIEWS = {
    "what a notebook shows": lambda model: model._repr_html_(),
    "formulas": cs.equations,
    "the page": cs.model_page,
    "the diagram": cs.diagram,
    "loops": cs.loops,
    "XMILE": lambda model: xmile_text(exportable(model, steps_per_year=16)),
}


@pytest.mark.parametrize("name", JOINS)
def test_views_hold_each_kind_of_deep_equation(name):
    model = model_of(name, 30)
    for view, show in VIEWS.items():
        assert show(model), view


@pytest.mark.parametrize(("name", "n"), [("sums", 450), ("minima", 300), ("conditions", 300)])
def test_views_hold_four_hundred_terms_and_three_hundred_minima(name, n):
    model = model_of(name, n)
    assert cs.equations(model)[1].latex.count("rate") >= n
    for view in ("the page", "XMILE", "what a notebook shows"):
        assert VIEWS[view](model).count("rate") >= n, view


@pytest.mark.parametrize("view", ["formulas", "the page", "XMILE"])
def test_an_equation_that_is_too_deep_for_a_view_is_named(view):
    model = model_of("minima", MOST_NESTED + 1)
    with pytest.raises(ExportError, match=r"has 1,00\d operations inside one another"):
        VIEWS[view](model)
    assert cs.run(model).values("level")[-1, 0] > 0, "it runs all the same"


def test_the_limit_of_python_is_as_it_was_after_a_view():
    before = sys.getrecursionlimit()
    cs.equations(model_of("minima", 300))
    assert sys.getrecursionlimit() == before


# Equations that are longer than they look


@pytest.mark.parametrize(
    "join",
    [
        lambda made: made * (made / made),
        lambda made: minimum(made, made + made),
        lambda made: where(made > 2 * made, made, made),
        lambda made: exp(-made / made) * made,
    ],
    ids=["products", "minima", "conditions", "exponentials"],
)
def test_a_part_that_stands_in_itself_again_and_again_is_refused(join):
    p = Parameters.of(start_level=(1.0, "child"), rate=(RATE, "1/year"))
    rate = doubled(join, 60, p.rate)
    assert str(rate).startswith("an expression of ")
    with pytest.raises(ModelError, match=r"'out' has .* operations, written out, and one equation"):

        class Twice(Model):
            parameters = p
            level = Stock("Level", "child", p.start_level)
            out = Flow("Out", level >> cloud, level * rate)


def test_a_unit_that_does_not_agree_is_said_of_an_expression_of_any_length():
    p = Parameters.of(rate=(RATE, "1/year"), length=(1.0, "year"))
    long = doubled(lambda made: made * (made / made), 60, p.rate)
    with pytest.raises(UnitError, match=r"'an expression of 8\.48e\+28 operations' is in"):
        long + p.length


def test_sizes_count_every_place_and_depths_the_longest_way():
    one = as_expr(1.0)
    twice = one + one
    assert (written_size(one), depth(one)) == (1, 0)
    assert (written_size(twice), depth(twice)) == (3, 1)
    assert (written_size(twice * twice), depth(twice * (twice + one))) == (7, 3)
    assert written_size(doubled(lambda made: made + made, 100, Number(1.0))) == 2**101 - 1
    assert MOST_WRITTEN > 10_000


# Many equations, each from the one before


@pytest.mark.parametrize("target", available_targets())
def test_a_thousand_quantities_in_a_row_run(target):
    chain = chain_of(1_000)
    assert cs.run(chain, target=target).values("link_1000")[0, 0] == 1001


def test_a_row_of_quantities_that_a_page_cannot_follow_is_refused_in_a_sentence():
    with pytest.raises(ExportError, match=r"'out' has .* with those of what it is computed"):
        cs.model_page(chain_of(1_200))


def test_a_ring_of_many_quantities_is_shown():
    p = Parameters.of(start_level=(1.0, "child"))
    level = Stock("Level", "child", p.start_level)
    links = {f"link_{i}": Aux(f"Link {i}", level * 1) for i in range(900)}
    for i in range(900):
        links[f"link_{i}"].expression = links[f"link_{(i + 1) % 900}"] * 1
    with pytest.raises(ModelError, match=r"link_0 → link_1 → .* → link_899 → link_0$"):
        made("Ring", {"parameters": p, "level": level, **links})


def made(name, body):
    """Return a class of quantities that a loop has made."""

    def fill(space):
        for key, value in body.items():
            space[key] = value

    return new_class(name, (Model,), {}, fill)


def chain_of(n):
    p = Parameters.of(start_level=(1.0, "child"), rate=(RATE, "1/year"))
    level = Stock("Level", "child", p.start_level)
    body = {"parameters": p, "until": "2010-03-31", "level": level}
    last = level
    for i in range(1, n + 1):
        last = body[f"link_{i}"] = Aux(f"Link {i}", last + p.start_level)
    body["out"] = Flow("Out", level >> cloud, minimum(last, level) * p.rate)
    return made("Chain", body)()


# Over a dimension


def test_a_deep_equation_over_a_dimension_is_written_out_for_each_element():
    age = Dimension("Age", ["0–9", "10–17"])
    rates = {"0–9": 0.1, "10–17": 0.2}
    p = Parameters.of(rate=(rates, "1/year"), start_level=(1.0, "child"), dimensions=age)

    class Aged(Model):
        parameters, until = p, "2010-03-31"
        level = Stock("Level", "child", p.start_level, over=age)
        wide = Aux("Rate", nested(lambda made, rate: made + rate, 400, p.rate))
        out = Flow("Out", level >> cloud, level * minimum(wide, p.rate))

    run = cs.run(Aged())
    assert run.values("wide_10_17")[0, 0] == pytest.approx(401 * 0.2)
    assert len(cs.equations(Aged())) == 3
