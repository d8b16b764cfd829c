"""Whatever a verb is given, a wrong argument is refused in one sentence that shows what came."""

import datetime as dt
import inspect
import re
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import caresim as cs
from caresim.england import England, observed
from caresim.study.fit.joint import Joint
from caresim.study.fit.misfit import Misfit
from caresim.study.fit.sizes import Sizes
from caresim.study.ledger import freeze
from caresim.study.question import Question
from caresim.study.results import project

ENGLAND = England()
RUN = cs.run(ENGLAND, until="2012-03-31")
DRAWS = cs.draws(ENGLAND, 3, seed=1)
MANY = cs.run(ENGLAND, until="2012-03-31", draws=cs.draws(ENGLAND, 10, seed=1))
PLAN = cs.Scenario("Half", changes=[cs.Change("return_support_share", "set", 0.5, "2027-04-01")])
JOINT = Joint(Misfit.of(ENGLAND, observed(), ()), np.zeros(0), np.ones(1), np.ones((1, 1)))
SIZES = Sizes((), np.zeros(0), np.zeros(0), 0.0)
FIT = cs.Fit(ENGLAND, observed(), (), (), {}, np.ones(1), np.ones((1, 1)), JOINT, SIZES)
FIT_DRAWS = partial(cs.Fit.draws, FIT)
FILE = Path(__file__).parents[2] / "scenarios" / "early_help_first.toml"
simulate = cs.prepare(ENGLAND, outputs=["looked_after"], until="2012-03-31").__call__

FRAME = pd.DataFrame({"looked_after": [1.0, 2.0]})
ARRAY = np.ones((2, 2))
ODD = [FRAME, ARRAY, b"bytes", object(), {"a": 1}]
TEXTS = [*ODD, 5, 2.5, True, ["text"], cs.Scenario]
WHOLE = [*ODD, "16", 16.0, True, -1, -(10**5000), [16], float("nan"), dt.date(2030, 3, 31), "",
         2**70, np.float64(16), np.True_, np.ma.masked, pd.NA, np.array([16]), {}]  # fmt: skip
REAL = [*ODD, "0.5", True, [0.5], float("nan"), 1j, 10**400, np.ma.masked, pd.NA, "", {}]
DATES = [
    *[FRAME, b"2035-03-31", True, 2035, 2035.0, ["2035-03-31"], ""],
    *["2035", "soon", "31/03/2035", pd.NaT, np.datetime64("NaT"), dt.date.max, dt.date.min],
    *[0, [], {}, np.datetime64("2035-03-31T09"), pd.Period("2035-03", "M"), np.int64(2035)],
    dt.datetime(2035, 3, 31, 9, 30),  # noqa: DTZ001
]
LISTS = [FRAME, b"bytes", object(), {"a": 1}, 5, True, "looked_after", [None], [5], [["a"]], [],
         (), {}, 0, ""]  # fmt: skip

