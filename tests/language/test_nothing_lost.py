"""What an author makes gets a name, or is refused with the line and what to write."""

import datetime as dt
import importlib
import re

import pytest

from caresim import language
from caresim.language import (
    Driver,
    Feedback,
    Flow,
    Model,
    ModelError,
    Parameter,
    Parameters,
    Stock,
    cloud,
)

P = Parameters.of(start=(100.0, "child"), a=(1.0, "child/year"), b=(50.0, "child/year"))


class Whole(Model):
    """One stock and the flow into it."""

    parameters = P
    level = Stock("Level", "child", P.start)
    known = Flow("Known", cloud >> level, P.a + P.b * 0)


def flow(label="No name", rate=None):
    """Return a flow, as a helper of an author does."""
    return Flow(label, cloud >> Whole.level, P.b if rate is None else rate)


def two_of_which_one_is_kept():
    flow("Lost on the way")
    return flow("Kept")


def ran(text):
    """Run the text of a class body, in which all words of the language are known."""
    exec(text, {**vars(language), **globals()}, {})  # noqa: S102  (it is ours)


class Holder:
    """An object that keeps a quantity where no model looks."""

    def __init__(self, thing):
        self.thing = thing


MAKERS = {  # what a class body may hold, and the kind that is lost
    "a bare statement": ("_ = 1; flow()", "Flow"),
    "a list": ("flows = [flow(), flow('Second')]", "Flow"),
    "a tuple": ("flows = (flow(), 3)", "Flow"),
    "a set": ("flows = {flow()}", "Flow"),
    "a dict": ("flows = {'one': flow()}", "Flow"),
    "a list in a dict": ("flows = {'one': [(flow(),)]}", "Flow"),
    "a comprehension": ("flows = [flow(f'Number {i}') for i in range(3)]", "Flow"),
    "a generator that is run": ("flows = dict((i, flow()) for i in range(2))", "Flow"),
    "a helper that keeps one of two": ("kept = two_of_which_one_is_kept()", "Flow"),
    "an object": ("holder = Holder(flow())", "Flow"),
    "a default of a function": ("def later(what=flow()): ...", "Flow"),
    "a class within": ("class Inner:\n        lost = flow()", "Flow"),
    "a loop that keeps none": ("for _ in range(2): flow()", "Flow"),
    "a private list": ("_flows = [flow()]", "Flow"),
    "a stock": ("[Stock('No name', 'child', 0)]", "Stock"),
    "an auxiliary": ("Aux('No name', P.a)", "Aux"),
    "a smooth": ("x = [Smooth('No name', P.a, 1 / (P.a / P.b * P.start / P.start))]", ""),
    "a delay": ("[Delay('No name', 'child', 0, time=P.start / P.a)]", "Delay"),
    "a check": ("Check('No name', P.a > P.b)", "Check"),
    "in brackets of an equation": ("y = Aux('Y', 2 * Aux('No name', P.a))", "Aux"),
}


@pytest.mark.parametrize("case", MAKERS)
def test_what_a_class_body_makes_without_a_name_is_refused(case):
    line, kind = MAKERS[case]
    body = f"class Lost(Whole):\n    parameters = P\n    {line}\n"
    with pytest.raises(Exception) as caught:  # noqa: PT011  (the kind of error is looked at below)
        ran(body)
    if not kind:  # refused before, for its unit
        return
    assert isinstance(caught.value, ModelError), repr(caught.value)
    said = rf"^Lost, line \d+: this {kind} \"[\w ]+\" has no name: write its_name = {kind}\(…\)$"
    assert re.search(said, str(caught.value)), caught.value


@pytest.mark.parametrize("line", [
    "flows = (flow() for _ in range(3))",
    "flows = map(flow, ('One', 'Two'))",
    "_flows = iter([])",
])  # fmt: skip
def test_what_would_make_quantities_and_never_runs_is_refused(line):
    with pytest.raises(ModelError, match=r"^Lost: '_?flows' is .* that makes nothing; give each"):
        ran(f"class Lost(Whole):\n    {line}\n")


@pytest.mark.parametrize("line", ["steps_per_year = 4", "outputs = ['level']", "method = 'euler'"])
def test_what_a_run_is_given_sets_nothing_in_a_class_body(line):
    with pytest.raises(ModelError, match=r"sets nothing: give it to the run, cs\.run\(model, "):
        ran(f"class Lost(Whole):\n    {line}\n")


