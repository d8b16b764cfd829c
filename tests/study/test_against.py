"""What scenarios are compared with: the nearest that all of them extend, or what is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_model import MODEL
from ruled_model import DEARER, LATER, Ruled

import caresim as cs
from caresim.language import Model, ScenarioError, Unchanged
from caresim.study.against import assumed_by, compared_with, differing, first_day_of
from caresim.study.results import project
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario

RULED = Ruled()


def change(amount, begins="2027-04-01"):
    return Change("return_rate", "set", amount, begins)


def family(parents):
    """Return scenarios, each with a change of its own, that extend the ones at given places."""
    made = []
    for i, parent in enumerate(parents):
        extends = None if parent is None else made[parent]
        made.append(Scenario(f"S{i}", changes=[change(0.01 * (i + 1))], extends=extends))
    return made


@st.composite
def families(draw):
    """Draw for each of some scenarios which earlier one it extends, and which are compared."""
    size = draw(st.integers(1, 9))
    parents = [draw(st.one_of(st.none(), st.integers(0, i - 1))) if i else None
               for i in range(size)]  # fmt: skip
    chosen = draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=4, unique=True))
    return parents, chosen


def above(parents, i):
    """Return the places of what a scenario extends, directly or not."""
    return set() if parents[i] is None else {parents[i]} | above(parents, parents[i])


@given(families())
def test_the_baseline_is_the_nearest_that_all_extend(drawn):
    parents, chosen = drawn
    made = family(parents)
    known = [above(parents, i) or {i} for i in chosen]
    common = set.intersection(*known) if any(above(parents, i) for i in chosen) else set()
    nearest = max(common, key=lambda i: len(above(parents, i)), default=None)
    found = compared_with(MODEL, [made[i] for i in chosen])
    assert found is (None if nearest is None else made[nearest])


@given(families())
def test_it_does_not_hang_on_the_order(drawn):
    parents, chosen = drawn
    plans = [family(parents)[i] for i in chosen]
    assert compared_with(MODEL, plans) == compared_with(MODEL, plans[::-1])


def test_two_that_extend_different_ones_are_compared_with_what_those_extend():
    root, one, other, leaf, twig = family([None, 0, 0, 1, 2])
    assert compared_with(MODEL, [leaf]) is one
    assert compared_with(MODEL, [leaf, twig]) is root
    assert compared_with(MODEL, [one, leaf]) is root, "a scenario is not compared with itself"
    assert compared_with(MODEL, [leaf, other], against=one) is one


def test_where_nothing_is_shared_it_is_what_changes_nothing_or_the_model_as_it_is():
    still = Scenario("Still")
    alone, other = family([None, None])
    assert compared_with(MODEL, [alone, other]) is None
    assert compared_with(MODEL, [alone, still, other]) is still
    assert compared_with(MODEL, [still]) is still


def test_a_scenario_that_extends_none_is_compared_with_no_file_of_others(tmp_path):
    root, leaf = family([None, 0])
    (alone,) = family([None])
    assert compared_with(MODEL, [leaf]) is root
    assert compared_with(MODEL, [leaf, Scenario("Alone", changes=[change(0.5)])]) is None
    assert compared_with(MODEL, [leaf, alone]) == root, "made alike, it is the one that is extended"


def test_what_is_asked_for_is_a_scenario():
    with pytest.raises(ScenarioError, match="a scenario is a Scenario, a name or the path of a"):
        compared_with(MODEL, family([None]), against=3)


# What a scenario knows of the one that it extends


def test_a_scenario_keeps_what_it_extends_and_its_own_changes():
    root, middle, last = family([None, 0, 1])
    assert last.trail == (middle, root)
    assert last.parent is middle
    assert (root.parent, root.trail) == (None, ())
    assert [c.amount for c in last.changes] == pytest.approx([0.01, 0.02, 0.03])
    assert last.own_changes == last.changes[2:]
    assert root.own_changes == root.changes


def test_what_differs_is_what_the_other_does_not_change_too():
    root, last = family([None, 0])
    assert differing(last, root) == list(last.own_changes)
    assert differing(last, None) == list(last.changes)
    assert first_day_of(last, root) == last.own_changes[0].begins
    assert first_day_of(root, last) is None


def test_what_it_extends_may_go_on_beyond_the_run_and_its_own_changes_may_not():
    long = Scenario("Long", changes=[change(0.2, "2011-04-01"), change(0.1, "2014-04-01")])
    short = Scenario("Short", extends=long, changes=[change(0.3, "2011-10-01")])
    assert cs.run(MODEL, short, until="2012-03-31").clock.last_year == 2012
    with pytest.raises(ScenarioError, match="begins on 2014-04-01, outside the run"):
        cs.run(MODEL, long, until="2012-03-31")


def test_a_change_is_idle_beside_what_it_extends():
    base = Scenario("Base", changes=[change(0.2)])
    same = Scenario("Same", extends=base, changes=[change(0.2, "2028-04-01")])
    (whole, one) = [n for n in cs.run(MODEL, same).warnings if n.kind in ("identical", "idle")]
    assert str(whole) == "the scenario 'Same' changes nothing: it is identical to Base"
    assert "'return_rate' is 0.20 per year already" in str(one)
    back = Scenario("Back", extends=base, changes=[change(0.1, "2028-04-01")])
    assert not [n for n in cs.run(MODEL, back).warnings if n.kind in ("identical", "idle")]


# The verbs that make their own baseline


def test_under_rules_a_scenario_is_compared_with_what_it_extends():
    both = Scenario("Both", extends=DEARER, changes=LATER.changes)
    one, other = (cs.under_rules(RULED, both, against=base) for base in (None, DEARER))
    assert one.equals(other)
    assert not one.equals(cs.under_rules(RULED, both, against=Scenario("As it is")))


def test_a_projection_is_compared_with_what_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = '[[change]]\nparameter = "return_rate"\nset = {}\nfrom = {}\nwhy = "w"\nsource = "s"\n'
    for stem, head, amount, day in (
        ("plan", 'name = "Plan"', 0.2, "2027-04-01"),
        ("more", 'name = "More"\nextends = "plan"', 0.3, "2028-04-01"),
        ("far", 'name = "Far"', 0.4, "2027-04-01"),
    ):
        (tmp_path / f"{stem}.toml").write_text(f"{head}\n{text.format(amount, day)}", "utf-8")

    def names(files, **options):
        return [run.name for run in project(MODEL, files, n_draws=0, **options).runs]

    assert names(["more"]) == ["Plan", "More"]
    assert names(["more"], against="far") == ["Far", "More"]
    assert names(["more", "far"]) == ["Current policy", "More", "Far"]
    assert names(["more", "far"], against="far") == ["Far", "More"]
    assert names(["far"], against="far") == ["Far"]
    with pytest.raises(ScenarioError, match="'nowhere' is not known"):
        names(["more"], against="nowhere")


# What is assumed


class Told(type(MODEL)):
    """The same, with a name and sentences."""

    unchanged = Unchanged("Policy of 2020", assumes=("Prices stay as they are.",))


def test_the_nearest_sentences_are_those_of_a_baseline():
    base = Scenario("Base", assumes=["Carers do  not grow.", "No cap."])
    last = Scenario("Last", extends=base, changes=[change(0.2)])
    assert assumed_by(Told(), None) == ("Prices stay as they are.",)
    assert assumed_by(Told(), Scenario("Other")) == ("Prices stay as they are.",)
    assert assumed_by(Told(), last) == ("Carers do not grow.", "No cap.")
    assert assumed_by(MODEL, None) == ()


def test_a_run_without_a_scenario_is_called_as_the_model_says():
    assert cs.run(Told(), until="2012-03-31").name == "Policy of 2020"
    assert Model.unchanged.name == "Current policy"


@pytest.mark.parametrize("odd", ["One sentence.", ["no end"], [3], ["."], None, {"a.": 1}])
def test_what_are_no_sentences_is_refused(odd):
    with pytest.raises(ScenarioError, match="a list of sentences, each with a full stop"):
        Scenario("Odd", assumes=odd)
    with pytest.raises(cs.ModelError, match="'assumes' of Unchanged is a list of sentences"):
        Unchanged("Odd", assumes=odd)


@pytest.mark.parametrize("odd", ["", " ", 3, None])
def test_what_is_no_name_is_refused(odd):
    with pytest.raises(cs.ModelError, match="the name of Unchanged is a text such as"):
        Unchanged(odd)


def test_explain_tells_sentences_and_how_many_changes_come_first():
    base = Scenario("Base", assumes=["No cap."], changes=[change(0.2), change(0.3, "2028-04-01")])
    last = Scenario("Last", extends=base, summary="More.", changes=[change(0.4, "2029-04-01")])
    assert cs.explain(base).splitlines()[:2] == ["Base", "No cap."]
    name, summary, first, _, own = cs.explain(last).splitlines()
    assert (name, summary, first) == ("Last", "More.", "On top of the 2 changes of 'Base':")
    assert own.startswith("1. ")
    assert cs.explain(Scenario("Still"), Told()).splitlines()[1] == "Prices stay as they are."
