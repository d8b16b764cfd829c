"""Table, page and figure of published effects: whole, with units, and nothing over anything."""

import re
from itertools import combinations

import pytest

import caresim as cs
from caresim.england import England
from caresim.language.amounts import few_figures
from caresim.language.errors import ModelError, RunError
from caresim.study.effects.answers import Answer, Effects
from caresim.study.effects.declared import Published, Replay, Window
from caresim.views import plot
from caresim.views.plot.effects_words import model_text, study_text, verdict
from caresim.views.report.effects_page import effects_page, effects_table
from caresim.views.report.effects_text import effects_text

RELEASES = Effects.shipped(England())
SHIPPED = RELEASES[-1]
REPLAY = Replay((), (), ("care",), Window(("2010-11",)), "difference", "children a year")


def published(**keys):
    words = dict.fromkeys(("design", "years", "window", "interval"), "x")
    return Published(
        name="an_effect", study="A study", dose="a | dose", outcome="entries", unit="children",
        role=keys.pop("role", "kept"), **words, **keys,
    )  # fmt: skip


def answer(size, **keys):
    return Answer(published(replay=REPLAY, **keys), *map(float, size))


def effects(*answers, release="0.1.0"):
    return Effects(tuple(answers), "Toy", release, "200 draws of the prior")


@pytest.mark.parametrize(
    ("keys", "size", "words"),
    [
        ({"estimate": 5.0, "low": 2.0, "high": 8.0}, (3, 4, 5), "meets"),
        ({"estimate": 5.0, "low": 2.0, "high": 8.0, "says_little": "x"}, (3, 4, 5),
         "meets, says little"),
        ({"estimate": -8.0}, (-3, -2, -1), "4.0 times too small"),
        ({"estimate": -8.0}, (-20, -16, -10), "2.0 times too large"),
        ({"estimate": 100.0}, (2, 4, 5), "25 times too small"),
        ({"estimate": 5.0}, (-3, -2, -1), "wrong sign"),
        ({"estimate": 5.0}, (0, 0, 0), "no effect"),
        ({"estimate": 1.0, "low": -5.0, "high": 10.0}, (24, 25, 26), "too high"),
        ({"estimate": 1.0, "low": -5.0, "high": 10.0}, (-9, -8, -7), "too low"),
        ({"sign": "+"}, (1, 2, 3), "right sign"),
        ({"sign": "+"}, (-3, -2, -1), "wrong sign"),
    ],
)  # fmt: skip
def test_the_verdict_in_words(keys, size, words):
    assert verdict(answer(size, **keys)) == words


def test_numbers_have_few_figures_and_a_true_minus():
    assert few_figures(-5.7683) == "−5.8"
    assert few_figures(0.013507) == "0.014"
    assert few_figures(12345.0) == "12,000"
    assert model_text(answer((-54.517, -39.681, -24.064), estimate=-28.0)) == "−40 (−55 to −24)"
    assert model_text(answer((2, 2, 2), estimate=2.0)) == "2", "a single run has no interval"
    assert study_text(published(estimate=0.11, low=0.07, high=0.157)) == "0.11 (0.07 to 0.157)"
    assert study_text(published(estimate=0.0)) == "no effect found"
    assert study_text(published(sign="+")) == "more (sign alone)"


def test_the_table_in_the_terminal_holds_every_effect_and_the_counts():
    text = effects_text(SHIPPED)
    for found in SHIPPED.answers:
        assert found.effect.name in text
    assert str(SHIPPED).split(". ", 1)[0] in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 110


def test_the_markdown_table_has_a_column_for_each_release():
    one = answer((3, 4, 5), estimate=5.0, low=2.0, high=8.0)
    new = answer((30, 40, 50), estimate=5.0, low=2.0, high=8.0)
    lines = effects_table(effects(one), effects(new, release="0.2.0")).splitlines()
    assert "| Model 0.1.0 | Model 0.2.0 |" in lines[0]
    assert "| 4 (3 to 5) | 40 (30 to 50) | children a year | **8.0 times too large**" in lines[2]
    assert r"a \| dose" in lines[2], "a bar does not end the cell"


