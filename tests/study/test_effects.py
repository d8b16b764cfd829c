"""A model whose effects are known by hand: the replay finds them, and tells what meets what."""

from dataclasses import replace

import numpy as np
import pytest

import caresim as cs
from caresim.language import Aux, Flow, Model, ModelError, Parameters, Stock, cloud
from caresim.language.errors import CaresimError
from caresim.study.effects.answers import Answer
from caresim.study.effects.declared import Published
from caresim.study.effects.reader import read

NUMBERS = """
[help]
meaning = "Places of help"
value = 0
unit = "1"
role = "lever"
bounds = [-100, 100]
source = "Made up"
[per_help]
meaning = "Entries a year for each place of help"
value = 7.5
unit = "child/year"
role = "lever"
bounds = [0, 15]
prior = { uniform = { low = 5, high = 10 } }
source = "Made up"
[entries_0]
meaning = "Entries a year without help"
value = 100
unit = "child/year"
role = "fixed"
source = "Made up"
[care_0]
meaning = "In care at the start"
value = 50
unit = "child"
role = "fixed"
source = "Made up"
[cost]
meaning = "Cost of a place"
value = 4
unit = "GBP/child"
role = "fixed"
source = "Made up"
"""


def effect(replay="", **keys):
    """Return the table of one effect, with a replay of one place more from April 2010."""
    given = {
        "study": "A study", "design": "randomised", "dose": "one place", "outcome": "entries",
        "window": "same year", "unit": "children", "interval": "95 %", "role": "prior",
        "estimate": 7, "low": 6, "high": 8,
    } | keys  # fmt: skip
    lines = [f"{k} = {v!r}" for k, v in given.items() if v is not None]
    if "missing" not in keys:
        lines += [
            "[found.replay]",
            'unit = "children a year"',
            'note = "As it is"',
            replay or PLAIN,
        ]
    return "[found]\n" + "\n".join(lines)


ONE_MORE = 'changes = [{ parameter = "help", add = 1, from = 2010-04-01, source = "one" }]\n'
PULSE = (
    'changes = [{ parameter = "help", add = 1, from = 2010-04-01, until = 2010-06-30, '
    'source = "one" }]\n'
)
ENTRIES = 'outputs = ["entries"]\nmeasure = "difference"\n'
PLAIN = ONE_MORE + ENTRIES + 'years = ["2010-11"]'


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    file = tmp_path_factory.mktemp("numbers") / "numbers.toml"
    file.write_text(NUMBERS, encoding="utf-8")
    p = Parameters.read(file)

    class Made(Model):
        """Children who come into care and stay."""

        parameters = p
        care = Stock("In care", "child", p.care_0)
        entries = Flow("Entries", cloud >> care, p.entries_0 + p.help * p.per_help)
        spend = Aux("Spent on entries", entries * p.cost)

    return Made()


@pytest.fixture
def replayed(model, tmp_path):
    """Return the answer to one effect, by its table; a single run unless draws are given."""

    def answer(text, draws=None, **options):
        file = tmp_path / "effects.toml"
        file.write_text(text, encoding="utf-8")
        return cs.effects(model, file=file, draws=draws, **options)

    return answer


# What is found


def test_a_linear_effect_is_found(replayed):
    found = replayed(effect())["found"]
    assert found.median == pytest.approx(7.5, abs=1e-9)
    assert found.low == found.median == found.high, "one run has no interval"
    assert found.meets is True
    assert found.sign_right is True
    assert found.too_small == pytest.approx(7 / 7.5)


def test_years_are_averaged_and_the_difference_is_scaled(replayed):
    text = ONE_MORE + ENTRIES + 'years = ["2009-10", "2010-11"]\ntimes = 1000\nper = 50\n'
    found = replayed(effect(text + 'per_source = "fifty"'))["found"]
    assert found.median == pytest.approx(7.5 / 2 * 1000 / 50, abs=1e-8)


def test_per_cent_is_of_the_run_without(replayed):
    text = ONE_MORE + 'outputs = ["entries"]\nmeasure = "per cent"\nyears = ["2010-11"]'
    assert replayed(effect(text))["found"].median == pytest.approx(7.5, abs=1e-9)


