"""Keys and values that people try: each runs as it is meant, or is answered with what to write."""

import contextlib
import re
import tomllib

import pytest
from policy_model import MODEL

from caresim.england import England
from caresim.language import ScenarioError
from caresim.study.scenario.binding import shifts_of
from caresim.study.scenario.change import Change
from caresim.study.scenario.explained import explain
from caresim.study.scenario.keys import CHANGE
from caresim.study.scenario.reading import read_scenario
from caresim.study.scenario.scenario import Scenario
from caresim.study.scenario.tried import WAYS
from caresim.study.simulate import run

GOOD = {
    "parameter": '"early_help_budget"',
    "add": "500_000_000",
    "from": "2027-04-01",
    "why": '"A reason"',
    "source": '"assumption: …"',
}
SOON = "2027-04-01"


def file_of(folder, *without, top="", **keys):
    """Return a file of one change, with some keys exchanged, left out or added."""
    pairs = {k: v for k, v in GOOD.items() if k not in without} | keys
    text = f'name = "S"\n{top}\n[[change]]\n' + "".join(f"{k} = {v}\n" for k, v in pairs.items())
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path, *arguments):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path, *arguments)
    message = str(caught.value).replace(f"{path}", "policy.toml")
    assert "\n" not in message
    assert len(message) < 420, len(message)
    return message


# What runs as it stands


@pytest.mark.parametrize(
    ("text", "value"),
    [('"50 %"', 0.5), ('"50%"', 0.5), ('"12.5 per cent"', 0.125), ('"7pct"', 0.07)],
)
def test_a_percentage_of_a_share_is_the_share(tmp_path, text, value):
    plan = read_scenario(file_of(tmp_path, "add", parameter='"seen_share"', set=text))
    assert shifts_of(plan, MODEL)[0].amount == pytest.approx(value, rel=1e-12)
    assert f"is set to {100 * value:g} % from April 2027" in explain(plan, MODEL)
    python = Change("seen_share", "set", text.strip('"'), SOON)
    assert python.amount == plan.changes[0].amount


def test_a_percentage_of_money_is_refused_with_the_factor(tmp_path):
    plan = read_scenario(file_of(tmp_path, "add", set='"50 %"'))
    with pytest.raises(ScenarioError) as caught:
        shifts_of(plan, MODEL)
    assert (
        "'early_help_budget' (early-help budget, now £2bn a year at 2019-20 prices) is no"
        in str(caught.value)
    )
    assert "write scale = 0.5 for 50 % of what it is" in str(caught.value)


@pytest.mark.parametrize("lever", ["poverty_change", "turnover_elasticity"])
def test_a_percentage_of_what_counts_in_per_cent_is_refused(lever):
    plan = Scenario("S", changes=[Change(lever, "set", "50 %", SOON)])
    with pytest.raises(ScenarioError, match="is no share; write"):
        shifts_of(plan, England())


PROFILE = "{ 2027-28 = 46e6, 2028-29 = 987e6, 2030-31 = 233e6 }"


def test_amounts_by_year_hold_each_in_its_year(tmp_path):
    plan = read_scenario(file_of(tmp_path, add=PROFILE))
    begins = [str(change.begins) for change in plan.changes]
    ends = [str(change.until) for change in plan.changes]
    assert begins == ["2027-04-01", "2028-04-01", "2030-04-01"]
    assert ends == ["2028-03-31", "2029-03-31", "2031-03-31"]
    assert [change.amount for change in plan.changes] == [46e6, 987e6, 233e6]
    assert plan.changes[1].where.endswith("policy.toml, change 1 (2028-29)")


def test_amounts_by_year_in_cash_are_those_of_the_year_in_cash(tmp_path):
    """To the model's own price level of each year, so that tables in cash show what was given."""
    plan = read_scenario(file_of(tmp_path, add=PROFILE, prices='"cash"'))
    runs = [run(England(), side).at_prices("cash") for side in (None, plan)]
    before, after = (result.annual()["early_help_spend"] for result in runs)
    more = after - before
    years = ["2026-27", "2027-28", "2028-29", "2029-30", "2030-31", "2031-32"]
    expected = [0, 46e6, 987e6, 0, 233e6, 0]
    assert more.loc[years].to_list() == pytest.approx(expected, rel=1e-9, abs=1)


