"""A council as a model: what every verb makes of it, and what is refused."""

import copy
import pickle
import shutil
import subprocess
import sys

import numpy as np
import pytest
from council_cases import ENGLAND, FILES, PARTS, THREE, area, council, digest, ran

import caresim as cs
from caresim.england import England
from caresim.language import CaresimError, Model, ModelError, ParameterError
from caresim.language.parameters import Series
from caresim.language.parts import size_power
from caresim.language.published import published
from caresim.language.walks import sizes_in
from caresim.study.parts.chance import chance

LEEDS = council("Leeds")
EARLY = FILES["early_help_first"]
LOADED = """
import pickle, sys
import caresim as cs
model = pickle.loads(sys.stdin.buffer.read())
print(model.stands_for.name, repr(cs.run(model, until="2021-03-31").yearly("looked_after")[-1, 0]))
"""


def test_it_knows_which_council_it_is_and_of_what():
    part = LEEDS.stands_for
    assert (part.name, part.code, part.called) == ("Leeds", "E08000035", "council")
    assert part.title == "Leeds, a council of England"
    assert part.whole is ENGLAND
    assert ENGLAND.stands_for is None
    assert England.stands_for is None


def test_making_a_council_leaves_england_alone():
    before, figures = dict(ENGLAND.parameters.items()), ENGLAND.observed
    cs.council(ENGLAND, "Kent")
    assert all(entry is before[name] for name, entry in ENGLAND.parameters.items())
    assert ENGLAND.observed is figures
    assert England().parameters is ENGLAND.parameters


def test_name_code_and_number_give_the_same():
    for text in ("E08000035", "383"):
        assert dict(cs.council(ENGLAND, text).parameters.items()) == dict(LEEDS.parameters.items())


@pytest.mark.parametrize("name", THREE)
def test_its_figures_are_its_own_under_england_s_names(name):
    figures = council(name).observed
    own = PARTS.figures.of(area(name).code, "cla_31mar")
    assert figures.points("looked_after") == own
    assert set(figures.columns) == {*PARTS.series, *PARTS.spending}


@pytest.mark.parametrize("name", THREE)
def test_its_run_is_near_its_figures(name):
    run = ran(name)
    for series, worst in (("looked_after", 0.05), ("referrals", 0.2), ("children_in_need", 0.2)):
        figures = council(name).observed.points(series)
        found = dict(zip(run.clock.financial_years, run.yearly(series)[:, 0], strict=True))
        miss = {year: found[year] / value - 1 for year, value in figures.items() if value}
        usual = np.mean(np.abs([*miss.values()]))
        assert usual < worst, f"{series} of {name} is off by {usual:.0%}: {miss}"


@pytest.mark.parametrize("name", THREE)
def test_its_spending_is_near_its_share(name):
    run, figures = ran(name), council(name).observed
    found = dict(zip(run.clock.financial_years, run.yearly("statutory_spend")[:, 0], strict=True))
    years = ("2017-18", "2018-19", "2019-20")
    told = figures.points("statutory_spend")
    ratio = np.mean([found[year] / told[year] for year in years])
    assert 0.8 < ratio < 1.25, f"statutory spending of {name} is {ratio:.2f} of its own"


@pytest.mark.parametrize("name", THREE)
def test_more_is_never_taken_from_lines_than_there_is(name):
    """The lines of early help of a council come to no more than all of it."""
    kinds = {(notice.kind, notice.subject) for notice in ran(name).warnings}
    assert ("bounds", "line_below_nothing") not in kinds


def test_what_is_not_its_own_is_england_s():
    own, whole = LEEDS.parameters, ENGLAND.parameters
    local = {level.parameter for level in PARTS.levels} | {line.parameter for line in PARTS.lines}
    local |= {name for cost in PARTS.costs for name in cost.parameters}
    for name, entry in whole.items():
        if not size_power(entry.unit) and name not in local:
            assert own[name] == entry, name


def test_levels_are_those_of_the_file_and_assumed_after_the_figures():
    for level in PARTS.levels:
        entry = LEEDS.parameters[level.parameter]
        assert isinstance(entry.value, Series)
        assert entry.value.held
        assert str(entry.assumed_from) == "2020-03-31"


# What is refused


@pytest.mark.parametrize("name", ["Leeds", "Kent"])
def test_a_council_of_a_council_is_refused(name):
    with pytest.raises(ModelError, match="this model is Leeds already; take the whole, Engl"):
        cs.council(LEEDS, name)


def test_a_model_without_places_is_refused():
    class Alone(Model):
        """Nothing."""

    with pytest.raises(ModelError, match="Alone declares no places that it is made of"):
        cs.council(Alone(), "Leeds")


@pytest.mark.parametrize("given", [None, "England", England, 3])
def test_what_is_no_model_is_refused(given):
    with pytest.raises(ModelError, match="council takes a model such as"):
        cs.council(given, "Leeds")


