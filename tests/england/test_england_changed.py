"""A model that is not England as published shows no point, score or licence of it, and says so."""

from dataclasses import replace

import pytest
from matplotlib.text import Text

import caresim as cs
from caresim.england import England, words
from caresim.language import Observed, Parameters
from caresim.language.published import published
from caresim.study.backtest import Backtest
from caresim.study.ledger import freeze
from caresim.study.results import project
from caresim.views.report.hubverse import scenario_csv
from caresim.views.report.results import write_results
from caresim.views.report.summary import summary_html

ENGLAND = England()
UNTIL = "2030-03-31"


class Leeds(England):
    """The equations of England under another name."""


def council():
    """Return a model with a population of its own."""
    whole = England.parameters["child_population"]
    fewer = replace(whole.value, values=tuple(0.9 * value for value in whole.value.values))
    entry = replace(whole, value=fewer, source="mid-year estimates of the council")
    return cs.with_parameters(ENGLAND, Parameters({entry.name: entry}))


MODELS = {
    "one value set": (England(plan_care_share=0.14), "plan_care_share = 0.14"),
    "a council's parameters": (council(), "child_population by dates of its own"),
    "another name": (Leeds(), "it is Leeds, which follows England"),
    "another name and a value": (
        Leeds(plan_care_share=0.14),
        "which follows England; plan_care_share = 0.14",
    ),
    "a start": (ENGLAND.with_start(guardians=20_000.0), "guardians starts at levels that"),
}
# what is said of the published model and may not be said of another
SAID = (words.TITLE, words.CREDIT, words.LICENCE, words.GIVEN_CREDIT, "Department for Education")


@pytest.fixture(params=MODELS, scope="module")
def changed(request):
    model, said = MODELS[request.param]
    return cs.run(model, until=UNTIL), said


@pytest.fixture(scope="module")
def base():
    return cs.run(ENGLAND, until=UNTIL)


def texts(figure):
    return " ".join(t.get_text() for t in figure.findobj(Text) if t.get_text().strip())


def points(figure):
    drawn = (x for axes in figure.axes for x in axes.lines if x.get_marker() == "o")
    return [x for x in drawn if len(x.get_xdata())]


FIGURES = {"caseloads": cs.plot.caseloads, "costs": cs.plot.costs, "spending": cs.plot.spending}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_of_it_show_no_point_score_or_licence(changed, base, name):
    run, said = changed
    figure = FIGURES[name](run)
    text = " ".join(texts(figure).split())
    assert not points(figure)
    assert not [words for words in SAID if words in text]
    assert "out of sample" not in text
    assert "not England as published: " in text
    assert said in text
    usual = FIGURES[name](base)
    assert points(usual), "as published there are points"
    assert words.LICENCE in " ".join(texts(usual).split())
    assert "not England as published" not in texts(usual)


def test_the_page_of_it_has_neither_title_nor_score_nor_licence(changed):
    run, said = changed
    page = summary_html([run])
    assert not [words for words in SAID if words in page]
    assert "Not scored: not England as published" in page
    assert said in page
    assert f"<title>{published(run.model).name}: projections compared</title>" in page


def test_tables_name_no_release_and_no_place_of_england(changed):
    run, _ = changed
    table = cs.report.columns_csv(run.model)
    assert "model; no published figure" in table
    assert all(row.endswith("model; no published figure") for row in table.splitlines()[1:]), (
        "no source is named of figures that are not shown"
    )
    many = cs.run(run.model, until="2021-03-31", outputs=["looked_after"],
                  draws=cs.draws(run.model, 3, seed=1, given="prior"))  # fmt: skip
    rows = scenario_csv({"it": many}).splitlines()[1:]
    places = {row.split(",")[1].strip('"') for row in rows}
    assert "England" not in places


def test_it_has_no_score_and_the_record_says_why(changed):
    run, said = changed
    assert Backtest.of(run.model) is None
    assert said in "; ".join(run.provenance["changes"])
    (notice,) = [n for n in run.warnings if n.kind == "changed"]
    assert said in notice.text
    assert said in repr(run.model)
    assert "changes" not in cs.run(ENGLAND, until="2010-03-31").provenance


def test_a_page_of_the_model_shows_no_figure_and_no_answer_of_it(changed):
    run, said = changed
    page = cs.model_page(run.model)
    assert page.splitlines()[2] == f"# {published(run.model).name}"
    assert said in page.replace("\\_", "_")
    assert "## Official figures beside the model" not in page
    assert "## What published effects it meets" not in page


def test_the_file_of_a_changed_model_is_named_by_it(changed, tmp_path):
    run, _ = changed
    cs.write_xmile(run.model, tmp_path / "it.xmile")
    name = published(run.model).name
    assert f"<name>{name}</name>" in (tmp_path / "it.xmile").read_text(encoding="utf-8")


def test_figures_that_are_asked_for_are_drawn_with_the_credit_that_they_are_owed(changed):
    run, _ = changed
    figure = cs.plot.caseloads(run, observed=England.observed)
    assert points(figure)
    assert words.LICENCE in " ".join(texts(figure).split())
    own = Observed(England.observed.observations[:1])
    assert words.LICENCE in " ".join(texts(cs.plot.fit_of(run, "children_in_need", own)).split())