def test_money_at_the_prices_of_a_year_is_brought_to_those_of_the_model(tmp_path):
    plan = read_scenario(file_of(tmp_path, prices='"2022-23"'))
    text = explain(plan, England())
    assert "rises by £500m a year at 2022-23 prices from April 2027 (£442.9m a year at" in text
    own = read_scenario(file_of(tmp_path, prices='"2019-20"'))
    assert shifts_of(own, England())[0].amount == pytest.approx(500e6, rel=1e-12)
    assert plan.changes[0] != own.changes[0]
    assert plan.as_dict()["changes"][0]["prices"] == "2022-23"
    assert "prices" not in Change("x", "add", 1, SOON).as_dict()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("return_factor", "set", 1.2),
            "'prices' is for amounts of money, not for 'return_factor'",
        ),
        (("early_help_budget", "set", 3e9), "known from 2009-10 to 2034-35"),
    ],
)
def test_prices_that_cannot_be_used_are_refused(change, said):
    year = "2022-23" if change[0] == "return_factor" else "2007-08"
    plan = Scenario("S", changes=[Change(*change, SOON, prices=year)])
    with pytest.raises(ScenarioError) as caught:
        shifts_of(plan, England())
    assert said in str(caught.value)


def test_a_model_without_a_price_level_says_that_it_has_none():
    plan = Scenario("S", changes=[Change("early_help_budget", "add", 1e6, SOON, prices="2020-21")])
    with pytest.raises(ScenarioError, match=r"cannot be used, because Policy has no price level"):
        shifts_of(plan, MODEL)


def test_a_factor_has_no_prices():
    with pytest.raises(ScenarioError, match=r"'prices' is for amounts of money"):
        Change("early_help_budget", "scale", 1.1, SOON, prices="2020-21")


# Keys that a change does not have

KEYS = {
    "price_year": ('"2022-23"', 'write prices = "2022-23"'),
    "price-year": ("2022", 'write prices = "2022-23"'),
    "price_base": ('"2022/23"', 'write prices = "2022-23"'),
    "value": ("0.3", "write set = 0.3 for a new value"),
    "by": ("200_000", "write add = 200_000"),
    "percent": ("12.43", "write scale = 1.1243 for 12.43 % more"),
    "increase_percent": ("-10", "write scale = 0.9 for 10 % less"),
    "reduce_by": ('"10 %"', "write scale = 0.9"),
    "decrease": ("3_000", "write add = -3_000"),
    "multiply": ("1.25", "write scale = 1.25"),
    "until_year": ("2030", "write until = 2030-03-31"),
    "end_date": ("2030-03-31", "write until = 2030-03-31"),
    "start": ('"April 2027"', "write from = 2027-04-01"),
    "start_year": ("2027", "write from = 2027-04-01"),
    "when": ('"2027-28"', "write from = 2027-04-01"),
    "date": ("2027-04-01", "write from = 2027-04-01"),
    "over": ("3", "write over_years = 3 for a straight ramp of so long, or until = 2030-03-31"),
    "duration": ('"3 years"', "write over_years = 3 for"),
    "years": ("[2027, 2028, 2029]", "write from = 2027-04-01, until = 2030-03-31"),
    "ages": ('["0-4", "5-9"]', "add = 50_000_000 for a tenth"),
    "areas": ("20", "the amount times its share"),
    "regions": ('["North"]', "the amount times its share"),
    "total": ("2_000_000_000", "add = 400_000_000, from = 2027-04-01, until = 2032-03-31"),
    "lever": ('"early_help_budget"', 'write parameter = "early_help_budget"'),
    "reason": ('"x"', 'write why = "x"'),
    "reference": ('"x"', 'write source = "x"'),
    "unit": ('"GBP"', "leave it out: an amount is in the unit of its lever"),
    "low": ("0.4", "write a file for each of its ends"),
    "range": ("[0.4, 0.8]", "for the range a file each with set = 0.4 and set = 0.8"),
    "target": ("15", "a change has no rule or target"),
    "floor": ("1e9", "a change has no rule or target"),
    "elasticity": ("0.2", "the effect of a lever is a parameter of its own"),
}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_people_try_is_answered_with_what_to_write(key, tmp_path):
    value, said = KEYS[key]
    message = refusal(file_of(tmp_path, **{key: value}))
    assert message.startswith(f"policy.toml, change 1: unknown key '{key}'; ")
    assert said in message


