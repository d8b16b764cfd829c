"""Exported files run in PySD and simlin: every stock comes out as with caresim's own Euler."""

import random
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from other_engines import ENGINE, assert_agrees, checked, needs_an_engine

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.england import England
from caresim.language import (
    Aux,
    Check,
    Delay,
    Flow,
    Model,
    Parameter,
    Parameters,
    Series,
    Smooth,
    Stock,
    cloud,
    elapsed,
    exp,
    log,
    maximum,
    minimum,
    pulse,
    share,
    smooth_step,
    table,
    time,
    total,
    where,
)
from caresim.language.errors import ExportError
from caresim.language.expressions import Binary, Expr, Number, walk
from caresim.language.functions import FUNCTIONS
from caresim.language.model import equations_of
from caresim.views.xmile import verify as verifying
from caresim.views.xmile.export import exportable
from caresim.views.xmile.verify import ENGINES, verify

pytestmark = needs_an_engine
SCENARIOS = Path(__file__).parents[2] / "scenarios"
YEARS = tuple(float(year) for year in range(2009, 2013))
p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("budget", Series(YEARS, (90.0, 80.1, 80.1, 61.3), held=True), "GBP/year",
                      "Budget", "lever", (0, 1000)),
            Parameter("children", Series((2009.249, 2011.247, 2014.0), (1000.0, 1101.0, 900.0),
                                         held=False), "child", "Children", "lever", (1, 1e6)),
            Parameter("price", 2.123456789012345, "GBP/child", "Price", "lever", (0.1, 99)),
            Parameter("care_time", 2.5, "year", 'Time in "care" \\ of any kind', "lever", (0.5, 9)),
            Parameter("entry_rate", 0.012345, "1/year", "Rate", "lever", (0.00001, 1)),
            Parameter("elasticity", 0.37, "1", "Elasticity", "lever", (-2, 2)),
            Parameter("turning", 2012.0, "year", "When the effect turns"),
            Parameter("known_to", 2013.0, "year", "Up to when the path is known"),
            Parameter("care_0", 100.0, "child", "In care at the start"),
        )
    }
)  # fmt: skip


class Everything(Model):
    """Every kind of quantity and every function, with feedback."""

    parameters = p
    start, until = "2009-03-31", "2017-03-31"
    relief = Smooth("Relief felt", over=p.care_time, order=2, initial=p.budget / p.price)
    care = Stock("In care", "child", p.care_0 + p.budget / p.price * p.care_time / 10)
    home = Delay("On the way home", "child", care / 7, time=p.care_time, order=3)
    balance = Stock("Money left over", "GBP", 0, signed=True)
    pressure = Aux("Pressure", care / p.care_0)
    crowding = Aux("Crowding", table(pressure, [(0.5, 1.2), (1, 1), (1.7, 0.4)]))
    reform = Aux("Reform", smooth_step(1, p.elasticity, "2010-11-11", "2013-08-08"))
    halt = Aux("Halt", smooth_step(1, 0.9, "2011-01-11", "2014-06-30", known_to=p.known_to))
    growth = Aux("Growth", exp(elapsed("2009-03-31", "2012-03-31") / p.care_time * 0.01) * halt)
    bent = Aux("A power of an expression", (pressure + 0.1) ** -p.elasticity)
    steep = Aux("A power by an expression", growth ** (1 + p.elasticity * reform))
    slack = Aux("Log of the pressure", log(maximum(pressure, 0.2)))
    late = Aux("From a date on", where(time >= p.turning, -slack, slack))
    none = Aux(
        "One, and a share of nothing", 1 + share(care, of=care - care) * share(care, of=home)
    )
    entries = Flow(
        "Into care",
        cloud >> care,
        total(p.children * p.entry_rate, relief * 0.01) * crowding * reform * bent * steep * none,
    )
    leaving = Flow("Towards home", care >> home, minimum(care / p.care_time, care / p.care_time))
    settled = Flow("Settled", home >> cloud, home.outflow)
    money = Flow("Money", cloud >> balance, p.budget - care * p.price / p.care_time)
    moving = Flow("Change of relief", cloud >> balance, relief * p.price * (late - -slack))
    feed = Aux("What relief follows", p.budget / p.price * growth)
    relief.follow(feed)
    full = Check("More in care than at first", care > p.care_0)


