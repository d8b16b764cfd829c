"""What is published is shown of what it belongs to, and of nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from caresim.language import (
    Flow,
    Model,
    Observed,
    Parameter,
    Parameters,
    Prior,
    Series,
    Stock,
    cloud,
)
from caresim.language.observed import Observation
from caresim.language.published import FROM_FILE, credit_of, differing, published

CREDIT = "Counts: the Office. Free to copy."


def figure(value, year="2009-10"):
    return Observation("fish", year, value, "fish", "stock", "", "read", "R", "a", tolerance=0.01)


FIGURES, OTHERS = Observed((figure(900.0),)), Observed((figure(40.0),))
p = Parameters({
    "fish_0": Parameter("fish_0", 1000.0, "fish"),
    "rate": Parameter("rate", 0.1, "1/year", "Rate", "lever", (0, 1), Prior("uniform", 0, 1)),
    "rule": Parameter("rule", 1.0, "1", "Rule", "lever", (0, 1), choices=(("off", 0), ("on", 1))),
    "fed": Parameter("fed", 1.0, "1"),
    "kept": Parameter("kept", 1.0, "1"),
})  # fmt: skip


class Pond(Model):
    """Fish that are caught."""

    parameters = p
    fish = Stock("Fish", "fish", p.fish_0)
    caught = Flow("Caught", fish >> cloud, fish * p.rate * p.rule * p.fed * p.kept)
    title, location = "Fish of a pond", "P1"
    credit, licence = "Counts: the Office.", "Free to copy."
    given_credit = "Rain: the weather service."
    observed = FIGURES
    backtest_file: ClassVar = Path("backtest.csv")


def test_as_published_all_of_it_is_shown():
    own = published(Pond())
    assert (own.title, own.location, own.name) == ("Fish of a pond", "P1", "Pond")
    assert (own.credit, own.given_credit) == (CREDIT, "Rain: the weather service.")
    assert own.figures is FIGURES
    assert own.score_file == Path("backtest.csv")
    assert (own.changes, own.note, own.label) == ((), "", "")


def alone(own):
    """Return whether nothing of the pond is shown."""
    texts = (own.title, own.location, own.credit, own.given_credit)
    told = " ".join(texts)
    words = ("Fish of a pond", "P1", "Office", "Free", "weather")
    return own.figures is None and own.score_file is None and not any(w in told for w in words)


SERIES = Series((2009.0, 2019.0), (0.2, 0.3), held=False)
CHANGED = {
    "a value": (Pond(rate=0.2), "rate = 0.2"),
    "a setting": (Pond(rule="off"), "rule = off"),
    "two values": (Pond(rate=0.2, rule=0), "rate = 0.2, rule = off"),
    "many values": (Pond(rate=0.2, rule=0, fed=2.0, kept=3.0),
                    "4 parameters exchanged, rate, rule, fed and 1 more"),
    "a value given later": (Pond().with_values(fish_0=5.0), "fish_0 = 5"),
    "a start": (Pond().with_start(fish=7.0), "fish starts at levels that are given"),
    "a prior": (Pond().with_numbers(p.with_entries({"rate": replace(p["rate"], prior=None)})),
                "rate = 0.1"),
    "dates": (Pond().with_numbers(p.with_entries({"fish_0": replace(p["fish_0"], value=SERIES)})),
              "fish_0 by dates of its own"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGED)
def test_a_model_with_other_numbers_shows_nothing_and_says_which(what):
    model, said = CHANGED[what]
    own = published(model)
    assert alone(own), own
    assert own.changes == (said,)
    assert own.title == own.name == "Pond, changed"
    assert own.note.startswith(f"not Pond as published: {said}; shown without its published fig")
    assert said in repr(model)


def test_numbers_that_are_given_as_they_are_change_nothing():
    assert published(Pond(rate=0.1)).title == "Fish of a pond"
    assert published(Pond(rate=0.2).with_values(rate=0.1)).figures is FIGURES
    assert published(Pond().with_numbers(Parameters(dict(p)))).changes == ()


def test_a_class_that_follows_another_shows_nothing_of_it():
    class Lake(Pond):
        """The same under another name."""

    own = published(Lake())
    assert alone(own), own
    assert own.title == "Lake"
    assert own.changes == ("it is Lake, which follows Pond",)
    assert own.of == "Pond"


def test_a_class_that_follows_another_shows_what_it_declares():
    class Lake(Pond):
        """The same, with figures and a title of its own."""

        title, observed, credit = "Fish of a lake", OTHERS, "Counts: us."

    own = published(Lake())
    assert (own.title, own.credit) == ("Fish of a lake", "Counts: us.")
    assert own.figures is OTHERS
    assert own.score_file is None, "the score is of the pond"
    assert published(Lake(rate=0.3)).figures is None


def test_what_a_class_without_equations_declares_is_for_those_that_follow():
    class House(Model):
        """What all models of a house share."""

        credit, licence = "Counts: the Office.", "Free to copy."

    class Tank(House):
        """Fish that are caught."""

        parameters = p
        fish = Stock("Fish", "fish", p.fish_0)
        caught = Flow("Caught", fish >> cloud, fish * p.rate * p.rule * p.fed * p.kept)

    assert published(Tank()).credit == CREDIT
    assert published(Tank()).changes == ()


def test_figures_of_its_own_are_shown_with_the_numbers_that_belong_to_them():
    fitted = Pond(rate=0.3).with_figures(OTHERS)
    own = published(fitted)
    assert own.figures is OTHERS
    assert own.credit == FROM_FILE
    assert own.score_file is None
    assert own.changes == ("figures of its own", "rate = 0.3")
    assert own.note.endswith("shown with figures of its own, not scored")
    assert published(fitted.with_values(rate=0.4)).figures is None
    assert differing(fitted.with_values(rate=0.4)) == ("rate",)


def test_a_fit_to_the_figures_of_the_class_owes_their_credit():
    own = published(Pond(rate=0.3).with_figures(FIGURES))
    assert own.figures is FIGURES
    assert own.credit == CREDIT
    assert own.title == "Pond, changed", "the numbers are others"


@pytest.mark.parametrize(
    ("figures", "credit"),
    [(FIGURES, CREDIT), (Observed(FIGURES.observations), CREDIT), (OTHERS, FROM_FILE), (None, ""),
     (Observed((figure(900.0), figure(5.0, "2010-11"))), FROM_FILE)],
    ids=["its own", "equal to its own", "others", "none", "more than its own"],
)  # fmt: skip
def test_figures_are_credited_to_whose_they_are(figures, credit):
    assert credit_of(Pond, figures) == credit

    class Lake(Pond):
        """The same under another name."""

    assert credit_of(Lake, figures) == credit, "they are the same figures beside any model"


def test_a_model_that_publishes_nothing_has_no_remark_on_a_change():
    class Tank(Model):
        """Fish that are caught."""

        parameters = p
        fish = Stock("Fish", "fish", p.fish_0)
        caught = Flow("Caught", fish >> cloud, fish * p.rate * p.rule * p.fed * p.kept)

    assert published(Tank(rate=0.5)).note == ""
    assert published(Tank(rate=0.5)).label == "rate = 0.5"