def test_a_key_that_nobody_foresaw_lists_the_keys_and_how_to_say_a_part(tmp_path):
    message = refusal(file_of(tmp_path, zzz="3"))
    assert "the keys are parameter, set, add, scale, from, prices, over_years, until" in message
    assert "for a part of it give the amount times its share" in message


TOP = {
    "title": ('"S"', "write 'name'"),
    "description": ('"S"', "write 'summary'"),
    "parent": ('"baseline"', "write 'extends'"),
    "horizon": ("2040", "caresim run … --until 2035-03-31"),
    "draws": ("100", "caresim run … --draws 100"),
    "prices": ('"cash"', "belongs below a [[change]] line"),
    "version": ("1", "leave it out"),
}


@pytest.mark.parametrize("key", TOP)
def test_a_key_that_people_try_at_the_top_is_answered_too(key, tmp_path):
    value, said = TOP[key]
    assert said in refusal(file_of(tmp_path, top=f"{key} = {value}"))


FADING = {"until": "2032-03-31", "phase_out_years": "3"}


def test_a_budget_that_fades_out_is_the_second_change_that_is_shown(tmp_path):
    """What the sentence says does what was meant: the sum is whole to the day, then falls to 0."""
    message = refusal(file_of(tmp_path, over_years="2", **FADING))
    said = re.search(r"write a second change with (.*)$", message)[1]
    second = tomllib.loads(said.replace(", ", "\n"))
    assert str(second["from"]) == "2032-04-01"
    plan = Scenario(
        "S",
        changes=[
            Change("early_help_budget", "add", 500e6, SOON, 2),
            Change(second["parameter"], "add", second["add"], second["from"], second["over_years"]),
        ],
    )
    before, after = (run(England(), side).annual()["early_help_spend"] for side in (None, plan))
    more = (after - before).round()
    assert more["2031-32"] == 500e6
    assert more["2032-33"] == pytest.approx(500e6 * 5 / 6, rel=1e-3)
    assert more.iloc[-1] < 500e6 / 6 + 1


# Values that a key does not take

AMOUNTS = {
    "a range": (
        "set",
        "[0.4, 0.8]",
        "write set = 0.6, and for the range a file each with set = 0.4",
    ),
    "a range by name": ("set", "{ low = 0.4, high = 0.8 }", "set = 0.4 and set = 0.8"),
    "three ends": ("set", "{ low = 1, central = 2, high = 3 }", "set = 1 and set = 2 and set = 3"),
    "amounts of years": (
        "add",
        "[46e6, 987e6, 1257e6]",
        "add = { 2027-28 = 46_000_000, 2028-29 = 987_000_000, 2029-30 = 1_257_000_000 }",
    ),
    "bare years": ("add", "{ 2027 = 1e6, 2028 = 2e6 }", "{ 2027-28 = 1_000_000, 2028-29 = 2"),
    "texts by year": ("add", '{ 2027-28 = "£2m" }', "add = { 2027-28 = 2_000_000 }"),
    "days": ("add", "{ 2027-04-01 = 1e6 }", "write add = { 2027-28 = 1_000_000 }"),
    "money in words": ("add", '"£2bn"', "write add = 2_000_000_000"),
    "commas": ("add", '"2,000,000"', "write add = 2_000_000"),
    "millions": ("add", '"500 million"', "write add = 500_000_000"),
    "less": ("add", '"−£5m a year"', "write add = -5_000_000"),
    "more in per cent": ("scale", '"+10 %"', "write scale = 1.1 for 10 % more"),
    "less in per cent": ("scale", '"-10%"', "write scale = 0.9 for 10 % less"),
    "either": ("scale", '"110 %"', "scale = 2.1 for 110 % more, or scale = 1.1 for 110 % of"),
    "points": ("add", '"10 %"', "add = 0.1 for 10 percentage points of a share, or scale = 1.1"),
    "yes": ("set", "true", 'the name of its setting, such as set = "on"'),
}


