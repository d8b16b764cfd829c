"""Break-evens of a projection: which scenarios have one, and where it is told."""

import json
from dataclasses import replace

import pytest

from caresim.language import Aux, Flow, Model, Parameter, Parameters, Stock, cloud
from caresim.study.break_even.answer import NotFound
from caresim.study.break_even.search import break_even
from caresim.study.results import project
from caresim.views import report
from caresim.views.report.results import write_results

PLAN = """
name = "{name}"
[[change]]
parameter = "{lever}"
set = 0.5
from = 2021-04-01
why = "A test"
source = "assumption"
"""


def entry(name, value, unit="1", role="lever", **others):
    made = Parameter(name, value, unit, name.replace("_", " "), role, (0.0, 1e9), **others)
    return name, made


p = Parameters(
    dict(
        [
            entry("support_share", 0.0),
            entry("known_share", 0.0),
            entry("plain_share", 0.0),
            entry("support_effect", 0.3, role="fixed"),
            entry("known_effect", 0.3, role="fixed", grade="trial"),
            entry("spending", 1e9, "GBP/year"),
            entry("a_year", 1.0, "year", role="fixed"),
            entry("plain_rate", 0.0, "1/year"),
        ]
    ),
    "2019-20",
)
p.entries["support_effect"] = replace(p["support_effect"], bounds=(0.0, 1.0))
for lever, effect in (("support_share", "support_effect"), ("known_share", "known_effect")):
    p.entries[lever] = replace(p[lever], effect=effect)


class Plan(Model):
    """Spending with packages that cost a tenth and save what they have of an effect."""

    parameters = p
    start, until, spending_total = "2019-03-31", "2025-03-31", "total_spend"
    supported = Aux("Supported", p.support_share * (0.1 - p.support_effect))
    known = Aux("Known", p.known_share * (0.1 - p.known_effect) + 0 * p.plain_share)
    idle = Aux("Idle", p.plain_rate * p.a_year)
    total_spend = Aux("Total spending", p.spending * (1 + supported + known))


def projected(folder, *levers):
    files = []
    for lever in levers:
        files.append(folder / f"{lever}.toml")
        files[-1].write_text(PLAN.format(name=lever, lever=lever), encoding="utf-8")
    return project(Plan(), files, n_draws=0)


def test_only_an_effect_that_is_assumed_is_looked_at(tmp_path):
    made = projected(tmp_path, "support_share", "known_share", "plain_share")
    (even,) = made.evens
    assert (even.scenario, even.effect.name) == ("support_share", "support_effect")
    assert even.value == pytest.approx(0.1)


def test_a_run_that_cannot_be_finished_at_some_effect_is_told_and_stops_nothing(
    tmp_path,
):
    class Emptied(Model):
        """A stock that is emptied too fast where the effect is large."""

        parameters = p
        start, until, spending_total = "2019-03-31", "2025-03-31", "total_spend"
        kept = Stock("Kept", "GBP", p.spending * p.a_year)
        used = Aux("Used", p.support_share * p.support_effect * 2)
        gone = Flow("Gone", kept >> cloud, used * p.spending + kept * p.known_share * p.plain_rate)
        total_spend = Aux("Total", gone * (1 + p.known_effect + p.plain_share))

    path = tmp_path / "plan.toml"
    path.write_text(PLAN.format(name="A plan", lever="support_share"), encoding="utf-8")
    made = project(Emptied(support_effect=0.01), [path], n_draws=0)
    (told,) = made.evens
    assert isinstance(told, NotFound)
    assert str(told).startswith("A plan: no break-even could be found for 'support effect': with")
    assert "between 0 and 1 a run cannot be finished: the stock 'kept' came to" in str(told)
    write_results(made, tmp_path / "out", figures=False)
    assert "no break-even could be found" in (tmp_path / "out" / "summary.html").read_text(
        encoding="utf-8"
    )


def test_it_is_the_one_that_can_be_asked_for(tmp_path):
    made = projected(tmp_path, "support_share")
    (even,) = made.evens
    asked = break_even(Plan(), made.runs[1].scenario, at=made.runs[1].clock.save_dates[-1])
    assert str(asked) == str(even)


def test_a_model_without_total_spending_has_none(tmp_path):
    class Unpaid(Model):
        """Nobody pays."""

        parameters = p
        start, until = "2019-03-31", "2025-03-31"
        used = Aux("All", p.support_share * p.support_effect * p.known_share * p.known_effect)
        spent = Aux("Spent", p.spending * used * p.plain_share * p.plain_rate * p.a_year)

    path = tmp_path / "plan.toml"
    path.write_text(PLAN.format(name="A plan", lever="support_share"), encoding="utf-8")
    assert project(Unpaid(), [path], n_draws=0).evens == ()


def test_the_page_and_the_record_tell_it_with_its_scenario(tmp_path):
    made = projected(tmp_path, "plain_share", "support_share")
    evens = made.evens
    write_results(made, tmp_path / "out", figures=False)
    page = (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")
    assert page.count(str(evens[0])) == 1
    assert page.index("<h2>support_share") < page.index(str(evens[0]))
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["break_evens"] == [str(even) for even in evens]


def test_without_any_nothing_is_said(tmp_path):
    made = projected(tmp_path, "plain_share")
    write_results(made, tmp_path / "out", figures=False)
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["break_evens"] == []
    assert "breaks even" not in report.summary_html(made.runs)
