"""Quantities of a module have no name until the model is made: errors show their labels."""

import pytest

from caresim.language import (
    Dimension,
    Flow,
    ModelError,
    Parameters,
    Smooth,
    Stock,
    UnitError,
    cloud,
)
from caresim.language.variables import Pipe

AGE = Dimension("Age", ["0–9", "10–17"])
PHASE = Dimension("Phase", ["New", "Later"])
p = Parameters.of(rate=(0.1, "1/year"), stay=(2.0, "year"))


def unnamed(over=()):
    return Stock("Looked after", "child", 0, over=over)


def felt():
    return Smooth("As felt", over=p.stay, initial=unnamed())


UNNAMED = {
    "a flow": (
        lambda: Flow("Left", unnamed() >> cloud, unnamed() * p.stay),
        (
            'a flow on "Looked after" [child] must be in [child/year], '
            'but "Looked after" * stay is in [child*year]'
        ),
    ),
    "a flow from an element": (
        lambda: Flow("Left", unnamed(AGE)["0–9"] >> cloud, p.rate),
        'a flow on "Looked after, 0–9" [child] must be in [child/year], but rate is in [1/year]',
    ),
    "a flow from part of the elements": (
        lambda: Flow("Left", unnamed((AGE, PHASE))["New"] >> cloud, p.rate),
        'a flow on "Looked after"[New] [child] must be in [child/year], but rate is in [1/year]',
    ),
    "a sum": (
        lambda: unnamed() + p.rate,
        "'+' needs equal units: \"Looked after\" is in [child] but 'rate' is in [1/year]",
    ),
    "an element": (
        lambda: unnamed(AGE)["0-9"],
        "\"Looked after\" has no element '0-9' of Age; did you mean '0–9'?",
    ),
    "a pipe to itself": (
        lambda: Pipe(*(unnamed(),) * 2),
        'a pipe joins two different places, not "Looked after" to itself',
    ),
    "a pipe between dimensions": (
        lambda: unnamed(AGE) >> unnamed(PHASE),
        (
            '"Looked after" is over Age but "Looked after" over Phase: divide both alike, or pick '
            'elements, such as "Looked after"["0–9"], in one flow for each'
        ),
    ),
    "the input of a smooth": (
        lambda: felt().follow(p.rate),
        'the input of smooth "As felt" must be in [child], but rate is in [1/year]',
    ),
    "a condition": (
        lambda: bool(unnamed() > 0),
        (
            '"Looked after" > 0 has no value yet, so if, and, or, not, min() and max() cannot '
            "use it; "
            "write where(condition, a, b), minimum(a, b) or maximum(a, b)"
        ),
    ),
}


@pytest.mark.parametrize("case", UNNAMED)
def test_an_error_shows_the_label_of_a_quantity_that_has_no_name_yet(case):
    make, message = UNNAMED[case]
    with pytest.raises((ModelError, UnitError)) as caught:
        make()
    assert str(caught.value) == message