def policy(*changes):
    return cs.Scenario("A policy", changes=tuple(changes))


RAMP = policy(
    cs.Change("price", "add", 1.5, "2010-04-01", over_years=2.3),
    cs.Change("children", "scale", 1.1, "2011-04-01", over_years=1.7),
    cs.Change("budget", "scale", 1.37, "2011-10-01", over_years=3, until="2015-06-30"),
    cs.Change("elasticity", "set", -0.2, "2013-04-01"),
)
FIRST_DAY = policy(
    cs.Change("price", "set", 3.3, "2009-04-01"), cs.Change("budget", "add", 9.1, "2009-04-01")
)


# A small model of everything


def test_the_small_model_holds_every_node_and_function():
    expressions = [e for v in Everything.variables.values() for e in equations_of(v)]
    nodes = list(walk(*expressions))
    assert {node.function for node in nodes} >= set(filter(str.isidentifier, FUNCTIONS))
    kinds = {type(v).__name__ for v in Everything.variables.values()}
    kinds |= {type(node).__name__ for node in nodes}
    needed = {"Number", "Time", "Negative", "Binary", "Call", "Table", "ParameterRef", "Stock"}
    assert needed | {"Flow", "Aux", "Check", "Smooth", "Delay"} <= kinds


@pytest.mark.parametrize("name", ["as it is", "ramps and steps", "a change of the first day"])
def test_every_stock_of_the_small_model_agrees(name, tmp_path):
    plans = {"as it is": None, "ramps and steps": RAMP, "a change of the first day": FIRST_DAY}
    assert_agrees(checked(Everything(), tmp_path, plans[name]))


@pytest.mark.filterwarnings("ignore:1 equal steps a year cannot hold")
@pytest.mark.parametrize("steps", [1, 4, 64])
def test_it_agrees_at_other_steps(steps, tmp_path):
    model = Everything()
    assert_agrees(checked(model, tmp_path, RAMP, steps_per_year=steps, until="2014-03-31"))


def test_a_model_that_starts_at_given_levels_agrees(tmp_path):
    model = Everything().with_start(balance=-3.5, care=70.0, home_stage_2=4.25)
    assert_agrees(checked(model, tmp_path))


def test_a_model_with_other_values_agrees(tmp_path):
    assert_agrees(checked(Everything(entry_rate=1.25e-05, care_time=3.0), tmp_path, RAMP))


# What happens between two steps


r = Parameters(
    {
        "rate": Parameter("rate", 10.0, "child/year", role="lever", bounds=(0.0, 9e9)),
        "begins": Parameter("begins", 2010.55, "year"),
    }
)


class Dated(Model):
    """A stock that fills from a day on that no step meets, and faster in a week between steps."""

    parameters = r
    start, until = "2009-03-31", "2012-03-31"
    held = Stock("Held", "child", 0)
    come = Flow("Come", cloud >> held, where(time >= r.begins, r.rate, 0))
    also = Flow("Also", cloud >> held, r.rate * pulse("2010-11-10", days=40))
    late = Flow("Late", cloud >> held, where(time > "2011-06-05", r.rate, 0))
    end = Flow("End", cloud >> held, where(time < "2011-09-30", r.rate, 0))
    last = Flow("Last", cloud >> held, where(time <= "2011-03-31", r.rate, 0))


@pytest.mark.parametrize("steps", [1, 4, 16, 64])
def test_what_happens_between_steps_is_moved_alike_in_all_engines_and_said(steps, tmp_path):
    week = policy(cs.Change("rate", "scale", 3.0, "2010-06-03", until="2010-07-09"))
    with pytest.warns(UserWarning, match=f"{steps} equal steps a year cannot hold what happens"):
        assert_agrees(checked(Dated(), tmp_path, week, steps_per_year=steps))
    text = (tmp_path / "model.xmile").read_text(encoding="utf-8")
    assert f"<!-- {steps} equal steps a year cannot hold what happens at the end of " in text
    assert "in the file it happens at the nearest step" in text


# Expressions at random: signs, brackets and powers, which readers are known to take differently