def test_every_row_of_the_page_says_what_was_replayed_or_is_missing():
    page = effects_page(England(), *RELEASES)
    for found in SHIPPED.answers:
        entry = page.split(f"### `{found.effect.name}`")[1].split("###")[0]
        assert ("Missing: " in entry) == bool(found.effect.missing)
        assert found.effect.address in entry
        if found.effect.replay:
            assert "Replayed: " in entry or "Compared with: " in entry
            assert "Measured: `" in entry
            assert "Note: " in entry
    assert all(f"Model {found.release}" in page for found in RELEASES)
    assert "at 2019-20 prices" in page
    with pytest.raises(ModelError, match="takes the effects to show"):
        effects_page(England())


def test_the_page_of_the_model_shows_the_shipped_answers():
    page = cs.model_page(England())
    section = page.split("## What published effects it meets")[1].split("\n## ")[0]
    assert effects_table(*RELEASES) in section
    assert str(SHIPPED) in section


# The figure


def texts_of(drawn):
    found = [text for text in drawn.texts if text.get_text()]
    for axes in drawn.axes:
        found += [t for t in axes.texts if t.get_text()]
        first, last = axes.get_xlim()
        ticks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
        found += [axes.xaxis.label, *(label for x, label in ticks if first <= x <= last)]
    return found


@pytest.fixture(scope="module")
def drawn():
    made = plot.effects(SHIPPED)
    made.canvas.draw()
    return made


def test_a_row_for_each_effect_that_is_replayed_with_its_unit(drawn):
    replayed = [found for found in SHIPPED.answers if found.size]
    assert len(drawn.axes) == len(replayed)
    for axes, found in zip(drawn.axes, replayed, strict=True):
        assert axes.get_xlabel() == found.effect.replay.unit
        (median,) = [line for line in axes.lines if line.get_marker() == "o"]
        assert median.get_xdata()[0] == found.median
    text = "\n".join(t.get_text() for t in drawn.texts)
    assert text.count("· KEPT") == sum(found.effect.role == "kept" for found in replayed)
    told = " ".join(text.split())
    assert re.search(r"\d+ further published effects are not modelled", told)
    assert "unemployment_entries" not in text


def test_study_and_model_differ_in_colour_and_in_marker(drawn):
    studies = {
        (x.get_color(), x.get_marker()) for x in drawn.axes[0].lines if len(x.get_xdata()) == 1
    }
    assert len({colour for colour, _ in studies}) == len({mark for _, mark in studies}) == 2


def test_no_text_covers_another_or_leaves_the_figure(drawn):
    renderer = drawn.canvas.get_renderer()
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts_of(drawn)]
    whole = drawn.bbox
    for text, box in boxes:
        assert box.x0 >= whole.x0 - 1, text
        assert box.x1 <= whole.x1 + 1, text
    for (a, one), (b, other) in combinations(boxes, 2):
        inner = one.padded(-1)
        assert not inner.overlaps(other.padded(-1)), f"{a!r} over {b!r}"


def test_intervals_lie_within_their_axes(drawn):
    for axes in drawn.axes:
        first, last = axes.get_xlim()
        for line in axes.lines:
            assert first <= min(line.get_xdata()) <= max(line.get_xdata()) <= last


def test_a_figure_needs_an_answer():
    with pytest.raises(RunError, match="replays none"):
        plot.effects(effects(Answer(published(estimate=1.0, missing="All."))))


@pytest.mark.parametrize("given", [None, "effects", [], 3.0])
def test_what_are_no_effects_is_refused(given):
    with pytest.raises(RunError, match=r"answers such as cs\.effects\(model\), not "):
        plot.effects(given)


def test_single_runs_and_zero_effects_are_drawn():
    made = plot.effects(effects(answer((0, 0, 0), sign="-"), answer((2, 2, 2), estimate=0.0)))
    assert len(made.axes) == 2
