"""Scenarios of England run on a council, as large as it is, and say both amounts."""

import re
from dataclasses import replace

import pytest
from council_cases import ENGLAND, FILES, THREE, council, ran

import caresim as cs
from caresim.language import ScenarioError
from caresim.language.parts import size_power
from caresim.study.scenario.binding import shifts_of
from caresim.study.scenario.reading import scenario_of

AMOUNTS = {  # scenario: a change in £ or in numbers
    "early_help_first": "early_help_budget",
    "more_adopters": "extra_adopters",
    "homes_built": "extra_homes_places",
    "reinvestment_500m": "extra_social_workers",
    "more_family_support": "extra_family_support",
}
SHARES = ["cut_early_help", "higher_threshold", "more_poverty", "cap_on_prices_of_homes"]


def shifts(name, model):
    return shifts_of(scenario_of(FILES[name], model), model)


@pytest.mark.parametrize("name", THREE)
def test_every_scenario_explains_and_runs(name):
    """All files one after the other: a run takes ten milliseconds, notes on idle changes longer."""
    for scenario in FILES:
        told = cs.explain(FILES[scenario], council(name), brief=name != "Leeds")
        assert told
        run = cs.run(council(name), FILES[scenario])
        assert run.yearly("looked_after")[-1, 0] > 1, scenario


@pytest.mark.parametrize("name", THREE)
@pytest.mark.parametrize("scenario", FILES)
def test_amounts_are_as_large_as_the_council_and_shares_as_they_were(name, scenario):
    model = council(name)
    for own, whole in zip(shifts(scenario, model), shifts(scenario, ENGLAND), strict=True):
        entry = ENGLAND.parameters[own.parameter]
        factor = 1.0
        if own.verb != "scale" and size_power(entry.unit):
            factor = model.stands_for.factors[own.parameter]
        assert own.amount == pytest.approx(whole.amount * factor, rel=1e-12), own.parameter
        assert replace(own, amount=0) == replace(whole, amount=0)


@pytest.mark.parametrize(("scenario", "parameter"), AMOUNTS.items())
def test_explain_says_both_amounts_and_the_share(scenario, parameter):
    model = council("Leeds")
    told, whole = cs.explain(FILES[scenario], model), cs.explain(FILES[scenario], ENGLAND)
    said = re.findall(r" In Leeds: ([^.]*(?:\.\d+[^.]*)*), (\d[\d.]*) % of England's ", told)
    assert said, told
    share = 100 * model.stands_for.factors[parameter]
    assert any(float(f"{share:.2g}") == float(percent) for _, percent in said), (share, said)
    plain = re.sub(r" In Leeds: .*? in 20\d\d-\d\d\.(?=\n|$)", "", told)
    assert plain == whole, "beside its own amounts it says what it says of England"


@pytest.mark.parametrize("scenario", SHARES)
def test_of_factors_and_shares_it_says_the_same(scenario):
    told = cs.explain(FILES[scenario], council("Leeds"))
    assert "In Leeds" not in told


@pytest.mark.parametrize("name", THREE)
def test_the_said_amount_is_that_of_the_run(name):
    """£ of early help in the last year, against the same without."""
    before, after = ran(name, "current_policy_2026"), ran(name, "early_help_first")
    early = [
        shift
        for shift in shifts("early_help_first", council(name))
        if shift.parameter == "early_help_budget"
    ]
    more = after.yearly("early_help_spend")[-1, 0] - before.yearly("early_help_spend")[-1, 0]
    assert more == pytest.approx(early[-1].amount, rel=0.02)


def small(parameter, amount):
    return cs.Scenario("Its own", changes=[cs.Change(parameter, "add", amount, "2027-04-01")])


def test_as_written_an_amount_is_the_council_s_own():
    model = council("Leeds", as_written=True)
    (shift,) = shifts_of(small("extra_adopters", 7.0), model)
    assert shift.amount == 7.0
    (shift,) = shifts_of(small("extra_adopters", 7.0), council("Leeds"))
    assert shift.amount == pytest.approx(7.0 * model.stands_for.factors["extra_adopters"])
    assert "In Leeds" not in cs.explain(small("extra_adopters", 7.0), model)


def test_as_written_or_not_a_council_without_changes_is_the_same():
    one, two = cs.run(council("Leeds", as_written=True)), ran("Leeds")
    assert (one.values("looked_after") == two.values("looked_after")).all()


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (
            "more_adopters",
            r"'set' takes 'extra_adopters' to 600 children a year .* outside its bou",
        ),
        ("early_help_first", r"'add' takes 'early_help_budget' to £[\d.]+m a year"),
        ("homes_built", r"'add' takes 'extra_homes_places' to 1,000 places"),
    ],
)
def test_as_written_an_amount_too_large_for_the_council_is_refused(scenario, said):
    model = council("Leeds", as_written=True)
    with pytest.raises(ScenarioError, match=f"{said}.*choose an amount that keeps within them"):
        cs.run(model, FILES[scenario])
    cs.run(council("Leeds"), FILES[scenario])


def test_bounds_of_a_change_are_the_council_s():
    """What England may add is ten billion; a hundredth of it is all that Leeds may."""
    low, high = council("Leeds").parameters["extra_adopters"].bounds
    share = council("Leeds").stands_for.factors["extra_adopters"]
    assert (low, high) == pytest.approx(
        tuple(share * bound for bound in ENGLAND.parameters["extra_adopters"].bounds)
    )


def test_effects_of_a_scenario_are_about_as_large_as_the_council():
    """Early help does about as much for each child in need in Leeds as in England."""
    changes = {}
    for name in ("England", "Leeds"):
        before, after = ran(name, "current_policy_2026"), ran(name, "early_help_first")
        ends = [run.yearly("looked_after")[-1, 0] for run in (before, after)]
        changes[name] = ends[1] / ends[0] - 1
    assert 0.3 < changes["Leeds"] / changes["England"] < 3, changes