LEVELS = {"a": 0.5, "b": 1.75, "c": -1.25, "d": 3.0}
q = Parameters.of(**LEVELS)


def positive(draw, depth):
    """Return an expression that is above zero."""
    if depth == 0 or draw.random() < 0.2:
        return draw.choice([q.a, q.b, q.d, Number(2), Number(0.3)])
    one, other = positive(draw, depth - 1), positive(draw, depth - 1)
    kind = draw.choice(["+", "*", "/", "**", "maximum", "exp"])
    if kind == "**":
        return one ** maximum(minimum(any_sign(draw, depth - 1), 2), -2)
    if kind == "exp":
        return exp(minimum(any_sign(draw, depth - 1), 1))
    if kind == "maximum":
        return maximum(any_sign(draw, depth - 1), other)
    return Binary(kind, one, other)


def any_sign(draw, depth):
    if depth == 0 or draw.random() < 0.2:
        return draw.choice([q.a, q.c, Number(-2), Number(-0.4), -q.b, q.d])
    one, other = any_sign(draw, depth - 1), any_sign(draw, depth - 1)
    kind = draw.choice(
        ["+", "-", "*", "/", "share", "neg", "where", "minimum", "**", "log", "square"]
    )
    made = {
        "/": lambda: one / positive(draw, depth - 1),
        "share": lambda: share(one, of=positive(draw, depth - 1)) + share(other, of=one - one),
        "neg": lambda: -one,
        "where": lambda: where(one < other, one, -other) - other,
        "minimum": lambda: minimum(one, other),
        "**": lambda: -(positive(draw, depth - 1) ** -draw.choice([q.a, q.c, q.b * q.a])),
        "log": lambda: log(positive(draw, depth - 1)),
        "square": lambda: draw.choice([one, Number(-3), -q.c]) ** 2,
    }
    return made.get(kind, lambda: Binary(kind, one, other))()


def random_model(count):
    draw = random.Random(20_091)  # noqa: S311
    body = type(Model).__prepare__("Random", (Model,))
    body |= {"parameters": q, "start": "2009-03-31", "until": "2010-03-31"}
    body["anchor"] = Stock("Anchor", "1", q.a + q.b + q.c + q.d)
    for i in range(count):
        body[f"expression_{i}"] = Aux(f"Expression {i}", any_sign(draw, 4))
    return type(Model)("Random", (Model,), body)()


@pytest.mark.parametrize("label", ENGINE)
def test_random_expressions_have_one_value_in_every_engine(label, tmp_path):
    model = random_model(120)
    path = cs.write_xmile(model, tmp_path / "random.xmile", steps_per_year=1)
    clock = Clock(2009, 2010, 1)
    names = tuple(name for name in model.variables if name.startswith("expression"))
    theirs = ENGINES[label][1](path, names, clock)
    ours = execute(model, clock, method="euler")
    wrong = {
        name: (str(model.variables[name].expression), ours.values(name)[0, 0], theirs[name][0])
        for name in names
        if not np.isclose(ours.values(name)[0, 0], theirs[name][0], rtol=1e-9, atol=1e-12)
    }
    assert not wrong, wrong


def test_the_random_expressions_hold_what_readers_disagree_over():
    model = random_model(120)
    nodes: list[Expr] = list(walk(*(e for v in model.variables.values() for e in equations_of(v))))
    powers = [n for n in nodes if isinstance(n, Binary) and n.symbol == "**"]
    assert sum(bool(n.children[0].children) for n in powers) > 5, "bases that are expressions"
    assert sum(bool(n.children[1].children) for n in powers) > 5, "powers that are expressions"
    assert any(isinstance(n.children[0], Number) and n.children[0].value < 0 for n in powers)


# England


@pytest.mark.parametrize(
    "file",
    [None, pytest.param("early_help_first", marks=pytest.mark.slow)],  # as long again
)
def test_england_agrees_on_every_stock_and_its_units_are_clean(file, tmp_path):
    scenario = cs.read_scenario(SCENARIOS / f"{file}.toml") if file else None
    found = checked(England(), tmp_path, scenario, until="2040-03-31")
    assert_agrees(found)
    assert all(agreement.stocks == len(England.stocks()) for agreement in found.agreements)
    if find_spec("simlin"):
        assert found.units == ()


