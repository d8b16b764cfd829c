"""Formulas over dimensions: one for all elements, with letters for them."""

import re

import pytest
from latex_reader import faults

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
from caresim.language.variables import Variable

AGE = Dimension("Age", ["0–9", "10–15", "16–17"])
PHASE = Dimension("Phase", ["First", "Later"])
PLACE = Dimension("Placement", ["Foster", "Residential & secure"])
AGES = {"0–9": 0.1, "10–15": 0.2, "16–17": 0.3}
FEES = {"Foster": 1.0, "Residential & secure": 2.0}
p = Parameters.of(
    care_0=(10.0, "child"),
    span=(3.0, "year"),
    rate=(AGES, "1/year"),
    mix=AGES,
    fee=(FEES, "GBP/child/year"),
    **{f"go_{ph}": (AGES, "1/year") for ph in ("first", "later")},
    dimensions=[AGE, PHASE, PLACE],
)


class Care(Model):
    """Care by age and phase, and places."""

    parameters = p
    care = Stock("Looked after", "child", p.care_0, over=(AGE, PHASE))
    home = Stock("Home", "child", 0)
    placed = Delay("Placed", "child", 0, time=p.span, order=2, over=PLACE)
    felt = Smooth("Felt", care, p.span, order=1)
    entries = Flow("Entries", cloud >> care["First"], p.rate * p.care_0)
    settled = Flow("Settled", care["First"] >> care["Later"], care["First"] * p.rate)
    grown = Flow("Grown", care.ageing(home, over=AGE), care * p.go)
    back = Flow("Back", home >> care["16–17", "First"], home / p.span)
    left = Flow("Left", care["16–17"] >> cloud, care["16–17"] / p.span)
    found = Flow("Found", cloud >> placed, home * p.fee / p.fee / p.span)
    out = Flow("Out", placed >> home, placed.outflow)
    share = Aux("Share", care / total(care))
    by_age = Aux("By age", total(care, over=PHASE))
    weighted = Aux("Weighted", total(care * p.mix, home))
    teens = Aux("Teens", total(care["16–17"] * p.mix))
    two_of_three = Aux("Two of three", total(care["0–9"], care["10–15"]))
    one = Aux("One", care["16–17", "First"] * p.mix["0–9"])
    uneven = Flow("Uneven", cloud >> care["10–15"], home / p.span)


FORMULAS = {
    "share": r"\text{share}_{a, p} = "
    r"\frac{\text{care}_{a, p}}{\sum_{a', p'} \text{care}_{a', p'}}",
    "by_age": r"\text{by age}_{a} = \sum_{p} \text{care}_{a, p}",
    "weighted": r"\text{weighted} = \sum_{a, p} \text{care}_{a, p} \times \textit{mix}_{a}"
    r" + \text{home}",
    "teens": r"\text{teens} = \sum_{p, a} \text{care}_{\text{16–17}, p} \times \textit{mix}_{a}",
    "two_of_three": r"\text{two of three} = \sum_{p} \text{care}_{\text{0–9}, p}"
    r" + \sum_{p} \text{care}_{\text{10–15}, p}",
    "one": r"\text{one} = "
    r"\text{care}_{\text{16–17}, \text{First}} \times \textit{mix}_{\text{0–9}}",
    "settled": r"\text{settled}_{a} = \text{care}_{a, \text{First}} \times \textit{rate}_{a}",
    "grown": r"\text{grown}_{a, p} = \text{care}_{a, p} \times \textit{go}_{p, a}",
    "out": r"\text{out}_{l} = \text{outflow}\left(\text{placed}_{l}\right)",
    "left": r"\text{left}_{p} = \frac{\text{care}_{\text{16–17}, p}}{\textit{span}}",
}
BY_NAME = {e.name: e for e in cs.equations(Care)}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_has_a_letter_for_each_dimension(name):
    assert BY_NAME[name].latex == FORMULAS[name]


@pytest.mark.parametrize("name", BY_NAME)
def test_every_formula_can_be_read(name):
    assert not faults(BY_NAME[name].latex), BY_NAME[name].latex