def test_projections_of_a_changed_model_are_written_as_its_own(tmp_path):
    results = project(Leeds(), ["early_help_first"], n_draws=0, until=UNTIL)
    assert results.score is None
    write_results(results, tmp_path / "out", figures=False)
    page = (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")
    assert "<title>Leeds: projections compared</title>" in page
    assert not [words for words in SAID if words in page]


def test_a_promise_of_a_changed_model_says_so():
    frozen = freeze(England(family_support_time=3.0), ["2020-21"], draws=3)
    assert frozen.facts["changes"] == ["family_support_time = 3"]
    assert "(not as it is published: family_support_time = 3)" in str(frozen)
    assert "changes" not in freeze(ENGLAND, ["2020-21"], draws=3).facts


def test_a_promise_needs_figures_of_its_own():
    with pytest.raises(cs.CaresimError, match="Leeds has no figures of its own, only those of Eng"):
        freeze(Leeds(), ["2020-21"], draws=3)


def test_it_is_said_first_however_much_there_is_to_say():
    """A figure has room for few remarks."""
    told = cs.run(England(plan_care_share=0.14), "best_together").warnings
    assert len(told) > 4
    assert told[0].kind == "changed"


# Runs of one scenario on two models

SET = cs.run(England(plan_care_share=0.14), until=UNTIL)


def legend(figure):
    return [t.get_text() for t in figure.legends[0].get_texts()]


def test_two_models_are_told_apart_in_tables_legends_and_pages(base):
    later = cs.run(England(family_support_time=3.0), until=UNTIL)
    table = cs.compare(base, SET, later)
    names = list(table.index.get_level_values("scenario").unique())
    assert names == [f"Policy of March 2020 ({said})" for said in
                     ("plan_care_share = 0.14", "family_support_time = 3")]  # fmt: skip
    shown = legend(cs.plot.caseloads(base, SET))
    assert shown[:2] == ["Policy of March 2020", "Policy of March 2020 (plan_care_share = 0.14)"]
    assert "Policy of March 2020 (plan_care_share = 0.14)" in summary_html([base, SET])


def test_a_run_is_called_by_the_name_that_it_is_given(base):
    ours = cs.run(England(plan_care_share=0.14), until=UNTIL, name="  With our own share ")
    assert ours.name == "With our own share"
    assert list(cs.compare(base, ours).index.get_level_values("scenario").unique()) == [ours.name]
    assert legend(cs.plot.caseloads(base, ours))[1] == ours.name
    early = cs.run(ENGLAND, "early_help_first", until=UNTIL, name="Ours")
    assert (early.name, early.scenario.name) == ("Ours", "Early help first")
    assert f"'{ours.name}'" in repr(ours)


def test_points_belong_to_the_first_run_and_the_others_are_told_of(base):
    figure = cs.plot.caseloads(base, SET)
    text = " ".join(texts(figure).split())
    assert points(figure)
    assert words.LICENCE in text
    assert "not England as published: plan_care_share = 0.14" in text
    other = cs.plot.caseloads(SET, base)
    assert not points(other)


def test_a_band_of_one_of_two_runs_of_a_name_is_refused(base):
    many = cs.run(ENGLAND, until=UNTIL, draws=cs.draws(ENGLAND, 3, seed=1, given="posterior"))
    with pytest.raises(
        cs.RunError, match=r"2 of the runs are named 'Policy of March 2020', so that a b"
    ):
        cs.plot.caseloads(base, SET, bands={"Policy of March 2020": many})


def test_beside_the_published_model_small_print_says_which_run_is_changed(base):
    other = cs.run(England(plan_care_share=0.14), until=UNTIL, name="More plans end in care")
    figure = cs.plot.caseloads(base, other)
    text = " ".join(texts(figure).split())
    assert points(figure), "those of the published model stay"
    assert "More plans end in care: not England as published: plan_care_share = 0.14" in text
    assert "shown without its published figures" not in text


def test_a_page_tells_two_models_under_one_name_apart(base):
    page = summary_html([base, cs.run(England(plan_care_share=0.14), until=UNTIL)])
    told = f"{base.name} (plan_care_share = 0.14)"
    assert f"{told}, a projection against {base.name}" in page
    assert f"{told} against {base.name}" in page
    assert f"{base.name}, a projection against {base.name}" not in page


def test_a_headline_has_no_band_around_nothing(base):
    draws = cs.draws(ENGLAND, 5, seed=1, given="posterior")
    drawn = {name: cs.run(ENGLAND, until=UNTIL, draws=draws, name=name) for name in ("A", "B")}
    single = [cs.run(ENGLAND, until=UNTIL, name=name) for name in drawn]
    page = summary_html(single, ensembles=drawn)
    assert "looked-after children: the same; total spending: the same, at" in page


def test_a_page_speaks_of_several_paths_in_the_plural_and_names_a_day_once(base):
    page = summary_html([base])
    assert "31 March 2020: their last values are kept: " in page
    assert "31 March 2020: their paths are assumed, and level from that day on: " in page
    assert "30 September 2019: its path is assumed, and level from that day on: " in page
    assert "31 March 2019: its path is assumed, and level from that day on: " in page
