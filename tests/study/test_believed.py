"""What is believed of some numbers in place of their priors, and whether an answer hangs on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language.beliefs import beliefs_of, read_beliefs
from caresim.language.errors import ModelError, ParameterError
from caresim.study.believed import belief_named, with_belief
from caresim.study.results import project
from caresim.study.scenario.reading import read_scenario
from caresim.study.under_beliefs import under_beliefs
from caresim.views.report.believed import believed_text

ENGLAND = England()
NAMES = ("studies and panel", "studies alone", "panel alone")
REFERRALS = "early_help_referral_elasticity"


def test_england_declares_what_may_be_believed_of_early_help() -> None:
    known = beliefs_of(ENGLAND)
    assert known is not None
    assert known.names == NAMES
    for belief in known.others:
        assert set(belief.priors) == {REFERRALS, "family_support_entry_elasticity"}, belief.name


def test_the_default_is_what_is_drawn_without_a_belief() -> None:
    plain = cs.draws(ENGLAND, 20, seed=3, structure="as published")
    named = cs.draws(ENGLAND, 20, seed=3, beliefs="studies and panel")
    assert plain.fingerprint == named.fingerprint


def test_each_belief_has_draws_of_its_own() -> None:
    means = {n: cs.draws(ENGLAND, 400, seed=1, beliefs=n).columns[REFERRALS].mean() for n in NAMES}
    assert means["panel alone"] < means["studies and panel"] < means["studies alone"], means
    assert means["studies alone"] == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_draws_of_every_belief_meet_history(name: str) -> None:
    drawn = cs.draws(ENGLAND, 100, seed=1, beliefs=name)
    run = cs.run(ENGLAND, draws=drawn, until="2020-03-31", outputs=["looked_after"])
    figures = ENGLAND.observed.points("looked_after") if ENGLAND.observed else {}
    middle = np.median(run.yearly("looked_after"), axis=1)
    apart = {y: m / figures[y] - 1 for y, m in zip(run.clock.financial_years, middle, strict=True)}
    assert max(map(abs, apart.values())) < 0.02, f"under '{name}' history is missed: {apart}"


def test_draws_from_priors_take_those_of_the_belief() -> None:
    drawn = cs.draws(ENGLAND, 2_000, seed=1, given="prior", beliefs="studies alone")
    assert drawn.columns[REFERRALS].mean() == pytest.approx(0.25, abs=0.01)
    assert drawn.columns[REFERRALS].std() == pytest.approx(0.06, abs=0.005)
    others = cs.draws(ENGLAND, 2_000, seed=1, given="prior")
    same = [name for name in others.columns if name not in with_belief_names()]
    for name in same:
        assert np.array_equal(drawn.columns[name], others.columns[name]), name


def with_belief_names() -> set[str]:
    belief = belief_named(ENGLAND, "studies alone")
    assert belief is not None
    return set(belief.priors)


def test_a_model_with_a_belief_stands_at_its_centres() -> None:
    model = with_belief(ENGLAND, "studies alone")
    assert model.parameters[REFERRALS].value == pytest.approx(0.25)
    assert with_belief(ENGLAND, "studies and panel") is ENGLAND


def test_a_belief_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(
        ParameterError, match=r"beliefs is one of 'studies and panel'.*did you mean"
    ):
        cs.draws(ENGLAND, 2, seed=1, beliefs="panel alon")


def test_a_council_has_the_beliefs_of_england() -> None:
    leeds = cs.council(ENGLAND, "Leeds")
    whole = cs.draws(ENGLAND, 5, seed=2, beliefs="panel alone")
    own = cs.draws(leeds, 5, seed=2, beliefs="panel alone")
    assert np.array_equal(own.columns[REFERRALS], whole.columns[REFERRALS])
    assert own.columns["support_0"].mean() < whole.columns["support_0"].mean() / 20


def test_an_answer_that_hangs_on_early_help_is_shown_under_each_belief() -> None:
    base = read_scenario("current_policy_2026", ENGLAND)
    early = read_scenario("early_help_first", ENGLAND)
    (found,) = under_beliefs(ENGLAND, [early], base, until="2030-03-31", n_draws=60)
    assert found.quantity == "looked_after"
    assert [one.belief for one in found.answers] == list(NAMES)
    for one in found.answers:
        assert one.low <= one.median <= one.high < 0, one
    text = believed_text(found, ENGLAND)
    assert "by March 2030 'Early help first' changes looked-after children by −" in text
    assert ("These disagree" in text) == found.disagree


def test_an_answer_that_hangs_on_no_belief_is_not_shown() -> None:
    base = read_scenario("current_policy_2026", ENGLAND)
    capped = read_scenario("cap_on_prices_of_homes", ENGLAND)
    assert under_beliefs(ENGLAND, [capped], base, until="2030-03-31", n_draws=20) == ()


def test_a_vintage_without_draws_of_beliefs_projects_all_the_same(tmp_path: Path) -> None:
    assert ENGLAND.vintage is not None
    folder = tmp_path / "own"
    shutil.copytree(ENGLAND.vintage.folder, folder, ignore=shutil.ignore_patterns("beliefs"))
    own = England(vintage=folder)
    found = project(own, ["early_help_first"], until="2030-03-31", n_draws=3)
    assert found.believed == ()
    assert len(found.runs) == 2
    with pytest.raises(ParameterError, match="no draws under 'panel alone' stand beside"):
        cs.draws(own, 3, seed=1, beliefs="panel alone")


HEAD = 'title = "t"\ndefault = "ours"\ndefault_said = "our own"\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('title = "t"\n', "'default' is missing"),
        (HEAD + '[other]\nsaid = "x"\nwhy = "y"\n', "names no number; write 'priors'"),
        (
            HEAD + '[other]\nsaid = "x"\nwhy = "y"\n[other.priors]\na = { odd = { mean = 1 } }\n',
            "odd",
        ),
        (
            HEAD + '[other]\nsaid = "x"\nreason = "y"\n[other.priors]\na = 1\n',
            "unknown key 'reason'",
        ),
    ],
)
def test_a_file_of_beliefs_that_cannot_be_used_is_refused(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "beliefs.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=said):
        read_beliefs(path)
