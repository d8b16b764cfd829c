"""The table of a review: a whole file is read, and all faults of another are told at once."""

import pytest

from caresim.language import Flow, Model, Parameters, Stock, cloud
from caresim.language.errors import ModelError
from caresim.language.proposals import counted
from caresim.language.scope import read_scope, scope_of

HEAD = """
review = "the Long Look"
source = "A panel, 2019"
before = "import caresim as cs"
"""
IN = """
[[row]]
number = 1
name = "Care"
says = "500 are in care."
status = "in"
ages = "Everyone."
call = "cs.run(model)"
[[row.check]]
what = "in care"
outputs = ["care"]
years = ["2010-11"]
figure = 500
within = "2 %"
unit = "children"
"""
PARTLY = """
[[row]]
number = 2
name = "More"
says = "More leave than left."
status = "partly"
ages = "The old."
call = "cs.run(model)"
partly = "Leaving is there, a cause is not."
[row.each]
outputs = ["left"]
years = ["2011-12"]
[[row.check]]
what = "leaving"
measure = "growth"
since = "2009-10"
sign = "+"
falls_short = "nothing grows"
[[row.check]]
what = "leaving, a number"
figure = 40
within = 2.5
unit = "children a year"
"""
OUT = """
[[row]]
number = 3
name = "Sleep"
says = "They sleep badly."
status = "out"
ages = "The young."
why = "Nobody sleeps in it."
instead = "A diary."
"""
WHOLE = HEAD + IN + PARTLY + OUT


@pytest.fixture
def reading(tmp_path):
    def read(text):
        file = tmp_path / "scope.toml"
        file.write_text(text, encoding="utf-8")
        read_scope.cache_clear()
        return read_scope(file)

    return read


def test_a_whole_file_is_read(reading):
    scope = reading(WHOLE)
    assert (scope.review, scope.before) == ("the Long Look", "import caresim as cs")
    assert scope.counts() == {"in": 1, "partly": 1, "out": 1}
    assert str(scope) == (
        "Of 3 statements of the Long Look the model answers 1 in full, 1 in part and 1 not at all."
    )
    first, second, third = scope.rows
    assert (first.status, first.ages, first.call) == ("in", "Everyone.", "cs.run(model)")
    assert first.checks[0].tolerance == pytest.approx(10), "2 % of 500"
    assert [check.tolerance for check in second.checks] == [None, 2.5]
    assert (third.why, third.instead, third.checks) == ("Nobody sleeps in it.", "A diary.", ())


def test_checks_share_what_their_row_says_of_each(reading):
    checks = reading(WHOLE).rows[1].checks
    assert [check.replay for check in checks] == [{"outputs": ["left"], "years": ["2011-12"]}] * 2
    own = PARTLY.replace("figure = 40\n", 'figure = 40\nyears = ["2010-11"]\n')
    checks = reading(HEAD + IN + own + OUT).rows[1].checks
    assert [check.replay["years"] for check in checks] == [["2011-12"], ["2010-11"]], "own wins"


FAULTS = [
    ('status = "in"', 'status = "inn"', r"row 1: 'status' is 'inn', which is none of in, partly"),
    ('status = "in"', "", "row 1: 'status' is missing; add it"),
    ('status = "in"', "status = 1", "row 1: 'status' is 1; write a text"),
    ('call = "cs.run(model)"\n[[', "[[", "row 1: what is 'in' needs 'call'; add it"),
    ('status = "in"', 'status = "in"\nwhy = "x"', "row 1: what is 'in' has no 'why'; take it out"),
    ('status = "in"', 'status = "in"\nagse = "x"', "row 1: unknown key 'agse'.*'ages'"),
    ('why = "Nobody sleeps in it."', 'why = " "', "row 3: 'why' is ' '; write a text"),
    ('instead = "A diary."', "", "row 3: what is 'out' needs 'instead'; add it"),
    ('partly = "Leaving is there, a cause is not."', "", "row 2: what is 'partly' needs 'partly'"),
    ("number = 3", "number = 2", "are numbered 1, 2, 2; number them from 1 on, in their order"),
    ('review = "the Long Look"', "", "'review' is missing; add it"),
    ('review = "', 'reviewer = "me"\nreview = "', "unknown key 'reviewer'.*'review'"),
    ("figure = 500", "figure = '500'", "row 1, check 1: 'figure' is '500'; write a number"),
    ("figure = 500", "", "row 1, check 1: a check has a 'figure' or a 'sign', one of the two"),
    ('within = "2 %"', 'within = "2"', r"'within' is '2'; write 2\.5 or \"3 %\""),
    ('within = "2 %"', "within = -1", r"'within' is -1; write 2\.5"),
    ('within = "2 %"', "", "'within' is missing; say how near, or by 'not_held' why it is not"),
    ('unit = "children"', "", "row 1, check 1: 'unit' is missing; say what the figure is in"),
    ('unit = "children"', 'unit = "children"\nfalls_short = "x"', "is 'in' falls short nowhere"),
    ('outputs = ["care"]', "", "a check is of 'outputs' or of a 'parameter', one of the two"),
    ('outputs = ["care"]', 'outputs = ["care"]\nover = "left"', "'over' is 'left'; write names"),
    ('outputs = ["care"]', 'outputs = ["care"]\nover = ["left"]', "'over' goes with the measure"),
    ('outputs = ["care"]', 'outputs = ["care"]\nsince = "2009-10"', "'since' goes with the"),
    ('outputs = ["care"]', 'outputs = ["care"]\ntimes = "2"', "'times' is '2'; write a number"),
    ('measure = "growth"', 'measure = "grow"', "'measure' is 'grow', which is none of level"),
    ('measure = "growth"\nsince = "2009-10"', 'measure = "per cent"', "nothing makes a per cent"),
    ('measure = "growth"\nsince = "2009-10"', "", "a sign is that of the measure growth or"),
    ('sign = "+"', 'sign = "more"', r"'sign' is 'more', which is none of \+, -, 0"),
    ('[[row.check]]\nwhat = "in care"', '[row.check]\nwhat = "in care"', r"as \[\[row.check\]\]"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "told"), FAULTS, ids=[told for *_, told in FAULTS])
