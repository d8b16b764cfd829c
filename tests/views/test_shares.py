"""Shares, ratios and indices are told apart by their words, and by what they are made of."""

import pytest

from caresim.language import (
    Aux,
    Model,
    Parameter,
    Parameters,
    Stock,
    maximum,
    minimum,
    share,
    smooth_step,
    where,
)
from caresim.views.equations.shares import Shares
from caresim.views.equations.symbols import Symbols

p = Parameters(
    {
        e.name: e
        for e in (
            Parameter("part", 0.25, "1", "Part of them", bounds=(0.0, 1.0)),
            Parameter("factor", 2.0, "1", "A factor"),
            Parameter("rise", 0.02, "1", "Rise of entries", bounds=(-0.1, 0.1)),
            Parameter("care_0", 4.0, "child", "In care"),
        )
    }
)


class Told(Model):
    """What is a share, and what is not."""

    parameters = p
    care = Stock("In care", "child", p.care_0)
    home = Stock("At home", "child", 2 * p.care_0)
    of_all = Aux("Children at home of all", share(home, of=care + home))
    rest = Aux("The others", 1 - of_all)
    both = Aux("Both", of_all * p.part)
    held = Aux("No more than all", minimum(p.factor * of_all, rest))
    either = Aux("One or the other", where(care > home, of_all, p.part))
    path = Aux("In force", smooth_step(0, 1, "2009-03-31", "2010-03-31"))
    labelled = Aux("Share of something", p.factor * of_all)
    kept_share = Aux("Kept", p.factor * p.part)

    each = Aux("Places for each child", share(home, of=care))
    against = Aux("Caseload against the usual", share(home, of=care))
    kept = Aux("Entries kept, 2009 = 1", 1 - p.part)
    many = Aux("So many times", p.factor * of_all)
    risen = Aux("Entries as poverty rises", 1 + p.rise)
    change = Aux("What poverty adds", p.rise * p.part)
    added = Aux("One and the other", of_all + p.part)
    most = Aux("At least", maximum(p.factor, of_all))
    less = Aux("Less", 0 - p.part)


SHARES = ("of_all", "rest", "both", "held", "either", "path", "labelled", "kept_share")
RATIOS = ("each", "against")


@pytest.fixture(scope="module")
def shares():
    return Shares(Symbols(Told), p)


@pytest.mark.parametrize("name", [n for n in Told.variables if n not in ("care", "home")])
def test_a_quantity_without_unit_is_told(shares, name):
    is_share, is_ratio = name in SHARES, name in RATIOS
    expected = "a share" if is_share else "a ratio" if is_ratio else "a number without unit"
    assert shares.said(Told.variables[name]) == expected
