"""What a model in several files may not contain: each is refused with module and line."""

import types

import pytest
from sector_files import MOVES, PLACES, model_of

from caresim.language import Model, ModelError, ParameterError, Stock

HOME = 'school = Stock("At school", "child", 0)'
REFUSED = {
    "a name given twice": (
        (HOME, 'arrivals = Flow("A", cloud >> school, p.start * p.rate)', "arrivals = 3"),
        "moves, line 4: 'arrivals' is already given in line 3; give it another name",
    ),
    "a name given in both branches": (
        ("if age:", "    " + HOME, "else:", "    " + HOME),
        "moves, line 5: 'school' is already given in line 3; give it another name",
    ),
    "a function of the name": (
        (HOME, "def school(): ..."),
        "moves, line 3: 'school' is already given in line 2; give it another name",
    ),
    "an import over a quantity": (
        ('home = Stock("At home", "child", 0)', "from places import home"),
        "moves, line 3: 'home' is already given in line 2; give it another name",
    ),
    "a quantity that is added to": (
        (HOME, "school += 3 * school"),
        "moves, line 3: 'school' is already given in line 2; give it another name",
    ),
    "quantities made in a loop": (
        ("for start in (0, 0):", '    school = Stock("At school", "child", start)'),
        "moves, line 3: a loop gives 'school' again and again; only the last would stay",
    ),
    "a quantity without a name": (
        (HOME, 'Flow("Arrivals", cloud >> school, p.start * p.rate)'),
        'moves, line 3: this Flow "Arrivals" has no name: write its_name = Flow(…)',
    ),
    "a second name": (
        ("from places import home", "at_home = home"),
        "moves, line 3: 'home' cannot also be called 'at_home': one quantity, one name",
    ),
    "a second name in one line": (
        ('one = two = Stock("At school", "child", 0)',),
        "moves, line 2: 'one' cannot also be called 'two': one quantity, one name",
    ),
    "a second name by import": (
        ("from places import home as at_home",),
        "moves, line 2: 'home' cannot also be called 'at_home': one quantity, one name",
    ),
    "a second name of an element": (
        ("from places import care", 'young = care["0–9"]'),
        "moves, line 3: 'care_0_9' cannot also be called 'young': one quantity, one name",
    ),
    "an equation without a label": (
        ("from places import home", "twice = 2 * home"),
        "moves, line 3: 'twice' has no label: write twice = Aux(\"What it is\", …)",
    ),
    "a bare pipe": (
        ("from places import home", "out = home >> cloud"),
        "moves, line 3: 'out' is a bare pipe: write out = Flow(\"What moves\", pipe, rate)",
    ),
    "a name of every model": (
        ('until = Stock("At school", "child", 0)',),
        "moves, line 2: 'until' has a meaning for every model; give the quantity another name",
    ),
    "a name of the generated source": (
        ('drivers = Stock("At school", "child", 0)',),
        "moves, line 2: 'drivers' has a meaning for every model; give the quantity another name",
    ),
    "an element with a name of the generated source": (
        ('constant = Stock("C", "child", 0, over=Dimension("Number", ["1", "2"]))',),
        "moves, line 2: 'constant_1' has a meaning of its own; give 'constant' another name",
    ),
    "a name of another sector": (
        ('home = Stock("At another home", "child", 0)',),
        (
            "moves, line 2: 'home' is already a quantity of places, line 4; "
            "give the second another name"
        ),
    ),
    "the name of a parameter": (
        ('rate = Stock("At school", "child", 0)',),
        "moves, line 2: 'rate' is also a parameter; give one of the two another name",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_sector_is_refused_with_module_and_line(package, case):
    lines, message = REFUSED[case]
    assert package.refusal(*lines) == message


ALLOWED = {
    "a parameter under a short name": ("r = p.rate",),
    "numbers and functions": ("YEARS = (2009, 2019)", "def f(): return [x for x in YEARS]"),
    "loops over anything but quantities": ("n = 0", "for x in (1, 2):", "    y = x"),
    "time, imported": ("from caresim.language import time", HOME),
    "a pair of quantities": ("one, two = (Stock(x, 'child', 0) for x in ('One', 'Two'))",),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_a_sector_may_contain(package, case):
    modules = package.write(places=PLACES, moves="\n".join(["from given import *", *ALLOWED[case]]))
    assert "home" in model_of(*modules).variables


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('twice = Aux("Twice", 2 * home)', "'twice' uses \"At home\", which is not a quantity"),
        (
            'arrivals = Flow("In", cloud >> home, 0)',
            "'arrivals' flows to or from \"At home\", which is not in the class",
        ),
    ],
)
def test_a_quantity_of_a_module_that_is_no_sector_is_refused(package, lines, said):
    _, moves = package.write(
        places=PLACES, moves=f"from given import *\nfrom places import home\n{lines}\n"
    )
    with pytest.raises(ModelError) as caught:
        model_of(moves)
    text = str(caught.value).replace(f"{package.name}.", "")
    assert text.startswith(f"moves, line 3: {said}"), text
    assert text.endswith("; it is 'home' of places: add that module to sectors"), text


def test_an_element_or_stage_of_a_module_that_is_no_sector_is_traced_to_it(package):
    lines = 'from given import *\nfrom moves import waiting\nx = Aux("X", waiting.outflow)\n'
    *_, last = package.write(places=PLACES, moves=MOVES, last=lines)
    with pytest.raises(ModelError, match=r"it is 'waiting' of \w+\.moves: add that module"):
        model_of(last)


def test_the_name_of_a_sectors_quantity_is_not_free_in_the_class(package):
    (places,) = package.write(places=PLACES)
    with pytest.raises(ModelError, match=r"'home' is already a quantity of \w+\.places, line 4"):
        model_of(places, home=Stock("Another home", "child", 0))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (("places",), "a sector is a module of equations, not 'places'"),
        (types, "sectors is a tuple of modules, such as (places, care), not the module types"),
    ],
)
def test_a_sector_is_a_module(value, said):
    body = type(Model).__prepare__("Made", (Model,))
    with pytest.raises(ModelError) as caught:
        body["sectors"] = value
    assert str(caught.value).startswith(said)


def test_two_sectors_have_two_titles(package):
    modules = package.write(places=PLACES, moves=MOVES.replace("Moves between", "Places: where\n"))
    modules[1].__doc__ = modules[0].__doc__
    with pytest.raises(ModelError, match="two sectors have the title 'Places: where children are'"):
        model_of(*modules)


def test_a_parameter_that_no_sector_uses_is_refused(package):
    (moves,) = package.write(moves=f"from given import *\n{HOME}\n")
    with pytest.raises(ParameterError, match="no equation of Made uses the parameter 'rate'"):
        model_of(moves)
