"""What the review says of England: every call of the table runs and shows what its row claims."""

import re
import subprocess
import sys

import pandas as pd
import pytest
from england_cases import ENGLAND, FILES

from caresim.language.scope import scope_of
from caresim.study.scope import answers

SCOPE = scope_of(ENGLAND)
ANSWERS = answers(ENGLAND, SCOPE)
CALLED = [row for row in SCOPE.rows if row.call]
CHECKS = [(row, one) for row in SCOPE.rows for one in ANSWERS[row.number]]
NAMES = [f"{row.number} {one.check.what}" for row, one in CHECKS]


def result_of(call, folder):
    """Return what the last line of a call is worth; None for a command, which has to run."""
    if call.startswith("caresim "):
        run = [sys.executable, "-m", *call.split()]
        done = subprocess.run(run, cwd=folder, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr[-800:]
        return None
    *before, last = re.split(r"\n(?=[^ )\]])", call.strip())
    names = {}
    exec("\n".join([SCOPE.before, *before]), names)  # noqa: S102
    return eval(last, names)  # noqa: S307


def shown(result, check):
    """Return what a result has to say to a check, in the unit of that; None where it does not."""
    outputs = [*check.replay.get("outputs", [])]
    if isinstance(result, float):
        return 100 * result
    if not outputs:
        return None
    if isinstance(result, pd.Series) and "date" in result.index.names:
        return 100 * result.iloc[-1] if [result.name] == outputs else None
    if result.index.names == ["financial_year"]:
        return of_years(pd.DataFrame(result), check, outputs)
    return of_comparison(result, check, outputs[0])


def of_years(table, check, outputs):
    if check.measure == "per cent":
        return None  # which only a comparison shows
    year, table = check.replay["years"][0], table.rename(columns=named(outputs))
    if year not in table.index or not {*outputs, *check.over} <= {*table.columns}:
        return None
    now = table.loc[year, outputs].sum()
    if check.over:
        return 100 * now / table.loc[year, [*check.over]].sum()
    if not check.since:
        return now * check.replay.get("times", 1)
    times = now / table.loc[check.since, outputs].sum()
    return times if check.measure == "times" else 100 * (times - 1)


def named(outputs):
    """Return the names of outputs by their short labels, as the lines of spending have them."""
    words = {n: ENGLAND.variable(n).label.removeprefix("Spending on ") for n in outputs}
    return {text[0].upper() + text[1:]: name for name, text in words.items()}


def of_comparison(table, check, output):
    if output not in table.index.get_level_values("output"):
        return None
    by_year = table.xs(output, level="output").droplevel("scenario")
    if "rule" in by_year.index.names:
        by_year = by_year.xs(by_year.index[0][0], level="rule")
    year = check.replay.get("years", [""])[0]
    if year not in by_year.index:
        return None
    if not check.since:
        return by_year.loc[year, "percent"]
    values = by_year["value" if check.scenario else "baseline"]
    return 100 * (values[year] / values[check.since] - 1)


def test_the_rows_are_numbered_as_the_review_was_read():
    assert [row.number for row in SCOPE.rows] == [*range(1, 28)]
    assert sum(SCOPE.counts().values()) == 27


@pytest.mark.parametrize("row", CALLED, ids=lambda row: f"{row.number} {row.name}")
def test_a_call_runs_and_shows_what_is_checked(row, tmp_path):
    result = result_of(row.call, tmp_path)
    told = [(shown(result, one.check), one) for one in ANSWERS[row.number]]
    matching = [
        one for value, one in told if value is not None and value == pytest.approx(one.value, 1e-2)
    ]
    assert matching, f"row {row.number}: its call shows none of what its checks measure: {told}"


@pytest.mark.parametrize(("row", "one"), CHECKS, ids=NAMES)
def test_a_figure_or_a_sign_is_met_or_said_to_be_missed(row, one):
    check = one.check
    asked = f"{check.figure:g} ± {check.tolerance}" if check.figure is not None else check.sign
    if check.falls_short:
        assert one.met is False, (
            f"row {row.number}, {check.what}: the model says {one.value:.5g} and meets {asked} by "
            "now; take 'falls_short' out, and look whether the row is 'in'"
        )
    else:
        assert one.met is not False, (
            f"row {row.number}, {check.what}: asked is {asked}, the model says {one.value:.5g}"
        )


def test_each_sign_is_far_from_nothing():
    faint = [one.check.what for _, one in CHECKS if one.check.sign and abs(one.value) < 0.05]
    assert not faint, "a sign that a rounding could turn"


def test_what_is_named_in_backticks_is_there():
    texts = " ".join(f"{row.partly} {row.why} {row.instead} {row.note}" for row in SCOPE.rows)
    named = {*re.findall(r"`(\w+)`", texts)}
    assert named, "the rows name no series at all"
    unknown = named - {*ENGLAND.parameters, *ENGLAND.variables, *FILES}
    assert not unknown, unknown


def test_no_figure_is_of_a_year_after_the_last():
    # a limit on what a change does, in per cent, is no figure of its year
    for row, one in CHECKS:
        if one.check.figure is not None and one.check.measure != "per cent":
            ends = [*one.check.replay.get("years", []), str(one.check.replay.get("until", ""))]
            assert max(ends) <= "2020-03-31", f"row {row.number}: {one.check.what}"