# What each kind of argument may not be
BAD = {
    "model": [None, England, int, "England", 5, FRAME, Path("england.py"), b"x", [ENGLAND], RUN],
    "model or nothing": [England, int, "England", 5, FRAME, b"x", [ENGLAND], RUN],
    "model or class": [None, int, "England", 5, FRAME, Path("england.py"), b"x", [ENGLAND], RUN],
    "run": [None, *ODD, 5, "run", [RUN], ENGLAND, cs.Run],
    "scenario": [
        *[*ODD, 3, 2.5, True, [PLAN], (PLAN, PLAN), PLAN.changes[0], cs.Scenario, ENGLAND, RUN],
        *["no_such_policy.toml", Path("no_such_policy.toml"), "", dt.date(2030, 3, 31)],
    ],
    "fit": [None, *ODD, 5, "fit", Path("fit"), ENGLAND, cs.Fit],
    "backtest or none": [*ODD, 5, True, "backtest", FIT],
    "date": DATES,
    "31 March": [*DATES, "2035-06-30", dt.date(2035, 4, 1), "2009-03-31", "1999-03-31"],
    "dates": [5, True, FRAME, "2012-03-31", [2012], ["2012"], ["2012-06-30"], [None], [], ""],
    "steps": [*WHOLE, None, 0, 5000],
    "count": [*WHOLE, None, 0],
    "count or none": [*WHOLE, None],
    "seed": [*WHOLE, None],
    "counts": [5, "12", FRAME, [1.5], [True], [0], ["1"], None],
    "share": [*REAL, None, -0.1, 1, 3.5],
    "change": [*REAL, None, 0, -1.5, 20],
    "whole share": [*REAL, None, -0.1, 1.5, 3.5],
    "factor": [*REAL, None, 0, -1, float("inf")],
    "word": [*TEXTS, None, "wrong", ""],
    "word or nothing": [*TEXTS, "wrong", ""],
    "name": [*TEXTS, None, "wrong", ""],
    "name or nothing": [*TEXTS, "wrong"],
    "run name": [*TEXTS, ""],
    "names": [*LISTS, None, ["wrong"]],
    "names or nothing": [*LISTS, ["wrong"]],
    "quantities": [5, True, FRAME, b"bytes", object(), [None], [5], "wrong", ["wrong"]],
    "years": [5, True, FRAME, "2017-18", [2017], ["2017"], ["2017-19"], [None], [], "",
              ["2017/18"]],
    "draws": [*ODD, 5, 2.5, True, "posterior", [DRAWS], cs.Draws, DRAWS.columns],
    "draws or a count": [*ODD, 2.5, True, -1, 0, "posterior", [DRAWS], cs.Draws],
    "figures": [*ODD, 5, True, "figures.csv", Path("figures.csv")],
    "path": [None, *ODD, 5, 2.5, True, ["england.xmile"]],
    "file": [None, *ODD, 5, 2.5, True, ["file"], "no_such_file", Path("no_such_file")],
    "file or nothing": [*ODD, 5, 2.5, True, ["file"], "no_such_file"],
    "folder": [*ODD, 5, 2.5, True, ["folder"]],
    "parameters": [None, *ODD, 5, True, "no_such_file.toml", ENGLAND, England.parameters.values()],
    "loops": [*ODD, 5, True, "loop", [5], [None]],
    "text": TEXTS,
    "executor": [*ODD, 5, True, "processes", [None]],
    "files": [None, 5, True, FRAME, "policy.toml", [5], [None], ["no_such_policy.toml"]],
    "columns": [5, True, "looked_after", ["looked_after"], {"support_0": "a"}, {"support_0": {}},
                {5: 1.0}, {"support_0": None}, {"support_0": True}, {"support_0": [True]},
                {"support_0": np.inf}, {"support_0": [0.3, "a"]},
                {"support_0": np.ma.array([0.12, 0.14], mask=[0, 1])}, {"support_0": [1j]},
                {"support_0": np.array(["2012-03-31"], dtype="datetime64[D]")}],
}  # fmt: skip

