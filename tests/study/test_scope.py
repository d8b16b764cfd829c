"""What a model says to the checks of a review, on a model whose answers are known by hand."""

import pytest

from caresim.language import Aux, Flow, Model, Parameter, Parameters, Stock, cloud
from caresim.language.errors import ModelError
from caresim.language.scope import ScopeCheck, read_scope
from caresim.study.scope import ScopeAnswer, answers

p = Parameters(
    {
        "joining": Parameter("joining", 100.0, "person/year", "People who join", "lever", (0, 1e6)),
        "members_0": Parameter("members_0", 1000.0, "person", "Members at the start"),
        "share": Parameter("share", 0.25, "1", "Share of members who pay", "lever", (0, 1)),
    }
)


class Club(Model):
    """A club that a hundred people join a year, and that nobody leaves."""

    parameters = p
    members = Stock("Members", "person", p.members_0)
    joins = Flow("People who join", cloud >> members, p.joining)
    payers = Aux("Members who pay", members * p.share)
    others = Aux("Members who do not", members - payers)


MODEL = Club()
HEAD = 'review = "a review"\nsource = "A panel"\nbefore = "import caresim as cs"\n'
ROW = """
[[row]]
number = 1
name = "x"
says = "x"
status = "partly"
ages = "x"
call = "x"
partly = "x"
"""
TWICE = '[{ parameter = "joining", set = 200, from = 2009-04-01, source = "a trial" }]'
HALF = '[{ parameter = "joining", set = 50, from = 2009-04-01, source = "a trial" }]'


@pytest.fixture
def asked(tmp_path):
    """Return a function that answers one row, whose checks are given as TOML."""

    def answer(*checks, model=MODEL):
        file = tmp_path / "scope.toml"
        texts = [f'[[row.check]]\nwhat = "it"\n{check}\n' for check in checks]
        file.write_text(HEAD + ROW + "".join(texts), encoding="utf-8")
        read_scope.cache_clear()
        return answers(model, read_scope(file))[1]

    return answer


COMPARED = 'outputs = ["members"]\nyears = ["2010-11"]\nmeasure = "difference"'
IN_PER_CENT = 'outputs = ["joins"]\nyears = ["2010-11"]\nmeasure = "per cent"'
FIGURE = 'figure = 1\nwithin = 1\nunit = "x"\n'
MEASURES = {
    "level of a stock": ('outputs = ["members"]\nyears = ["2010-11"]', 1200),
    "level of a flow": ('outputs = ["joins"]\nyears = ["2010-11"]', 100),
    "sum": ('outputs = ["payers", "others"]\nyears = ["2010-11"]', 1200),
    "level on a day": ('outputs = ["members"]\non = 2010-03-31', 1100),
    "flow between days": ('outputs = ["joins"]\nfrom = 2010-04-01\nuntil = 2012-03-31', 200),
    "level times": ('outputs = ["members"]\nyears = ["2010-11"]\ntimes = 1e-3', 1.2),
    "share": ('outputs = ["payers"]\nover = ["members"]\nmeasure = "share"\nyears = ["2009-10"]',
              25),
    "growth": ('outputs = ["members"]\nmeasure = "growth"\nsince = "2009-10"\nyears = ["2018-19"]',
               100 * (2000 / 1100 - 1)),
    "times": ('outputs = ["members"]\nmeasure = "times"\nsince = "2009-10"\nyears = ["2018-19"]',
              2000 / 1100),
    "level under changes": (f'outputs = ["members"]\nyears = ["2010-11"]\nchanges = {TWICE}', 1400),
    "difference": (f"{COMPARED}\nchanges = {TWICE}", 200),
    "difference against": (f"{COMPARED}\nchanges = {TWICE}\nagainst = {HALF}", 300),
    "per cent": (f"{IN_PER_CENT}\nchanges = {TWICE}", 100),
    "parameter": ('parameter = "share"\ntimes = 100', 25),
}  # fmt: skip


@pytest.mark.parametrize(("check", "value"), MEASURES.values(), ids=MEASURES)
def test_a_check_measures(check, value, asked):
    (answer,) = asked(FIGURE + check)
    assert answer.value == pytest.approx(value, rel=1e-9)


