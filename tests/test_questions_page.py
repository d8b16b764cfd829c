"""The page of questions: each has its answer, whose lines run and print what stands below them."""

import re

import pytest
from pages import DOCS, Page
from questions_written import written

from caresim.england import England

PAGE = Page("questions.md")
TEXT = PAGE.path.read_text(encoding="utf-8")
QUESTIONS = (
    "Why did investigations rise 129 %?",
    "Where did the early-help money go?",
    (
        "What does a child who comes back into care cost, "
        "and how many fewer would pay for support at home?"
    ),
    "What happens if nothing changes?",
    "What would have to be true for reform to pay?",
    "What drove demand from 2010 to 2020, cause by cause, with intervals?",
    "How many places of which kind will be needed when?",
    "What is reform worth, and how sure is that?",
)
ABOUT_LATER = QUESTIONS[2:5] + QUESTIONS[6:]
SECTIONS = dict(part.split("\n", 1) for part in TEXT.split("\n## ")[1:])
BAND = re.compile(r"[+-]?\d[\d.,]*(?: %)? \([+-]?\d[\d.,]*(?: %)? to [^)]+\)")


def outside_blocks(question):
    """Return what a section says in words, without line breaks."""
    words = re.sub(r"^```.*?^```", "", SECTIONS[question], flags=re.DOTALL | re.MULTILINE)
    return " ".join(words.split())


def printed_below(question):
    """Return what the blocks of a section print, without line breaks."""
    blocks = re.findall(r"^```text\n(.*?)^```", SECTIONS[question], re.DOTALL | re.MULTILINE)
    return " ".join(" ".join(blocks).split())


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What each block of code prints, run in order."""
    return PAGE.run(tmp_path_factory.mktemp("questions"))


@pytest.mark.parametrize("i", PAGE.code)
def test_a_block_prints_what_stands_below_it(results, i):
    assert results[i] == PAGE.expected(i), "\n".join(results[i])


def test_the_page_written_again_stays_as_it_is(results):
    assert written(PAGE, results) == TEXT, "run `python tests/questions_written.py`"


def test_the_page_has_the_eight_questions_in_their_order():
    assert tuple(SECTIONS) == QUESTIONS


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_first_and_its_limits_are_said_last(question):
    first, *_, last = SECTIONS[question].strip().split("\n\n")
    assert re.match(r"\*\*[^*]+\.\*\*", first), first
    assert last.startswith("**What it does not say.**"), last
    assert printed_below(question)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_band_in_words_is_one_that_is_printed(question):
    said = BAND.findall(re.sub(r"(?<=\d)m\b", "", outside_blocks(question)))  # £ millions
    printed = printed_below(question).replace("80 % of the draws: ", "")
    missing = [band for band in said if band not in printed]
    assert said, "an answer without a band"
    assert not missing, f"{missing} is not in: {printed}"


@pytest.mark.parametrize("question", ABOUT_LATER)
def test_what_comes_later_is_called_a_projection_and_shown_with_its_score(question):
    assert "projection" in outside_blocks(question)
    assert "Out of sample, " in printed_below(question)


def test_the_page_states_the_numbers_of_the_model():
    numbers = {
        name: England().parameters[name].value
        for name in ("high_risk_share", "return_support_effect", "averted_care_yield")
    }
    answer = outside_blocks(QUESTIONS[2])
    assert f"{100 * numbers['high_risk_share']:.1f} % of returns" in answer
    assert f"assumed to prevent {100 * numbers['return_support_effect']:.0f} %" in answer
    assert f"{numbers['averted_care_yield']:g} is assumed" in outside_blocks(QUESTIONS[4])


def test_the_share_that_bands_held_is_that_of_the_backtest():
    (share,) = re.findall(r"80 % bands held (\d+) %", TEXT)
    assert f"80 % bands held {share} %" in " ".join(
        (DOCS / "backtest.md").read_text(encoding="utf-8").split()
    )