def test_each_quantity_stands_once_under_its_own_name():
    assert list(BY_NAME) == [name for name, v in vars(Care).items() if isinstance(v, Variable)]
    assert BY_NAME["care"].over == ("Age", "Phase")
    assert repr(BY_NAME["care"]) == "<stock care [child] by Age and Phase: Looked after>"


def terms_of(name):
    """Return the flows in the change of a stock, each with its sign."""
    first = BY_NAME[name].latex.split("&= ", 1)[1].split(r"(t_{0}")[0]
    first = first[: first.rfind(r"\\")].replace("\\\\\n&\\qquad {}", "")
    return re.sub(r" ([-+]) (?=\\)", r"|\1", " ".join(first.split())).split("|")


def test_a_stock_names_what_touches_some_elements_only():
    assert terms_of("care") == [
        r"\text{entries}_{a}\,\left[p = \text{First}\right]",
        r"+\text{settled}_{a}\,\left[p = \text{Later}\right]",
        r"+\text{grown}_{a - 1, p}",
        r"+\text{back}\,\left[a = \text{16–17},\ p = \text{First}\right]",
        r"+\text{uneven}_{p}\,\left[a = \text{10–15}\right]",
        r"-\text{settled}_{a}\,\left[p = \text{First}\right]",
        r"-\text{grown}_{a, p}",
        r"-\text{left}_{p}\,\left[a = \text{16–17}\right]",
    ]  # fmt: skip


def test_a_stock_without_elements_adds_up_the_flows_that_have_them():
    assert terms_of("home") == [
        r"\sum_{p} \text{grown}_{\text{16–17}, p}",
        r"+\sum_{l} \text{out}_{l}",
        r"-\text{back}",
    ]


def test_a_delay_over_a_dimension_is_written_once():
    rows = BY_NAME["placed"].latex.splitlines()
    assert rows[1] == r"\text{placed}_{l} &= \sum_{i=1}^{2} x_{i} \\"
    assert rows[2] == r"\frac{d}{dt}\,x_{1} &= \text{found}_{l} - \frac{2\,x_{1}}{\textit{span}} \\"
    assert len(rows) == 7


MOVES = {
    "entries": "outside → Looked after, First",
    "settled": "Looked after, First → Looked after, Later",
    "grown": "Looked after → the next Age, the last → Home",
    "back": "Home → Looked after, 16–17, First",
    "left": "Looked after, 16–17 → outside",
    "out": "Placed → Home",
}


@pytest.mark.parametrize("name", MOVES)
def test_a_flow_says_where_it_goes(name):
    assert BY_NAME[name].moves == MOVES[name]


def test_flows_that_no_rule_covers_are_named_one_by_one():
    class Crossed(Model):
        parameters = Parameters.of(rate=(AGES, "child/year"), dimensions=AGE)
        care = Stock("Care", "child", 0, over=AGE)
        home = Stock("Home", "child", 0)
        some = Aux("Rates", total(parameters.rate))
        none = Flow("None", cloud >> care["0–9"], some)
        two = Flow("Two", cloud >> care["16–17"], some)

    latex = next(e.latex for e in cs.equations(Crossed) if e.name == "care")
    assert r"\text{none}\,\left[a = \text{0–9}\right] + \text{two}" in latex
    assert r"\sum_{a} \textit{rate}_{a}" in next(
        e.latex for e in cs.equations(Crossed) if e.name == "some"
    )


def test_two_dimensions_never_have_one_letter():
    one, two = Dimension("Type", ["x", "y"]), Dimension("Tyre", ["u", "v"])

    class Both(Model):
        care = Stock("Care", "child", 0, over=(one, two))

    latex = cs.equations(Both)[0].latex
    assert r"\text{care}_{y, r}" in latex, "and never t, which is the time"


def test_signs_that_latex_gives_a_meaning_leave_the_words():
    class Signs(Model):
        care = Stock("Care", "child", 0, over=PLACE)
        part = Aux("Part", care["Residential & secure"])

    latex = cs.equations(Signs)[1].latex
    assert latex == r"\text{part} = \text{care}_{\text{Residential and secure}}"