ASKED = {"model": ENGLAND, "scenario": PLAN}
RUNS = {"until": "31 March", "steps_per_year": "steps", "method": "word"}
VERBS = {
    "at_rest": (cs.at_rest, ASKED, {}),
    "backtest": (cs.backtest, {"model": ENGLAND, "origins": ["2017-18"], "draws": 0}, {
        "observed": "figures", "origins": "years", "horizons": "counts", "given": "word",
        "figures": "word", "draws": "count or none", "widen": "factor", "seed": "seed",
        "scales": "word", "least_learned": "whole share",
        "executor": "executor", "parts": "folder"}),
    "break_even": (cs.break_even, ASKED, {
        "effect": "name or nothing", "outcome": "name or nothing", "against": "scenario",
        "at": "31 March", "discount": "share", "draws": "draws"}),
    "calibrate": (cs.calibrate, {"model": ENGLAND}, {
        "observed": "figures", "seed": "seed", "starts": "count", "most_steps": "count",
        "scales": "word", "least_learned": "whole share", "parts": "folder"}),
    "check_step": (cs.check_step, ASKED, RUNS),
    "compare": (lambda baseline, at=None, level=0.8, prices=None: cs.compare(
        baseline, RUN, at=at, level=level, prices=prices), {"baseline": RUN}, {
        "at": "dates", "level": "share", "prices": "word or nothing"}),
    "council": (cs.council, {"model": ENGLAND, "name": "Leeds"}, {"name": "name"}),
    "diagram": (cs.diagram, {"model": ENGLAND}, {}),
    "draws": (cs.draws, {"model": ENGLAND, "n": 3, "seed": 1}, {
        "n": "count", "seed": "seed", "given": "word or nothing", "beliefs": "word or nothing",
        "structure": "word or nothing"}),
    "effects": (cs.effects, {"model": ENGLAND, "only": ["poverty_entries"]}, {
        "draws": "draws or a count", "seed": "seed", "file": "file or nothing",
        "only": "names or nothing"}),
    "equations": (cs.equations, {"model": ENGLAND}, {"model": "model or class"}),
    "explain": (cs.explain, ASKED, {"model": "model or nothing"}),
    "Fit.draws": (FIT_DRAWS, {"n": 3, "seed": 1}, {"n": "count", "seed": "seed"}),
    "freeze": (freeze, {"model": ENGLAND, "years": ["2020-21"], "draws": 3}, {
        "years": "years", "draws": "count", "seed": "seed"}),
    "loop_diagram": (cs.loop_diagram, {"model": ENGLAND}, {"loops": "loops"}),
    "loops": (cs.loops, {"model": ENGLAND}, {"through": "quantities", "limit": "count"}),
    "model_page": (cs.model_page, {"model": ENGLAND}, {
        "diagram": "text", "loops": "text", "scope": "text"}),
    "needed": (cs.needed, {**ASKED, "output": "looked_after", "change": -0.1,
                           "by": "2030-03-31"}, {
        "output": "name", "change": "change", "by": "31 March", "against": "scenario",
        "begins": "date", "draws": "draws"}),
    "payback": (cs.payback, {**ASKED, "spent": "return_support_spend"}, {
        "spent": "name", "years": "counts", "against": "scenario", "discount": "share",
        "draws": "draws"}),
    "prepare": (cs.prepare, {**ASKED, "outputs": ["looked_after"]}, {
        **RUNS, "outputs": "names", "target": "word or nothing"}),
    "project": (project, {"model": ENGLAND, "files": [FILE]}, {
        "files": "files", "against": "scenario", "until": "31 March", "n_draws": "count or none",
        "seed": "seed", "executor": "executor"}),
    "read_figures": (cs.read_figures, {"path": "figures.csv", "model": ENGLAND}, {"path": "file"}),
    "read_scenario": (cs.read_scenario, {"path": "policy.toml"}, {
        "path": "file", "model": "model or nothing"}),
    "run": (cs.run, ASKED, {
        **RUNS, "draws": "draws", "outputs": "names or nothing", "every": "word",
        "target": "word or nothing", "name": "run name"}),
    "scenarios": (cs.scenarios, {}, {"model": "model or nothing"}),
    "Simulator": (simulate, {}, {"columns": "columns"}),
    "sensitivity": (cs.sensitivity, {**ASKED, "output": "looked_after", "n": 10}, {
        "output": "name", "at": "31 March", "method": "word", "others": "word",
        "against": "scenario", "names": "names or nothing", "most": "count", "draws": "draws",
        "n": "count", "seed": "seed"}),
    "spending": (cs.spending, {"run": RUN}, {"by": "word or nothing", "prices": "word or nothing"}),
    "under_rules": (lambda model, scenario, against=None, until=None, at=None, draws=None,
                    level=0.8: cs.under_rules(model, scenario, against=against, until=until,
                                              at=at, draws=draws, level=level), ASKED, {
        "against": "scenario", "until": "31 March", "at": "dates", "draws": "draws",
        "level": "share"}),
    "what_drives": (lambda base, output, at=None: cs.what_drives(base, MANY, output, at=at), {
        "base": MANY, "output": "looked_after"}, {"output": "name", "at": "31 March"}),
    "with_parameters": (cs.with_parameters, {"model": ENGLAND, "parameters": England.parameters}, {
        "parameters": "parameters"}),
    "write_vintage": (cs.write_vintage, {"fit": FIT, "folder": "fit"}, {
        "fit": "fit", "folder": "path", "score": "backtest or none", "draws": "count or none"}),
    "write_xmile": (cs.write_xmile, {**ASKED, "path": "england.xmile"}, {
        "path": "path", "until": "31 March", "steps_per_year": "steps"}),
}  # fmt: skip
EVERYWHERE = {
    "model": "model", "scenario": "scenario", "run": "run", "baseline": "run", "base": "run",
}  # fmt: skip
FREE = {  # what may be anything, or is tested with its verb
    "progress": "a flag, true or false as Python has it",
    "brief": "a flag",
    "as_written": "a flag",
    "overwrite": "a flag",
    "scenarios": "of compare, tested below",
    "other": "of what_drives, tested below",
    "meanwhile": "of project, which only the command line gives",
    "chance": "a flag or kinds of chance, tested in test_futures.py",
    "from_figures": "a flag, tested in test_started.py",
    "mix": "a word or nothing, tested in test_mixed.py",
}
SAID = {  # by kind, where a message says more or less than the name of the argument
    "model": "takes a model such as", "model or class": "takes a model such as",
    "model or nothing": "takes a model such as", "run": "takes a run such as",
    "scenario": "a scenario is a Scenario, a name or the path of a file",
    "fit": "takes a fit", "figures": "takes figures such as", "columns": "parameter",
    "files": "scenario",
}  # fmt: skip
CALLED = {"n": "the number of draws"}  # an argument in words


