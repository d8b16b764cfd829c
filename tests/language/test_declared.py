"""What the author of a model wrote, by sector, as against what it is written out as."""

import pytest

from caresim.england import England
from caresim.language import (
    Aux,
    Check,
    Delay,
    Dimension,
    Flow,
    Model,
    Parameters,
    Smooth,
    Stock,
    cloud,
    table,
    time,
    total,
)

AGE = Dimension("Age", ["0–9", "10–17"])


class Written(Model):
    """A quantity of each kind, some over a dimension."""

    parameters = p = Parameters.of(
        wait=(0.5, "year"), rate=(9.0, "child/year"), care_0=(9.0, "child")
    )
    waiting = Delay("Waiting", "child", 0, time=p.wait, order=2, over=AGE)
    single = Delay("Waiting alone", "child", 0, time=p.wait, order=3)
    care = Stock("In care", "child", p.care_0, over=AGE)
    come = Flow("Arrived", cloud >> single, p.rate)
    moved = Flow("Moved", waiting >> care, waiting.outflow)
    felt = Smooth("Felt", care, over=p.wait, order=2)
    curve = Aux("By date", table(time, [("2010-03-31", 1.0), ("2012-03-31", 2.0)]))
    many = Check("Many", curve > 1.5)


class More(Written):
    """The same and a sum."""

    everyone = Aux("Everyone", total(Written.care))


def names(written):
    return {title: [v.name for v in quantities] for title, quantities in written.items()}


def test_what_was_written_stands_once_in_its_order():
    assert names(Written.declared()) == {
        "Written": ["waiting", "single", "care", "come", "moved", "felt", "curve", "many"],
    }
    assert len(Written.variables) > 20, "written out, it is much more"
    assert Written.declared()["Written"][0] is Written.groups["waiting"]


def test_a_model_that_follows_another_declares_both():
    assert names(More.declared()) == names(Written.declared()) | {"More": ["everyone"]}


@pytest.mark.parametrize(
    ("part", "maker"),
    [
        ("waiting_0_9", "waiting"),
        ("waiting_0_9_stage_1", "waiting"),
        ("waiting_10_17_stage_1_passed", "waiting"),
        ("single_stage_3", "single"),
        ("felt_10_17_stage_2_change", "felt"),
        ("curve_beyond_table", "curve"),
        ("care_0_9", "care"),
        ("come", "come"),
        ("many", "many"),
    ],
)
def test_each_part_belongs_to_what_was_written(part, maker):
    assert part in Written.variables
    assert Written.makers()[part].name == maker


@pytest.mark.parametrize("model", [Written, More, England])
def test_every_quantity_has_a_maker_and_every_maker_is_declared(model):
    makers = model.makers()
    assert list(makers) == list(model.variables)
    declared = [v for written in model.declared().values() for v in written]
    assert len({id(v) for v in declared}) == len(declared), "each stands once"
    assert {id(v) for v in makers.values()} == {id(v) for v in declared}


def test_the_sectors_of_england_declare_what_their_modules_assign():
    declared = England.declared()
    assert list(declared) == list(England.sector_of())
    for module, written in zip(England.sectors, declared.values(), strict=True):
        assert all(vars(module)[v.name] is v for v in written), module.__name__
