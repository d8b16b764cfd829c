"""The sentence of an equation: the string that stands after it in the source."""

import linecache
import sys

import pytest

import caresim as cs
from caresim.language import Aux, Model, Stock
from caresim.language.sentences import sentences_of

MODULE = '''
"""Places: the first line is the title."""
from caresim.language import Stock
home = Stock("Home", "child", 0)
"Children at home."
care = Stock("Care", "child", 0)
"""Children looked after,
   on a day."""

"A string that follows no equation."
way: Stock = Stock("On the way", "child", 0)
"Between " "two places."
other = Stock("Other", "child", 0)
3
'''


@pytest.fixture
def places(tmp_path, monkeypatch):
    (tmp_path / "said_places.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import said_places

    yield said_places
    del sys.modules["said_places"]


class Parent(Model):
    """One stock."""

    first = Stock("First", "child", 0)
    "What the parent says."
    bare = Stock("Bare", "child", 0)


class Child(Parent):
    """One more."""

    second = Aux("Second", Parent.first * 2)
    "What the child says: a < b."


def test_sentences_stand_after_the_equations_of_a_sector(places):
    class Whole(Model):
        """Two parts."""

        sectors = (places,)
        twice = Aux("Twice", places.care * 2)
        "In the class itself."

    assert sentences_of(Whole) == {
        "home": "Children at home.",
        "care": "Children looked after, on a day.",
        "way": "Between two places.",
        "twice": "In the class itself.",
    }


def test_a_child_says_what_its_parent_says():
    assert sentences_of(Child) == {
        "first": "What the parent says.",
        "second": "What the child says: a < b.",
    }


def test_without_source_there_are_no_sentences():
    made = {}
    exec(  # noqa: S102
        "from caresim.language import Model, Stock\n"
        "class Typed(Model):\n    care = Stock('Care', 'child', 0)\n    'Said.'\n",
        made,
    )
    linecache.checkcache()
    assert sentences_of(made["Typed"]) == {}


def test_equations_and_the_model_in_a_notebook_say_them():
    first, bare, second = cs.equations(Child)
    assert first.sentence == "What the parent says."
    assert bare.sentence == ""
    assert second._repr_markdown_().endswith("$$\n\nWhat the child says: a < b.")
    assert bare._repr_markdown_().endswith("$$")
    assert "First<br><i>What the parent says.</i>" in Child()._repr_html_()
    assert "What the child says: a &lt; b." in Child()._repr_html_()
    assert "<td>Bare</td>" in Child()._repr_html_()