def kinds_of(verb):
    """Return the kind of each argument of a verb."""
    _, given, kinds = VERBS[verb]
    return {name: EVERYWHERE[name] for name in given if name in EVERYWHERE} | kinds


def named(value):
    """Return what a message shows of a value: as Python writes it, or what it is."""
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**50 else " " * 51
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, dt.date | Path):
        return str(value)
    if len(text) > 50 or "\n" in text or text.startswith("<object"):
        return type(value).__name__
    return text


def inside(value):
    """Return the one thing in a list or under a name, which a message may show instead."""
    if isinstance(value, dict):
        value = [*value.values()] if all(isinstance(key, str) for key in value) else [*value]
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def bare(text):
    return re.sub(r"\W+", " ", text).strip()


CASES = [
    pytest.param(verb, name, kind, value, id=f"{verb}-{name}-{number}-{type(value).__name__}")
    for verb in VERBS
    for name, kind in kinds_of(verb).items()
    for number, value in enumerate(BAD[kind])
]


def fault_of(verb, *values, **arguments):
    with pytest.raises(cs.CaresimError) as caught:
        verb(*values, **arguments)
    message = str(caught.value)
    assert "\n" not in message, "one line"
    assert len(message) < 600
    return message


@pytest.mark.parametrize(("verb", "name", "kind", "value"), CASES)
def test_a_wrong_argument_is_refused_in_one_sentence_that_shows_it(
    verb, name, kind, value, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    function, given, _ = VERBS[verb]
    message = fault_of(function, **{**given, name: value})
    came = [bare(named(v)) for v in (value, inside(value))]
    assert any(c in bare(message) for c in came), f"{came} is not in {message!r}"
    if not isinstance(inside(value), str | Path):
        assert SAID.get(kind, CALLED.get(name, name)) in message, "it says what the verb takes"


@pytest.mark.parametrize("verb", VERBS)
def test_every_argument_of_every_verb_stands_in_the_table(verb):
    function, given, kinds = VERBS[verb]
    known = {*given, *kinds, *FREE}
    assert set(inspect.signature(function).parameters) - {"self"} <= known


def test_every_public_verb_stands_in_the_table():
    verbs = {n for n in cs.__all__ if inspect.isfunction(getattr(cs, n))}
    assert verbs <= set(VERBS)


# The kind of error, and what helps

ERRORS = {
    "at_rest": cs.RunError, "backtest": cs.CaresimError, "break_even": cs.RunError,
    "calibrate": cs.ParameterError, "check_step": cs.RunError, "council": cs.ModelError,
    "diagram": cs.ModelError,
    "draws": cs.ParameterError, "effects": cs.ModelError, "equations": cs.ModelError,
    "explain": cs.ScenarioError, "freeze": cs.CaresimError, "loop_diagram": cs.ModelError,
    "loops": cs.ModelError, "model_page": cs.ModelError, "needed": cs.RunError,
    "payback": cs.RunError, "prepare": cs.RunError, "project": cs.RunError,
    "read_figures": cs.CaresimError, "run": cs.RunError, "sensitivity": cs.RunError,
    "under_rules": cs.RunError,
    "with_parameters": cs.ParameterError, "write_xmile": cs.ExportError,
}  # fmt: skip


@pytest.mark.parametrize(
    "verb", [verb for verb, (_, given, _) in VERBS.items() if "model" in given]
)
def test_what_is_no_model_is_refused_in_the_words_of_the_verb_and_its_kind_of_error(verb):
    function, given, _ = VERBS[verb]
    with pytest.raises(ERRORS[verb], match=rf"^{verb} takes a model such as MyModel\(\), not 5$"):
        function(**{**given, "model": 5})
    if verb != "equations":
        message = rf"^{verb} takes .* England\(\), not the class England; add the brackets$"
        with pytest.raises(ERRORS[verb], match=message):
            function(**{**given, "model": England})


@pytest.mark.parametrize(
    "verb",
    [
        *["run", "check_step", "at_rest", "prepare", "break_even", "payback", "under_rules"],
        *["needed", "sensitivity", "write_xmile"],
    ],
)
@pytest.mark.parametrize("scenario", [7, [PLAN], b"policy.toml", ENGLAND])
def test_what_is_no_scenario_is_a_fault_of_the_scenario(verb, scenario):
    function, given, _ = VERBS[verb]
    with pytest.raises(cs.ScenarioError, match=r"^a scenario is a Scenario, a name"):
        function(**{**given, "scenario": scenario})


def test_what_was_meant_is_guessed():
    change = PLAN.changes[0]
    assert "put it in one: Scenario(" in fault_of(cs.run, ENGLAND, change)
    assert "; give one at a time" in fault_of(cs.run, ENGLAND, [PLAN])
    assert "; write '2035-03-31'" in fault_of(cs.run, ENGLAND, until=2035)
    assert "; write '2035-03-31'" in fault_of(cs.run, ENGLAND, until="2035")
    nine = dt.datetime(2035, 3, 31, 9)  # noqa: DTZ001
    assert "; leave out the time of day" in fault_of(cs.run, ENGLAND, until=nine)
    assert "take 2035-03-31" in fault_of(cs.run, ENGLAND, until="2035-04-30")
    assert "write outputs=['looked_after']" in fault_of(cs.run, ENGLAND, outputs="looked_after")
    assert "cs.draws(model, 100, seed=1), not 5" in fault_of(cs.run, ENGLAND, draws=5)


def test_a_date_is_called_as_the_verb_calls_it():
    message = fault_of(cs.break_even, ENGLAND, PLAN, at="2035-06-30")
    assert message.startswith("at must be a 31 March")
    assert fault_of(cs.break_even, ENGLAND, PLAN, at="2009-03-31").startswith(
        "at (2009-03-31) must"
    )


def test_a_break_even_needs_a_scenario():
    assert "takes a scenario or the path of a file, not None" in fault_of(
        cs.break_even, ENGLAND, None
    )


def test_a_check_needs_room_for_half_the_step():
    message = fault_of(cs.check_step, ENGLAND, steps_per_year=4096)
    assert "half the step as well, so that steps_per_year is at most 2048, not 4096" in message


def test_every_run_to_compare_is_looked_at():
    for odd in (None, 5, ENGLAND, [RUN]):
        assert "compare takes a run such as" in fault_of(cs.compare, RUN, RUN, odd)
        assert "what_drives takes a run such as" in fault_of(cs.what_drives, MANY, odd, "care")


def test_a_thing_that_cannot_even_be_shown_is_called_by_its_kind():
    class Unshown:
        def __repr__(self):
            raise RuntimeError

    assert fault_of(cs.run, Unshown()).endswith("not an Unshown")
    assert fault_of(cs.run, ENGLAND, until="2035-" * 90).endswith("not '" + "2035-" * 11 + "203…")


# What is as good

ALIKE = {
    "until": [dt.date(2012, 3, 31), dt.datetime(2012, 3, 31), pd.Timestamp("2012-03-31"),  # noqa: DTZ001
              np.str_("2012-03-31"), np.datetime64("2012-03-31"), pd.Period("2012-03-31", "D"),
              np.datetime64("2012-03-31", "ns")],
    "steps_per_year": [np.int64(16), np.uint8(16)],
    "outputs": [("looked_after",), {"looked_after"}, pd.Index(["looked_after"]),
                np.array(["looked_after"]), {"looked_after": 1}.keys()],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in ALIKE.items() for value in values]
)
def test_what_libraries_have_for_dates_numbers_and_lists_is_welcome(name, value):
    plain = {"until": "2012-03-31", "outputs": ["looked_after"]}
    found, usual = (cs.run(ENGLAND, **arguments) for arguments in ({**plain, name: value}, plain))
    assert found.values("looked_after").tolist() == usual.values("looked_after").tolist()
    assert found.provenance["steps_per_year"] == 16
    assert type(found.provenance["steps_per_year"]) is int, "as a record is written"


def test_whole_numbers_of_numpy_draw_what_python_s_do():
    found = cs.draws(ENGLAND, np.int64(3), seed=np.int32(1))
    assert found.fingerprint == DRAWS.fingerprint
    assert type(found.seed) is int


def test_a_question_holds_what_fits_together():
    asked = Question.of(ENGLAND, PLAN, until="2030-03-31", draws=DRAWS, every="quarter")
    assert (asked.name, asked.clock.last_year, asked.clock.saves_per_year) == ("Half", 2030, 4)
    assert [shift.parameter for shift in asked.shifts] == ["return_support_share"]
    assert asked.columns == DRAWS.columns
    assert Question.of(ENGLAND).name == "Policy of March 2020"
    run = asked.run(["looked_after"])
    assert (run.name, run.n_runs, run.outputs) == ("Half", 3, ("looked_after",))