@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(path.stem for path in SCENARIOS.glob("*.toml")))
def test_england_agrees_under_every_scenario_that_ships(file, tmp_path):
    scenario = cs.read_scenario(SCENARIOS / f"{file}.toml")
    assert_agrees(checked(England(), tmp_path, scenario))


# What a verification says


def test_a_file_that_was_tampered_with_differs_and_says_where(tmp_path):
    model = Everything()
    path = cs.write_xmile(model, tmp_path / "model.xmile")
    text = path.read_text(encoding="utf-8")
    assert "<eqn>0.012345</eqn>" in text
    tampered = text.replace("<eqn>0.012345</eqn>", "<eqn>0.01234500001</eqn>")
    path.write_text(tampered, encoding="utf-8")
    found = verify(path, exportable(model))
    assert not found.holds
    for agreement in found.agreements:
        assert 1e-9 < agreement.largest < 1e-7
        assert agreement.year > 2009, "all start alike"
        assert f"'{agreement.stock}' on 31 March {agreement.year}" in str(agreement)
        assert "DIFFERS FROM caresim's Euler" in str(agreement)


@pytest.mark.skipif(find_spec("simlin") is None, reason="simlin is not installed here")
def test_units_that_disagree_are_named(tmp_path):
    model = Everything()
    path = cs.write_xmile(model, tmp_path / "model.xmile")
    text = path.read_text(encoding="utf-8")
    wrong = text.replace("<units>GBP/child</units>", "<units>GBP</units>")
    assert wrong != text
    path.write_text(wrong, encoding="utf-8")
    found = verify(path, exportable(model))
    assert all(agreement.holds for agreement in found.agreements), "the numbers are the same"
    assert not found.holds
    assert "simlin's unit check: " in str(found)
    assert "clean" not in str(found)


def test_an_engine_that_is_missing_is_said_and_without_any_nothing_holds(tmp_path, monkeypatch):
    ours = {"Nobody's engine": ("no_such_engine", ENGINES["PySD"][1])}
    monkeypatch.setattr(verifying, "ENGINES", ours)
    found = checked(Everything(), tmp_path)
    assert found.agreements == ()
    assert found.missing == ("Nobody's engine",)
    assert "Nobody's engine is not installed and was not asked" in str(found)
    assert "nothing was verified: pip install" in str(found)
    assert not found.holds


def test_verifying_takes_any_path_and_leaves_nothing_beside_the_file(tmp_path):
    folder = tmp_path / "with a space é"
    assert_agrees(checked(Everything(), folder, until="2011-03-31"))
    assert [file.name for file in folder.iterdir()] == ["model.xmile"]


@pytest.mark.parametrize(
    ("ours", "theirs", "apart"),
    [
        ([100.0, 0.0], [100.0, 0.0], 0.0),
        ([0.0, 0.0], [0.0, 0.0], 0.0),
        ([0.0, 0.0], [0.0, 1e-9], np.inf),
        ([100.0, 10.0], [100.0, 10.1], 0.01),
        ([100.0, 0.0], [100.0, 1e-15], 1e-11),
        ([100.0, -50.0], [100.0, np.nan], np.inf),
    ],
)
def test_differences_are_relative_and_forgive_rounding_in_an_empty_stock_alone(ours, theirs, apart):
    with np.errstate(over="ignore"):
        found = verifying._apart(np.array(ours), np.array(theirs)).max()
    assert found > 1e200 if apart == np.inf else found == pytest.approx(apart, rel=1e-9)


@pytest.mark.parametrize("label", ENGINE)
def test_an_engine_that_cannot_run_the_file_is_named_with_its_reason(label, tmp_path, monkeypatch):
    monkeypatch.setattr(verifying, "ENGINES", {label: ENGINES[label]})
    model = Everything()
    path = cs.write_xmile(model, tmp_path / "model.xmile")
    broken = path.read_text(encoding="utf-8").replace("<eqn>TIME</eqn>", "<eqn>TIME (</eqn>")
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(ExportError, match=rf"{label} could not run .*model\.xmile: \S"):
        verify(path, exportable(model))