@pytest.mark.parametrize("name", ["rate", "expression", "label", "raet"])
def test_what_is_set_on_a_quantity_of_a_whole_model_is_refused(name):
    with pytest.raises(ModelError, match=rf"the equations of 'known' are made: '{name}' cannot"):
        setattr(Whole.known, name, P.a * 5)
    with pytest.raises(ModelError, match="the equations of 'level' are made: 'initial' cannot"):
        Whole.level.initial = P.start * 2


def test_a_class_made_of_a_table_is_checked_as_one_with_a_body():
    made = type("Later", (Whole,), {"until": "2036-03-31", "more": flow("More")})
    assert (made.until, "more" in made.variables) == ("2036-03-31", True)
    with pytest.raises(ModelError, match="'untill' sets nothing; did you mean 'until'"):
        type("Later", (Whole,), {"untill": "2036-03-31"})
    with pytest.raises(ModelError, match="'flows' holds a quantity without a name"):
        type("Later", (Whole,), {"flows": [flow()]})


def test_what_was_made_before_and_stands_in_a_list_is_refused():
    made = [flow("Made before")]
    with pytest.raises(ModelError, match=r"'flows' holds a quantity without a name, \"Made b"):

        class Lost(Whole):
            flows = (made,)


def test_a_quantity_made_by_a_helper_has_the_name_that_it_is_given():
    class Kept(Whole):
        more = flow("More")
        less, other = flow("Less"), flow("Other")
        half = 0.5
        del half

    assert {"more", "less", "other"} <= set(Kept.variables)


def test_names_given_by_a_loop_over_the_names_of_the_body_are_kept():
    class Kept(Whole):
        for i in range(3):
            locals()[f"flow_{i}"] = Flow(f"Number {i}", cloud >> Whole.level, P.b)
        vars().update(late=Flow("Late", cloud >> Whole.level, P.b))

    assert {"flow_0", "flow_1", "flow_2", "late"} <= set(Kept.variables)


def test_a_quantity_that_is_given_twice_or_taken_away_is_refused():
    with pytest.raises(ModelError, match="'more' is already a quantity"):

        class Twice(Whole):
            more = flow("More")
            more = flow("Again")  # noqa: PIE794

    with pytest.raises(ModelError, match=r'Taken, line .*: this Flow "More" has no name'):

        class Taken(Whole):
            more = flow("More")
            del more


@pytest.mark.parametrize("line", ["cloud >> Whole.level", "ways = [Whole.level >> cloud]"])
def test_a_pipe_along_which_nothing_moves_is_refused(line):
    with pytest.raises(ModelError, match=r'nothing moves along .*: write its_name = Flow\("…", '):
        ran(f"class Lost(Whole):\n    {line}")


def test_a_feedback_that_is_not_listed_is_refused():
    with pytest.raises(ModelError, match=r"'circle' is not listed: write feedbacks = \(circle,\)"):

        class Lost(Whole):
            circle = Feedback("Circle", "a", "Round", "assumption", "None")


def test_a_driver_that_is_not_listed_is_refused():
    with pytest.raises(ModelError, match=r"'weather' is not listed: write drivers = \(weather,\)"):

        class Lost(Whole):
            weather = Driver("Weather", "a", "Rains", "assumption", "None")


def test_a_list_of_drivers_holds_drivers():
    with pytest.raises(ModelError, match=r"'drivers' is a tuple of Drivers, .* not a tuple"):

        class Lost(Whole):
            drivers = (Feedback("Circle", "a", "Round", "assumption", "None"),)


# In modules of equations

HEAD = """
from caresim.language import Aux, Flow, Parameters, Stock, cloud
p = Parameters.of(a=(1.0, "child/year"))
level = Stock("Level", "child", 0)
def flow(label):
    return Flow(label, cloud >> level, p.a)
"""
LOST = {
    "a bare statement": "Flow('Lost', cloud >> level, p.a)",
    "a helper that is called": "flow('Lost')",
    "a list": "flows = [flow('Lost')]",
    "a dict": "flows = {'one': flow('Lost')}",
    "a comprehension": "flows = [flow('Lost') for _ in range(2)]",
    "a name behind the back of the source": "globals()['known'] = flow('Lost')",
    "a name that is taken away": "known = flow('Lost')\ndel known",
    "an attribute": "flow.kept = flow('Lost')",
    "a call by another name": "Made = Flow\nMade('Lost', cloud >> level, p.a)",
}