@pytest.mark.parametrize("kind", AMOUNTS)
def test_an_amount_that_people_try_is_answered_with_what_to_write(kind, tmp_path):
    key, value, said = AMOUNTS[kind]
    message = refusal(file_of(tmp_path, "add", **{key: value}))
    assert f"change 1: '{key}' must be" in message
    assert said in message


def test_an_amount_in_words_that_a_switch_could_have_is_answered_by_the_model(tmp_path):
    plan = read_scenario(file_of(tmp_path, "add", set='"high"'))
    with pytest.raises(ScenarioError, match="'set' must be a number for 'early_help_budget'"):
        shifts_of(plan, MODEL)


DATES = {
    "a month": ("from", '"April 2027"', "from = 2027-04-01"),
    "the end of a month": ("until", '"Feb 2028"', "until = 2028-02-29"),
    "the end of a year": ("until", '"December 2030"', "until = 2030-12-31"),
    "a day in words": ("from", '"1st April 2027"', "from = 2027-04-01"),
    "a financial year": ("from", '"2027-28"', "from = 2027-04-01"),
    "the end of one": ("until", '"2029/30"', "until = 2030-03-31"),
    "a year": ("from", '"2027"', "from = 2027-04-01"),
    "slashes": ("from", '"01/04/2027"', "from = 2027-04-01"),
    "quotes": ("from", '"2027-04-01"', "take away the quotes: from = 2027-04-01"),
    "short digits": ("from", '"2027-4-1"', "from = 2027-04-01"),
    "a length in words": ("over_years", '"3 years"', "over_years = 3"),
}


@pytest.mark.parametrize("kind", DATES)
def test_a_date_that_people_try_is_answered_with_the_day(kind, tmp_path):
    key, value, said = DATES[kind]
    assert said in refusal(file_of(tmp_path, **{key: value}))


LINES = {
    "add = £2bn": "write add = 2_000_000_000",
    "add = 2,000,000": "write add = 2_000_000",
    "scale = +10%": "write scale = 1.1 for 10 % more",
    "set = 50 %": "write set = 0.5",
    "from = April 2027": "write from = 2027-04-01",
    "until = 2029-30": "write until = 2030-03-31",
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_without_its_quotes_is_answered_with_the_line_to_write(line, tmp_path):
    key, _, value = line.partition(" = ")
    message = refusal(file_of(tmp_path, "add", **{key: value}))
    assert f"{line!r} is not TOML; {LINES[line]}" in message


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"add": PROFILE, "from": "2028-04-01"}, "write from = 2027-04-01, or other years"),
        ({"add": PROFILE, "until": "2035-03-31"}, "write until = 2031-03-31, or other years"),
        ({"add": PROFILE, "over_years": "2"}, "does not go with amounts by year"),
        ({"prices": '"cash"'}, 'write prices = "2027-28" for a sum that keeps what it is worth'),
        ({"prices": '"nominal"'}, "add = { 2027-28 = 500_000_000, … }"),
        ({"prices": '"real"'}, "leave it out"),
        ({"prices": "2022"}, 'write prices = "2022-23"'),
        ({"scale": "2"}, "keep one, and write a second [[change]] with the other: scale = 2"),
    ],
)
def test_keys_that_do_not_go_together_say_what_would(keys, said, tmp_path):
    assert said in refusal(file_of(tmp_path, **keys))


AWKWARD = (
    "nan", "inf", "1e308", "9999", "true", '""', "[]", "[[1]]", '["a"]', "{}", "{ a = 1 }",
    "{ 9999-00 = 1 }", "{ 2020-21 = nan }", '"1e400 %"', '"32/13/2027"', '"99 Foo 2027"',
    '"December 9999"', '"-3 years"', "2027-04-01T00:00:00", "09:00:00", f'"{"9" * 400}"',
)  # fmt: skip
NAMES = [name for names, _ in WAYS for name in names.split()]


@pytest.mark.parametrize("value", AWKWARD)
def test_no_value_of_a_key_that_people_try_brings_another_kind_of_error(value, tmp_path):
    for key in [*NAMES, *(key.name for key in CHANGE)]:
        path = file_of(tmp_path, **{key: value})
        with contextlib.suppress(ScenarioError):
            explain(read_scenario(path), England(), brief=True)


