"""Models in several files: who declares what, and in which order."""

import types

import pytest
from sector_files import MOVES, PLACES, model_of

import caresim as cs
from caresim.language import (
    Aux,
    Delay,
    Dimension,
    Flow,
    Model,
    Parameters,
    Smooth,
    Stock,
    cloud,
    total,
)


@pytest.fixture
def made(package):
    return model_of(*package.write(places=PLACES, moves=MOVES))


def test_quantities_stand_in_the_order_of_the_sectors_and_of_their_lines(made):
    declared = {name.removesuffix("_0_9") for name in made.variables if "10_17" not in name}
    assert list(made.groups) == ["care", "grown", "felt", "waiting", "served"]
    assert list(made.variables)[:6] == [
        *("care_0_9", "care_10_17", "home", "leaving", "grown_0_9", "grown_10_17"),
    ]
    assert {"felt_0_9_stage_1", "waiting_0_9_stage_2", "asked", "served"} <= declared


def test_a_model_in_modules_runs_like_the_one_in_a_class_body(package):
    q = Parameters.of(rate=(0.1, "1/year"), start=(90.0, "child"))
    age = Dimension("Age", ["0–9", "10–17"])

    class Whole(Model):
        parameters = q
        care = Stock("Looked after", "child", q.start, over=age)
        home = Stock("At home", "child", 0)
        leaving = Flow("Left", care["10–17"] >> home, care["10–17"] * q.rate)
        grown = Flow("Grown", care.ageing(then=cloud), care * q.rate)
        felt = Smooth("Children as felt", over=1 / q.rate, initial=care)
        felt.follow(care + 0)
        waiting = Delay("Waiting", "child", 0, time=1 / q.rate, order=2, over=age)
        asked = Flow("Asked for", home >> waiting["0–9"], home * q.rate)
        served = Flow("Served", waiting >> cloud, waiting.outflow)

    made = model_of(*package.write(places=PLACES, moves=MOVES))
    ours, theirs = (cs.run(m(), until="2014-03-31").annual() for m in (made, Whole))
    assert ours.equals(theirs), ours.compare(theirs)
    assert ours["served_0_9"].iloc[-1] > 0


def test_the_quantities_are_attributes_of_the_class(made):
    assert made.home is made.variables["home"]
    assert made.care is made.groups["care"]


def test_each_sector_says_what_it_declares(made):
    homes = made.sector_of()
    assert list(homes) == ["Places: where children are", "Moves between places"]
    assert homes["Places: where children are"] == ("care_0_9", "care_10_17", "home", "leaving")
    assert [name for names in homes.values() for name in names] == list(made.variables)


def test_the_title_of_a_module_without_a_docstring_is_its_name(package):
    (module,) = package.write(ways_out='from given import *\nhome = Stock("Home", "child", 0)\n')
    bare = types.SimpleNamespace(p=Parameters({}))
    module.p = bare.p
    assert model_of(module).sector_of() == {"Ways out": ("home",)}


def test_what_the_class_adds_comes_last_and_under_its_name(package):
    (places,) = package.write(places=PLACES)
    made = model_of(places, everyone=Aux("All", total(places.care) + places.home))
    assert list(made.sector_of().items())[-1] == ("Made", ("everyone",))
    assert list(made.variables)[-1] == "everyone"


def test_a_class_body_means_the_module_that_has_the_name_of_a_quantity(package):
    (care,) = package.write(care=PLACES)

    class Made(Model):
        parameters = care.p
        sectors = (care,)
        everyone = Aux("All", total(care.care) + care.home)

    assert str(Made.everyone.expression) == "care_0_9 + care_10_17 + home"


def test_a_module_may_be_a_sector_of_two_models(package):
    modules = package.write(places=PLACES, moves=MOVES)
    small, whole = model_of(modules[0]), model_of(*modules)
    assert list(small.variables) == list(whole.variables)[: len(small.variables)]
    again = model_of(*modules)
    assert list(again.variables) == list(whole.variables)


def test_a_subclass_adds_a_sector(package):
    places, moves = package.write(places=PLACES, moves=MOVES)
    small = model_of(places)
    for modules in ((moves,), (places, moves)):
        more = model_of(*modules, parents=(small,))
        assert list(more.sector_of()) == ["Places: where children are", "Moves between places"]
        assert list(more.variables) == list(model_of(places, moves).variables)


def test_an_import_does_not_make_a_quantity_of_the_importing_module(package):
    places, moves = package.write(places=PLACES, moves=MOVES)
    homes = model_of(moves, places).sector_of()  # the importing module first
    assert homes["Places: where children are"] == ("care_0_9", "care_10_17", "home", "leaving")


def test_a_module_without_source_declares_what_no_sector_before_it_does(package):
    (places,) = package.write(places=PLACES)
    made_here = types.ModuleType("made_here", "Made here.")
    made_here.home, made_here.p = places.home, places.p
    made_here.twice = Aux("Twice", 2 * places.home)
    assert model_of(places, made_here).sector_of()["Made here"] == ("twice",)


def test_a_model_without_sectors_has_its_own_quantities_only():
    class Alone(Model):
        home = Stock("At home", "child", 0)

    assert Alone.sectors == ()
    assert Alone.sector_of() == {"Alone": ("home",)}