def test_a_comparison_may_have_changes_of_its_own(replayed):
    less = ONE_MORE.replace("changes", "against").replace("add = 1", "add = -2")
    both = replayed(effect(less + PLAIN))["found"].median
    assert both == pytest.approx(3 * 7.5, abs=1e-9)
    alone = replayed(effect(less + ENTRIES + 'years = ["2010-11"]'))["found"].median
    assert alone == pytest.approx(2 * 7.5, abs=1e-9)


def test_a_level_stands_on_a_day_and_is_added_up_between_days(replayed):
    level = PULSE + 'outputs = ["care"]\nmeasure = "difference"\n'
    share = 91 / 365  # of the year, the length of the pulse
    on = replayed(effect(level + "on = 2011-03-31"))["found"].median
    assert on == pytest.approx(7.5 * share, rel=0.01)
    between = "from = 2011-04-01\nuntil = 2013-03-31\ntimes = 365.25"
    days = replayed(effect(level + between))["found"].median
    assert days == pytest.approx(on * 2 * 365.25, rel=1e-9)


def test_a_rate_is_added_up_between_days(replayed):
    text = ONE_MORE + ENTRIES + "from = 2010-04-01\nuntil = 2012-09-30"
    assert replayed(effect(text))["found"].median == pytest.approx(7.5 * 2.5, rel=1e-3)


def test_an_effect_may_be_counted_by_a_dose(replayed):
    """What is spent over the cost of one counts the entries, so that each counts as one."""
    text = PULSE + ENTRIES + 'years = ["2010-11"]\ndose_output = "spend"\ndose_over = "cost"'
    assert replayed(effect(text))["found"].median == pytest.approx(1, abs=1e-9)
    by_pound = text.replace('dose_over = "cost"', "")
    assert replayed(effect(by_pound))["found"].median == pytest.approx(1 / 4, abs=1e-9)


def test_a_number_that_the_caller_set_wins_over_draws(model, tmp_path):
    """Draws made for another model hold ``per_help``; what the caller set stays in every run."""
    file = tmp_path / "effects.toml"
    file.write_text(effect(), encoding="utf-8")
    drawn = cs.draws(model, 50, seed=1)
    assert cs.effects(model, file=file, draws=drawn)["found"].low < 6
    found = cs.effects(model.with_values(per_help=9.0), file=file, draws=drawn)["found"]
    assert (found.low, found.median, found.high) == pytest.approx((9, 9, 9), abs=1e-9)


def test_draws_are_the_same_with_and_without(replayed):
    """The effect is per_help itself, so that its interval is that of the prior."""
    found = replayed(effect(), draws=400)["found"]
    assert (found.low, found.median, found.high) == pytest.approx((5.5, 7.5, 9.5), abs=0.3)
    assert replayed(effect(), draws=400)["found"] == found, "the same every time"
    assert replayed(effect(), draws=400, seed=2)["found"].median != found.median


def test_an_effect_on_nothing_is_zero_and_has_no_sign(replayed):
    early = PLAIN.replace("add = 1", "add = 0")
    found = replayed(effect(early), draws=20)["found"]
    assert (found.low, found.median, found.high) == (0, 0, 0)
    assert found.sign == "0"
    assert found.sign_right is False
    assert found.meets is False
    none = replayed(effect(early, estimate=0, low=None, high=None), draws=20)["found"]
    assert none.meets is True
    assert none.sign_right is None


def test_what_is_missing_has_no_answer(replayed):
    found = replayed(effect(missing="Nothing of the kind."))
    answer = found["found"]
    assert (answer.size, answer.meets, answer.sign_right, answer.too_small) == (None,) * 4
    assert found.counts().loc["all", ["effects", "replayed", "with_size"]].tolist() == [1, 0, 0]
    assert "replays 0 of 1" in str(found)


def test_the_table_and_the_csv_hold_the_same(replayed):
    found = replayed(effect(), draws=20)
    row = found.table().loc["found"]
    assert row["unit"] == "children a year"
    assert row["model_median"] == found["found"].median
    assert row["meets"]
    head, line = found.text().splitlines()
    cells = dict(zip(head.split(","), line.split(","), strict=True))
    assert cells["effect"] == "found"
    assert float(cells["model_high"]) == pytest.approx(found["found"].high, rel=1e-4)
    assert cells["meets"] == "yes"
    assert "<table" in found._repr_html_()