def test_a_model_with_another_vintage_is_refused(tmp_path):
    folder = tmp_path / "later"
    shutil.copytree(ENGLAND.vintage.folder, folder)
    with pytest.raises(ModelError, match="were fitted with the vintage of England; take the model"):
        cs.council(England(vintage=folder), "Leeds")


# What the caller sets


def test_values_can_be_set_on_a_council():
    model = LEEDS.with_values(extra_adopters=5.0, family_support_time=2.0)
    assert model.stands_for is LEEDS.stands_for
    assert model.set_by_caller == ("extra_adopters", "family_support_time")
    before, after = (one.yearly("referrals")[-1, 0] for one in (ran("Leeds"), cs.run(model)))
    assert after != before


def test_bounds_are_those_of_the_council():
    with pytest.raises(ParameterError, match=r"'extra_adopters' = 600 is outside its bounds \[0, "):
        LEEDS.with_values(extra_adopters=600)
    assert LEEDS.with_values(extra_adopters=10).parameters["extra_adopters"].value == 10


def test_what_was_set_for_england_is_as_large_as_the_council():
    own = cs.council(ENGLAND.with_values(extra_adopters=100), "Leeds")
    share = LEEDS.stands_for.factors["extra_adopters"]
    assert own.parameters["extra_adopters"].value == pytest.approx(100 * share)


# Draws


@pytest.fixture(scope="module")
def drawn():
    return cs.draws(LEEDS, 4, seed=1)


def test_draws_are_england_s_as_large_as_the_council(drawn):
    whole = cs.draws(ENGLAND, 4, seed=1)
    assert set(drawn.columns) == set(whole.columns)
    for name, column in drawn.columns.items():
        factor = 1.0
        if name in LEEDS.stands_for.drawn:
            own, england = (m.parameters[name].value for m in (LEEDS, ENGLAND))
            factor = own / england
        if name in sizes_in(LEEDS) and name in LEEDS.stands_for.drawn:
            factor = times_larger(name)
        assert column == pytest.approx(whole.columns[name] * factor), name
    scaled = {n for n in LEEDS.stands_for.drawn if n in drawn.columns}
    assert scaled - {*sizes_in(LEEDS)}, "some of them are scaled"


def times_larger(size):
    """Return how many times larger chance is in a council, where its own comes on top of England's.

    Both are known of the yearly steps of all councils (councils/spread.csv).
    """
    (level,) = (level.parameter for level in PARTS.levels if size in level.chance)
    (steps,) = (one for one in chance(ENGLAND) if one.level == level)
    return np.hypot(steps.own, steps.common) / steps.common


def test_chance_is_larger_in_a_council_than_in_england_whose_returns_home_it_shares():
    told = {name for level in PARTS.levels for name in level.chance}
    assert {*sizes_in(LEEDS)} - told == {"returns_chance_size"}, "no council tells how they move"
    assert min(times_larger(name) for name in told) > 1.5
    for name in sizes_in(LEEDS):
        assert LEEDS.parameters[name].value == ENGLAND.parameters[name].value, name


def test_draws_are_within_the_bounds_of_the_council(drawn):
    for name, column in drawn.columns.items():
        if bounds := LEEDS.parameters[name].bounds:
            slack = 1e-9 * (bounds[1] - bounds[0])
            assert bounds[0] - slack <= column.min(), name
            assert column.max() <= bounds[1] + slack, name


def test_an_ensemble_of_a_council_lies_about_its_run(drawn):
    run = cs.run(LEEDS, draws=drawn)
    single = ran("Leeds")
    for name in ("looked_after", "referrals", "total_spend"):
        ratio = np.median(run.yearly(name)[-1]) / single.yearly(name)[-1, 0]
        assert 0.7 < ratio < 1.4, f"{name}: {ratio:.2f}"


def test_what_the_caller_set_is_not_drawn():
    model = LEEDS.with_values(family_support_time=2.0)
    made = cs.draws(model, 3, seed=1)
    assert "family_support_time" not in made.columns
    assert set(made.columns) | {"family_support_time"} == set(cs.draws(LEEDS, 3, seed=1).columns)
    cs.run(model, draws=made, until="2012-03-31")


def test_what_was_set_for_england_is_not_drawn_for_its_council():
    model = cs.council(ENGLAND.with_values(family_support_time=2.0), "Leeds")
    assert model.parameters["family_support_time"].value == 2.0
    assert "family_support_time" not in cs.draws(model, 3, seed=1).columns


def test_draws_may_be_of_the_priors_too():
    assert cs.draws(LEEDS, 3, seed=1, given="prior").origin == "prior"