def test_a_scenario_gives_the_changes(asked, tmp_path):
    file = tmp_path / "double.toml"
    file.write_text(
        'name = "Double"\n[[change]]\nparameter = "joining"\nscale = 2\nfrom = 2009-04-01\n'
        'why = "x"\nsource = "x"\n',
        encoding="utf-8",
    )
    (answer,) = asked(
        f'scenario = \'{file}\'\noutputs = ["joins"]\nyears = ["2010-11"]\n'
        'measure = "per cent"\nsign = "+"'
    )
    assert answer.value == pytest.approx(100)
    assert answer.met


def test_a_change_may_begin_after_what_is_measured_if_another_check_sees_it(asked):
    late = TWICE.replace("2009", "2012")
    before, after = (
        f'{FIGURE}changes = {late}\noutputs = ["members"]\nyears = ["{year}"]'
        for year in ("2010-11", "2013-14")
    )
    assert [answer.value for answer in asked(before, after)] == pytest.approx([1200, 1700])
    with pytest.raises(ModelError, match="begins on 2012-04-01, outside the run"):
        asked(before)


def one(value, **keys):
    return ScopeAnswer(ScopeCheck("it", "level", {}, **keys), value)


@pytest.mark.parametrize(
    ("answer", "met"),
    [
        (one(110.0, figure=100.0, within=10.0), True),
        (one(110.1, figure=100.0, within=10.0), False),
        (one(89.9, figure=100.0, within="10 %"), False),
        (one(-32.0, figure=-35.0, within="10 %"), True),
        (one(500.0, figure=100.0, not_held="an estimate"), None),
        (one(0.5, sign="+"), True),
        (one(-0.5, sign="+"), False),
        (one(-0.5, sign="-"), True),
        (one(0.0005, sign="+"), False),
        (one(-0.0005, sign="0"), True),
    ],
)
def test_an_answer_is_met_within_the_tolerance_or_by_its_sign(answer, met):
    assert answer.met is met


FAULTS = [
    ('outputs = ["member"]\nyears = ["2010-11"]', "check 1: .*'member'.*'members'"),
    ('outputs = ["members"]\nyears = ["2010"]', "check 1: .*'2010'"),
    ('outputs = ["members"]\nyears = ["2010-11"]\non = 2011-03-31', "measured over 'years'"),
    ('outputs = ["members"]\nyears = ["2010-11"]\nper = 2', "'per_source' is missing"),
    ('outputs = [3]\nyears = ["2010-11"]', "check 1: 'outputs' cannot be 3"),
    ('outputs = ["joins"]\non = 2011-03-31', "'joins' is a rate and has no value on a day"),
    ('outputs = ["members"]\nyears = ["2001-02"]', "check 1: until .* must be after the start"),
    ('parameter = "shares"', "check 1: .*'shares'.*'share'"),
    ('outputs = ["payers"]\nover = ["nobody"]\nmeasure = "share"\nyears = ["2010-11"]', "'nobody'"),
    ('outputs = ["members"]\nyears = ["2010-11"]\nscenario = "none_such"', "check 1: .*none_such"),
    ('outputs = ["members"]\nyears = ["2010-11"]\nchanges = [{ parameter = "x" }]', "check 1"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_a_check_that_cannot_be_made_says_where_and_why(check, told, asked):
    with pytest.raises(ModelError, match=told) as fault:
        asked(FIGURE + check)
    assert "scope.toml, row 1" in str(fault.value)


def test_all_checks_that_cannot_be_made_are_told_at_once(asked):
    with pytest.raises(ModelError, match=r"has 2 faults: .*'a_name'.*'another'"):
        asked(*(f'{FIGURE}outputs = ["{n}"]\nyears = ["2010-11"]' for n in ("a_name", "another")))


def test_a_growth_from_nothing_is_refused(asked):
    growth = 'outputs = ["joins"]\nmeasure = "growth"\nsince = "2009-10"\nyears = ["2010-11"]'
    with pytest.raises(ModelError, match="check 1: it divides by zero"):
        asked(FIGURE + growth, model=Club(joining=0.0))