def module(tmp_path, monkeypatch, text, name):
    (tmp_path / f"{name}.py").write_text(HEAD + text + "\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def model_of(sector):
    class Town(Model):
        parameters = sector.p
        sectors = (sector,)

    return Town


@pytest.mark.parametrize("case", LOST)
def test_what_a_module_makes_without_a_name_is_refused(case, tmp_path, monkeypatch):
    name = "lost_" + re.sub(r"\W", "_", case)
    sector = module(tmp_path, monkeypatch, LOST[case], name)
    with pytest.raises(ModelError, match=rf"^{name}[,:].*") as caught:
        model_of(sector)
    assert '"Lost" has no name' in str(caught.value)
    assert "line 7" in str(caught.value) or "line 8" in str(caught.value)


def test_a_module_that_is_loaded_again_is_read_anew(tmp_path, monkeypatch):
    sector = module(tmp_path, monkeypatch, "known = flow('Known')", "loaded_again")
    assert "known" in model_of(sector).variables
    again = importlib.reload(sector)
    assert "known" in model_of(again).variables
    (tmp_path / "loaded_again.py").write_text(HEAD + "flow('Lost')\n", encoding="utf-8")
    importlib.invalidate_caches()
    with pytest.raises(ModelError, match='"Lost" has no name'):
        model_of(importlib.reload(sector))


# Settings and attributes that would do nothing

MISSPELT = {"untill": "until", "parameter": "parameters", "titel": "title", "publish": "published",
            "sector": "sectors", "stat": "start"}  # fmt: skip


@pytest.mark.parametrize("name", MISSPELT)
def test_a_setting_that_is_misspelt_is_refused_with_the_near_one(name):
    said = f"Odd: '{name}' sets nothing; did you mean '{MISSPELT[name]}'"
    with pytest.raises(ModelError, match=said):
        ran(f"class Odd(Whole):\n    {name} = '2040-03-31'")


def test_a_helper_of_a_class_body_is_free():
    class Fine(Whole):
        half = 0.5
        _hidden = (1, 2)
        names = ("one", "two")

        def answer(self):
            return 42

        more = flow("More", P.b * half)

    assert Fine().answer() == 42


def test_a_setting_in_the_line_of_the_class_is_refused():
    with pytest.raises(ModelError, match="write 'until = …' in the class body"):

        class Odd(Whole, until="2040-03-31"):
            pass


SET = {
    "a": r"set a parameter where the model is made: Whole\(a=0\.6\)",
    "level": "'level' cannot be set; write them in the body of the class",
    "until": r"'until' belongs to the class: write class Mine\(Whole\) with until = …",
    "title": "'title' belongs to the class",
    "untill": "Whole has no 'untill', so that setting it would do nothing; did you mean 'until'",
    "leve": "Whole has no 'leve', .*; did you mean 'level'",
    "anything": "Whole has no 'anything', so that setting it would do nothing",
}


@pytest.mark.parametrize("name", SET)
def test_an_attribute_that_would_do_nothing_is_refused_of_a_model(name):
    model = Whole()
    with pytest.raises(ModelError, match=SET[name]):
        setattr(model, name, 0.6)
    assert name not in vars(model)


@pytest.mark.parametrize("name", sorted({*SET} - {"until", "title"}))
def test_an_attribute_that_would_do_nothing_is_refused_of_a_class(name):
    with pytest.raises(ModelError, match=SET[name]):
        setattr(Whole, name, 0.6)
    assert not isinstance(getattr(Whole, name, None), float)


def test_a_quantity_cannot_be_added_to_a_class_that_is_made():
    with pytest.raises(ModelError, match="'late' cannot be set; write them in the body"):
        Whole.late = flow("Late")


def test_the_dates_of_a_class_may_be_set_and_are_read_as_in_its_body():
    class Dated(Whole):
        pass

    Dated.until = dt.date(2040, 3, 31)
    assert Dated.until == "2040-03-31"
    with pytest.raises(ModelError, match="Dated: 'until' must be a 31 March"):
        Dated.until = "2040-04-01"


def test_parameters_of_a_model_may_be_exchanged_as_a_whole():
    model = Whole()
    model.parameters = Parameters({**P.entries, "a": Parameter("a", 2.0, "child/year")})
    assert model.parameters["a"].value == 2.0