def test_a_fault_is_told_with_its_place(right, wrong, told, reading):
    assert right in WHOLE
    with pytest.raises(ModelError, match=told) as fault:
        reading(WHOLE.replace(right, wrong, 1))
    assert "scope.toml" in str(fault.value)


def test_all_faults_of_a_file_are_told_at_once(reading):
    wrong = WHOLE.replace('status = "in"', 'status = "inn"').replace("figure = 500", "")
    wrong = wrong.replace('instead = "A diary."', "")
    with pytest.raises(ModelError, match=r"has 3 faults: \(1\) row 1: 'status'.*\(3\) row 3"):
        reading(wrong)


@pytest.mark.parametrize("text", [HEAD, HEAD + "row = 3", HEAD + "row = [3]"])
def test_a_file_without_rows_is_refused(text, reading):
    with pytest.raises(ModelError, match=r"it has no rows; give each statement a \[\[row\]\]"):
        reading(text)


def test_what_is_shared_by_no_check_is_refused(reading):
    with pytest.raises(ModelError, match="row 3: unknown key 'each'"):
        reading(WHOLE + '[row.each]\noutputs = ["care"]\n')


def test_a_model_answers_what_its_class_declares_and_only_with_its_own_numbers(tmp_path):
    file = tmp_path / "scope.toml"
    file.write_text(WHOLE, encoding="utf-8")
    p = Parameters.of(rate=(0.5, "1/year"))

    class Reviewed(Model):
        parameters = p
        care = Stock("Care", "child", 0)
        left = Flow("Left", care >> cloud, care * p.rate)
        scope_file = str(file)

    class Plain(Model):
        parameters = p
        care = Stock("Care", "child", 0)
        left = Flow("Left", care >> cloud, care * p.rate)

    assert scope_of(Reviewed()) == read_scope(file), "a text is taken for a file"
    assert scope_of(Reviewed(rate=0.3)) is None, "what is said of others was not said of it"
    assert scope_of(Plain()) is None


PROPOSALS = """
[[proposal]]
number = 1
name = "More beds"
by = "A charity, 2020"
said = "fully"

[[proposal]]
number = 2
name = "Quiet"
by = "A panel, 2019"
said = "not"
missing = "Noise is not in it."
"""


def test_published_policies_are_read_and_counted(reading):
    beds, quiet = reading(WHOLE + PROPOSALS).proposals
    assert (beds.name, beds.by, beds.said, beds.missing) == (
        "More beds", "A charity, 2020", "fully", "",
    )  # fmt: skip
    assert counted([beds, quiet, quiet]) == (
        "Of 3 published policies a scenario says 1 fully, 0 in part and 2 not at all."
    )


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('said = "not"', 'said = "no"', "proposal 2: 'said' is 'no', which is none of fully"),
        ('said = "fully"', 'said = "partly"', "proposal 1: 'missing' is missing; say what no"),
        ('said = "not"', 'said = "fully"', "proposal 2: what is said fully has nothing 'missing'"),
        ('by = "A panel, 2019"', "who = 'A panel'", "unknown key 'who'"),
        ("number = 2", "number = 5", "the proposals are numbered 1, 5; number them from 1 on"),
        ("[[proposal]]\nnumber = 1", "[proposal]\nnumber = 1", r"write each as \[\[proposal\]\]"),
    ],
)
def test_a_fault_of_a_published_policy_is_told_with_its_place(right, wrong, told, reading):
    proposals = (
        PROPOSALS
        if right != "[[proposal]]\nnumber = 1"
        else PROPOSALS.partition("\n[[proposal]]\nnumber = 2")[0]
    )
    assert right in proposals
    with pytest.raises(ModelError, match=told):
        reading(WHOLE + proposals.replace(right, wrong, 1))