def test_answers_that_ship_are_read_back(model, replayed, tmp_path):
    found = replayed(effect(), draws=20)
    (tmp_path / "effects.csv").write_text(found.text(), encoding="utf-8")

    class Shipped(type(model)):
        """The same, with answers."""

        effects_file = tmp_path / "effects.toml"

    (read_back,) = cs.Effects.shipped(Shipped())
    assert read_back.text() == found.text()
    assert cs.Effects.shipped(model) == ()
    newer = replace(found, release="9.9.9")
    (tmp_path / "effects.csv").write_text(newer.text(found), encoding="utf-8")
    assert [e.release for e in cs.Effects.shipped(Shipped())] == [found.release, "9.9.9"]
    (tmp_path / "effects.csv").write_text(found.text().replace(",found,", ",other,"))
    with pytest.raises(ModelError, match="does not have the effect 'other'"):
        cs.Effects.shipped(Shipped())


def test_a_folder_is_read_as_one_file_in_the_order_of_names(model, tmp_path):
    texts = {name: effect().replace("[found", f"[{name}") for name in ("second", "first", "third")}
    folder, file = tmp_path / "effects", tmp_path / "one.toml"
    folder.mkdir()
    for place, name in (("b", "first"), ("a", "second"), ("c", "third")):
        (folder / f"{place}.toml").write_text(texts[name], encoding="utf-8")
    (folder / "README.md").write_text("no effects", encoding="utf-8")
    file.write_text(
        "\n".join(texts[name] for name in ("second", "first", "third")), encoding="utf-8"
    )
    assert read(folder) == read(file)
    found = cs.effects(model, file=folder, draws=None)
    (tmp_path / "effects.csv").write_text(found.text(), encoding="utf-8")

    class Shipped(type(model)):
        """The same, with answers beside the folder."""

        effects_file = folder

    (read_back,) = cs.Effects.shipped(Shipped())
    assert [answer.effect.name for answer in read_back.answers] == ["second", "first", "third"]


def test_a_folder_that_cannot_be_used_names_folder_file_and_effect(tmp_path):
    with pytest.raises(ModelError, match="holds no TOML file of published effects"):
        read(tmp_path)
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(effect(), encoding="utf-8")
    with pytest.raises(ModelError, match=r"b\.toml, effect 'found': a\.toml has an effect of that"):
        read(tmp_path)
    (tmp_path / "b.toml").write_text(effect(unit=None), encoding="utf-8")
    with pytest.raises(ModelError, match=r"b\.toml, effect 'found'"):
        read(tmp_path)


# What meets what


def published(**keys):
    words = dict.fromkeys(
        ("study", "design", "years", "dose", "outcome", "window", "unit", "interval"), "x"
    )
    return Published(name="x", role="kept", **words, **keys)


@pytest.mark.parametrize(
    ("study", "model", "meets", "right"),
    [
        ({"estimate": 5, "low": 2, "high": 8}, (7, 9, 11), True, True),
        ({"estimate": 5, "low": 2, "high": 8}, (8, 9, 11), True, True),
        ({"estimate": 5, "low": 2, "high": 8}, (9, 10, 11), False, True),
        ({"estimate": 5, "low": 2, "high": 8}, (-3, -2, -1), False, False),
        ({"estimate": 5, "low": -2, "high": 8}, (-3, -2, -1), True, None),
        ({"estimate": -5}, (-6, -5, -4), True, True),
        ({"estimate": -5}, (-4, -3, -2), False, True),
        ({"estimate": -5, "low": -9}, (-4, -3, -2), False, True),
        ({"estimate": 5}, (-0.04, 0.01, 0.04), False, False),
        ({"estimate": 0}, (-1, 1, 2), True, None),
        ({"estimate": 0}, (1, 2, 3), False, None),
        ({"estimate": 0, "trifle": 3}, (1, 2, 3), True, None),
        ({"estimate": 0, "trifle": 2.5}, (1, 2, 3), False, None),
        ({"sign": "+"}, (1, 2, 3), None, True),
        ({"sign": "-"}, (1, 2, 3), None, False),
        ({"sign": "+"}, (0, 0, 0), None, False),
    ],
)
def test_the_rule_of_meeting(study, model, meets, right):
    answer = Answer(published(**study), *map(float, model))
    assert answer.meets is meets
    assert answer.sign_right is right


