"""The list of equations: what it holds, how a notebook shows it, and that of England."""

import pytest
from latex_reader import faults
from test_equations import Sample

import caresim as cs
from caresim.england import England, given
from caresim.language import Period
from caresim.language.errors import ModelError

ENGLAND = cs.equations(England())


def test_equations_are_those_of_the_author_in_order():
    listed = [e.name for e in cs.equations(Sample())]
    assert listed == [
        "care", "way", "short", "felt", "known", "entries", "arrived", "left", "gone", "full",
        "moved", "shaken", "struck", "curve",
    ], "no stages, and no check that a table is beyond its ends"  # fmt: skip


def test_an_equation_says_what_it_is():
    by_name = {e.name: e for e in cs.equations(Sample)}
    way, arrived = by_name["way"], by_name["arrived"]
    assert (way.label, way.unit, way.kind, way.over) == ("On the way", "child", "delay", ())
    assert arrived.moves == "On the way → Looked after"
    assert by_name["entries"].moves == "outside → On the way"
    assert repr(arrived) == "<flow arrived [child/year]: Arrived, On the way → Looked after>"
    assert {e.kind for e in by_name.values()} == {
        "stock",
        "delay",
        "smooth",
        "flow",
        "check",
        "aux",
    }
    assert {e.sector for e in by_name.values()} == {"Sample"}


def test_a_notebook_shows_the_formula():
    equation = next(e for e in cs.equations(Sample) if e.name == "arrived")
    assert equation._repr_latex_() == f"$$\n{equation.latex}\n$$"
    assert "**Arrived** (`arrived`, flow, child/year)" in equation._repr_markdown_()
    assert equation._repr_markdown_().endswith(f"\n\n$$\n{equation.latex}\n$$")


def test_a_path_over_a_period_says_its_cause_below_the_formula():
    equation = next(e for e in ENGLAND if e.name == "adoption_reform")
    assert len(equation.causes) == 2
    assert equation.causes[0] == (
        "30 September 2011 to 30 September 2013: "
        "The adoption reform, until the judgments in Re B and Re B-S"
    )
    below = "\n\n".join((equation.sentence, *equation.causes))
    assert equation._repr_markdown_().endswith("$$\n\n" + below)


def test_every_cause_of_england_is_said_at_an_equation():
    said = {cause for equation in ENGLAND for cause in equation.causes}
    assert said == {str(v) for v in vars(given).values() if isinstance(v, Period)}


@pytest.mark.parametrize("wrong", ["England", None, 3, dict])
def test_what_is_no_model_is_refused(wrong):
    with pytest.raises(ModelError, match=r"equations takes a model such as (England|MyModel)"):
        cs.equations(wrong)


@pytest.mark.parametrize("equation", ENGLAND, ids=lambda e: e.name)
def test_every_formula_of_england_can_be_read(equation):
    assert not faults(equation.latex), equation.latex


def test_each_flow_of_england_stands_in_the_change_of_its_stocks():
    by_name = {e.name: e for e in ENGLAND}
    for flow in (e for e in ENGLAND if e.kind == "flow"):
        written = rf"\text{{{flow.name.replace('_', ' ')}}}"
        ends = [end for end in flow.moves.split(" → ") if end != "outside"]
        touched = [e.name for e in by_name.values() if e.label in ends and e.kind == "stock"]
        for name in touched:
            assert written in by_name[name].latex, f"{flow.name} is missing from {name}"


def test_lines_stay_within_a_page():
    for equation in ENGLAND:
        # of an argument in several rows, aligned, each is a line
        for line in equation.latex.replace(r"\\", "\n").splitlines():
            top = line.split(r"\frac")[0]  # a fraction is as wide as its wider part
            shown = len("".join(top.replace("\\", " ").split()))
            assert shown < 260, f"{equation.name}: {line}"