@pytest.mark.parametrize("value", [None, object(), b"x", {None: 1}, 10**400, float("nan"), (1, 2)])
def test_no_argument_that_people_try_brings_another_kind_of_error(value):
    good = {"verb": "add", "amount": 5, "begins": SOON}
    for key in [*NAMES, *(key.name for key in CHANGE), *good]:
        with contextlib.suppress(ScenarioError):
            Change("early_help_budget", **{**good, key: value})


# The same in Python

PYTHON = {
    "set": ({"set": 0.5}, 'write verb="set", amount=0.5'),
    "add": ({"add": 5, "from_": SOON}, 'write verb="add", amount=5'),
    "from": ({"verb": "set", "amount": 1, "from_": SOON}, 'write begins="2027-04-01"'),
    "price_year": ({"add": 5, "price_year": 2022}, 'verb="add", amount=5'),
    "price_base": (
        {"verb": "add", "amount": 5, "begins": SOON, "price_base": 2022}, 'prices="2022-23"',
    ),
    "percent": ({"percent": 10, "begins": SOON}, 'write verb="scale", amount=1.1 for 10 % more'),
    "ages": (
        {"verb": "add", "amount": 5, "begins": SOON, "ages": ["0-4"]}, "amount=0.5 for a tenth",
    ),
    "start": ({"verb": "set", "amount": 1, "start": "April 2027"}, 'write begins="2027-04-01"'),
    "end": ({"verb": "set", "amount": 1, "begins": SOON, "end": 2030}, 'write until="2030-03-31"'),
    "phase_out_years": (
        {"verb": "add", "amount": 5, "begins": SOON, "until": "2032-03-31", "phase_out_years": 3},
        'verb="add", amount=-5, begins="2032-04-01", over_years=3',
    ),
    "begin": ({"verb": "set", "amount": 1, "begin": "2027"}, 'begins="2027-04-01"'),
    "nonsense": ({"verb": "set", "amount": 1, "begins": SOON, "zzz": 1}, 'write Change("name_of'),
    "nothing": ({}, 'write Change("name_of_the_lever", "scale", 1.25, "2027-04-01")'),
}  # fmt: skip


@pytest.mark.parametrize("kind", PYTHON)
def test_an_argument_that_people_try_is_answered_with_what_to_write(kind):
    given, said = PYTHON[kind]
    with pytest.raises(ScenarioError) as caught:
        Change("early_help_budget", **given)
    assert "\n" not in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("x", "add", "£2bn", SOON), 'verb="add", amount=2_000_000_000'),
        (("x", "set", [0.4, 0.8], SOON), 'write verb="set", amount=0.6'),
        (("x", "scale", "+10%", SOON), 'verb="scale", amount=1.1'),
        (("x", "add", 5, "April 2027"), 'write begins="2027-04-01"'),
        (("x", "add", 5, "2027-28"), 'write begins="2027-04-01"'),
        (("x", "add", 5, 2027), 'write the whole day: begins="2027-04-01"'),
        (("x", "add", 5, SOON, "3 years"), "write over_years=3"),
        (("x", "add", 5, SOON, 0, "March 2030"), 'write until="2030-03-31"'),
    ],
)
def test_a_value_that_people_try_is_answered_in_python_too(change, said):
    with pytest.raises(ScenarioError) as caught:
        Change(*change)
    assert said in str(caught.value)


def test_cash_in_python_is_answered_with_the_prices_of_the_first_year():
    with pytest.raises(ScenarioError, match='write prices="2027-28" for a sum that keeps'):
        Change("early_help_budget", "add", 5e6, SOON, prices="cash")


@pytest.mark.parametrize(
    "keys",
    [
        {"add": "[4e8, 8e8]"},
        {"phase_out_years": "3", "until": "2032-03-31"},
        {"prices": '"cash"'},
        {"percent": "10"},
        {"price_year": "2022"},
    ],
    ids=lambda keys: next(iter(keys)),
)
def test_with_a_model_the_answer_says_where_the_lever_stands(keys, tmp_path):
    path = file_of(tmp_path, **keys)
    said = " ('early_help_budget' is now £2.287bn a year at 2019-20 prices)"
    assert refusal(path, England()).endswith(said)
    assert said not in refusal(path)
    path = file_of(tmp_path, parameter='"no_lever_at_all"', **keys)
    assert "is now" not in refusal(path, England())