def test_how_many_times_too_small_is_told_where_the_signs_agree():
    def too_small(study, median):
        return Answer(published(**study), median, median, median).too_small

    assert too_small({"estimate": -8}, -2.0) == 4
    assert too_small({"estimate": -8}, 2.0) is None
    assert too_small({"estimate": 8, "low": -1, "high": 17}, 2.0) is None
    assert too_small({"sign": "+"}, 2.0) is None


# What cannot be used


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# none", "declares no effect"),
        ("", "is empty; give each effect a table"),
        ("[found", "line 1: not TOML"),
        ("found = 3", "effect 'found'.*table"),
        (effect(estimat=3), "unknown key 'estimat'; did you mean 'estimate'"),
        (effect(unit=None), "'unit' is missing"),
        (effect(role="used"), "'role' cannot be 'used'"),
        (effect(estimate=None), "'estimate' or.*'sign'"),
        (effect(sign="+"), "'estimate' or.*'sign'"),
        (effect(low=9), "'low' .9. above 'high' .8."),
        (effect(PLAIN.replace("years", "year")), "unknown key 'replay.year'; did you mean 'years'"),
        (effect(PLAIN.replace("add", "sum")), "changes: unknown key 'sum'; amounts are for a year"),
        (effect(PLAIN.replace("add = 1", "add = true")), "'add' must be a finite number, not true"),
        (effect(PLAIN.replace("add = 1", "add = 1, why = 'x'")), "unknown key 'why'"),
        (effect(PLAIN.replace("add = 1, ", "")), "exactly one of 'set', 'add' and 'scale'"),
        (effect(PLAIN + "\non = 2011-03-31"), "give one of the three"),
        (effect(ONE_MORE + ENTRIES + "from = 2011-03-31"), "give one of the three"),
        (effect(PLAIN + "\nper = 5"), "'per_source' is missing"),
        (effect(PLAIN.replace(ONE_MORE, "")), "changes nothing"),
        (effect(PLAIN) + "\n[found.more]\na = 1", "unknown key 'more'"),
        (effect(missing="All of it.") + f'\n[found.replay]\nunit="x"\nnote="x"\n{PLAIN}',
         "one of the two"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_in_one_sentence(tmp_path, text, said):
    file = tmp_path / "effects.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=said) as fault:
        read(file)
    assert str(file) in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (effect(PLAIN.replace('"help"', '"halp"')), "'found' cannot be replayed.*'halp'"),
        (effect(PLAIN.replace('"entries"', '"entrys"')), "'found' cannot be replayed.*'entrys'"),
        (effect(PLAIN.replace("add = 1", "add = 1000")), "bounds|at most|100"),
        (effect(PLAIN.replace("2010-11", "2007-08")), "cannot be replayed"),
        (effect(ONE_MORE + ENTRIES + "on = 2011-03-31"), "has no value on a day"),
        (effect(PLAIN.replace("add = 1", "add = 0") + '\ndose_output = "entries"'), "zero"),
        (effect(PLAIN.replace("2010-11", "2009-10")), "outside the run"),
    ],
)
def test_a_replay_that_cannot_be_made_names_the_effect(replayed, text, said):
    with pytest.raises(CaresimError, match=said):
        replayed(text)


def test_a_model_without_effects_says_so(model):
    with pytest.raises(ModelError, match="Made declares no published effects"):
        cs.effects(model)
    with pytest.raises(ModelError, match=r"takes a model such as Made\(\)"):
        cs.effects(type(model))


def test_only_some_effects_are_replayed(replayed):
    assert [a.effect.name for a in replayed(effect(), only=["found"]).answers] == ["found"]
    with pytest.raises(ModelError, match="has no effect 'lost'; it has found"):
        replayed(effect(), only=["lost"])


def test_draws_of_ones_own_are_taken(model, replayed):
    drawn = cs.draws(model, 3, seed=1)
    found = replayed(effect(), draws=drawn)["found"]
    assert found.median == pytest.approx(np.median(drawn.columns["per_help"]), abs=1e-9)