@pytest.mark.parametrize(
    ("model", "of", "said"),
    [
        (council("Rutland"), LEEDS, "they are of Leeds, and this model is of Rutland"),
        (ENGLAND, LEEDS, "they are of Leeds, and this model is of the whole"),
        (LEEDS, ENGLAND, "they are of the whole, and this model is of Leeds"),
    ],
    ids=["another council", "the whole", "draws of the whole"],
)
def test_draws_of_another_place_are_refused_with_the_way_out(model, of, said):
    with pytest.raises(ParameterError) as told:
        cs.run(model, draws=cs.draws(of, 2, seed=1))
    assert said in str(told.value)
    assert "draw for this model, cs.draws(model, n, seed=…)" in str(told.value)


def test_draws_say_for_which_council_they_were_made(drawn):
    assert drawn.as_dict()["made_for"]["place"] == "Leeds"
    assert "place" not in cs.draws(ENGLAND, 2, seed=1).as_dict()["made_for"]


# Copies and processes


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda m: m.with_values()])
def test_a_copy_is_the_same_council(copied, drawn):
    twin = copied(LEEDS)
    assert twin.stands_for.name == "Leeds"
    assert digest(cs.run(twin)) == digest(ran("Leeds"))
    cs.run(twin, draws=drawn, until="2010-03-31")


def test_it_goes_to_another_process():
    sent = pickle.dumps(LEEDS)
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, input=sent, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    here = cs.run(LEEDS, until="2021-03-31").yearly("looked_after")[-1, 0]
    assert done.stdout.decode().split(maxsplit=1) == ["Leeds", f"{here!r}\n".replace("\r", "")]


def test_it_runs_there_with_draws_made_here(drawn):
    twin = pickle.loads(pickle.dumps(LEEDS))  # noqa: S301  (made here)
    cs.run(twin, draws=pickle.loads(pickle.dumps(drawn)), until="2010-03-31")  # noqa: S301


# What verbs say of it


@pytest.fixture(scope="module")
def early():
    return cs.run(LEEDS, EARLY)


def test_it_is_compared_with_itself(early):
    table = cs.compare(ran("Leeds", "current_policy_2026"), early, at=["2030-03-31"])
    rows = table.xs("early_help_spend", level="output")
    assert rows["difference"].iloc[0] > 0
    assert table.xs("looked_after", level="output")["difference"].iloc[0] < 0


@pytest.mark.slow
def test_payback_is_of_the_council():
    own, whole = (
        cs.payback(model, EARLY, "early_help_spend", years=(5,)) for model in (LEEDS, ENGLAND)
    )
    share = LEEDS.stands_for.factors["early_help_budget"]
    assert (own["spent"] / whole["spent"]).to_list() == pytest.approx([share], rel=0.01)
    assert own["payback"].between(0.05, 2).all()


def test_break_even_of_a_council_says_an_amount_of_its_size():
    said = str(cs.break_even(LEEDS, EARLY))
    assert "costs £" in said
    assert "m" in said.split("costs £")[1][:12]
    assert "bn" not in said


def test_what_is_needed_is_in_children_of_the_council():
    said = str(cs.needed(LEEDS, EARLY, "looked_after", change=-0.02, by="2035-03-31"))
    level = ran("Leeds", "current_policy_2026").yearly("looked_after")[-1, 0]
    assert f"instead of {float(f'{level:.3g}'):,.0f} children" in said


def test_it_publishes_itself_with_the_licence_of_its_figures():
    own = published(LEEDS)
    assert own.title == "Leeds, a council of England"
    assert own.name == "Leeds"
    assert own.location == "E08000035"
    assert own.figures is LEEDS.observed
    assert own.score_file is None
    assert "Open Government Licence" in own.credit
    assert not own.changes


def test_a_changed_council_shows_no_figures():
    own = published(LEEDS.with_values(local_referrals=1.5))
    assert own.figures is None
    assert own.changes
    assert own.title == "Leeds, a council of England"


@pytest.mark.parametrize("name", THREE)
def test_a_run_says_what_is_borrowed_and_how_good_it_was(name):
    told = [notice for notice in ran(name).warnings if notice.kind == "place"]
    assert [notice.subject for notice in told] == [area(name).code] * len(told)
    borrowed, scored, *_ = (str(notice) for notice in told)
    assert borrowed.startswith(f"{name}, a council of England with ")
    assert "are borrowed from England" in borrowed
    assert "projections 4 years ahead" in scored
    assert "80 % bands held" in scored


def test_a_run_of_england_says_nothing_of_places():
    assert not [notice for notice in ran("England").warnings if notice.kind == "place"]


def test_every_fault_is_one_of_ours():
    """Odd input never ends in an error of Python."""
    for given in ("", "x" * 999, "\n", "Leeds\0", "E08000035 ", "-1", "½"):
        try:
            cs.council(ENGLAND, given)
        except CaresimError:
            continue
