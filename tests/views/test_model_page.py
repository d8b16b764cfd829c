"""The page of a model: it holds everything once, its links lead somewhere, its tables are whole."""

import re
import sys

import pytest

import caresim as cs
from caresim.england import England
from caresim.language import (
    Aux,
    Dimension,
    Driver,
    Feedback,
    Flow,
    Model,
    ModelError,
    Observed,
    Parameter,
    Parameters,
    Prior,
    Stock,
    cloud,
    table,
    time,
    total,
)
from caresim.views.document.tables import number_table
from caresim.views.report.markdown import Sources, escaped

TOML = """
price_year = "2019-20"
[rate]
meaning = "Share that leave, a year"
elements = { "0–9" = 0.25, "10–17" = 0.5 }
unit = "1/year"
role = "estimated"
bounds = [0, 1]
prior = { normal = { mean = 0.3, sd = 0.1 } }
[budget]
meaning = "Budget | for <support>"
unit = "GBP/year"
role = "lever"
bounds = [0, 9_000_000_000]
grade = "measured"
source = "A table, in £ and $"
address = "https://example.org/a_b(c).csv"
acts_on = "children who leave"
lag = "two years"
cost = "what it says"
effect = "switch"
assumed_from = "2020-03-31"
values = { 2018-19 = 1_000_000_000, 2019-20 = 1_500_000_000, 2020-21 = 2_000_000_000 }
[switch]
meaning = "Whether support is cut"
value = 0
unit = "1"
role = "lever"
bounds = [0, 1]
choices = { kept = 0, cut = 1 }
source = "A table, in £ and $"
address = "https://example.org/a_b(c).csv"
[care_0]
meaning = "Looked after at the start"
elements = { "0–9" = 10, "10–17" = 20 }
unit = "child"
role = "fixed"
exact = "definition"
grade = "measured"
source = "The census, *table 2*"
address = "github.com/owner/name@0a1b2c3/data/table.csv"
note = "See `care_0`, and a [bracket]"
"""
CSV = """\
series,year,value,unit,kind,price_base,status,release,address,tolerance,definition
looked_after,2017-18,31,child,stock,,read,First release,,0.01,Children in care
looked_after,2018-19,32,child,stock,,read,Second release,example.org/x,0.02,Children in care | now
looked_after,2020-21,33,child,stock,,read,Third release,,0.02,Children in care | now
care_0_9,2018-19,11,child,stock,,read,Second release,example.org/x,0,By age
visits,2018-19,5,child/year,flow,,read,Second release,example.org/x,0.5,Visits
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A model with everything that a page can show."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "numbers.toml").write_text(TOML, encoding="utf-8")
    (folder / "observed.csv").write_text(CSV, encoding="utf-8")
    age = Dimension("Age", ["0–9", "10–17"])
    p = Parameters.read(folder / "numbers.toml", dimensions=[age])

    class Small(Model):
        """Children in care.

        They leave | sooner when there is money.
        """

        parameters = p
        observed = Observed.read(folder / "observed.csv")
        limits = ("No *other* cause.", "England | only.")
        feedbacks = (
            Feedback(
                "Crowding out", "switch", "More in care, less money.", "assumption", "A study.",
                ("care", "looked_after", "missing"),
            ),
        )  # fmt: skip
        drivers = (Driver("Mood *outside*", "switch", "It lasts.", "trial", "Another study."),)
        care = Stock("Looked after", "child", p.care_0, over=age)
        looked_after = Aux("Looked-after *children*", total(care))
        money = Aux("Money", p.budget * (1 - p.switch))
        left = Flow("Left", care >> cloud, care * p.rate)
        trend = Aux("Trend", table(time, [("2010-03-31", 1), ("2012-03-31", 2)]))

    return Small()


@pytest.fixture(scope="module")
def page(small):
    return cs.model_page(small, diagram="small.svg", loops="loops.svg")


ENGLAND = cs.model_page(England())


def chapter(page, title):
    return re.split(r"^##+ ", page.split(f"# {title}\n", 1)[1], flags=re.MULTILINE)[0]


def tables(page):
    """Return each table as a list of rows of cells."""
    found = re.findall(r"(?:^\|.*\|\n)+", page, re.MULTILINE)
    return [[re.split(r"(?<!\\)\|", row)[1:-1] for row in t.splitlines()] for t in found]


@pytest.fixture(params=["small", "England"])
def either(request, page):
    return page if request.param == "small" else ENGLAND


def test_tables_have_as_many_cells_in_every_row(either):
    assert tables(either)
    for rows in tables(either):
        assert {len(row) for row in rows} == {len(rows[0])}, rows[0]


def test_every_link_within_the_page_leads_somewhere(either):
    anchors = re.findall(r'<a id="([^"]+)">', either)
    assert len(set(anchors)) == len(anchors), "an anchor stands once"
    links = set(re.findall(r"\]\(#([^)]+)\)", either))
    assert links <= set(anchors), links - set(anchors)


def test_a_page_has_no_formula_and_every_tag_is_closed(either):
    assert "```" not in either
    assert "$`" not in either
    assert not re.search(r"(?<!\\)\$", either), "a dollar would begin a formula"
    assert either.count("<sub>") == either.count("</sub>")


def entry_of(page, name):
    entry = page.split(f'<a id="{name}"></a>', 1)[1]
    entry = re.split(r"\n\n(?=<a id=|#)", entry, maxsplit=1)[0].rstrip().replace("\n\n", "\n")
    return entry.replace("<br>\n", "\n").splitlines()


def test_every_equation_and_parameter_stands_on_the_page_once(small, page):
    for model, text in ((small, page), (England(), ENGLAND)):
        for equation in cs.equations(model):
            head, *lines = entry_of(text, equation.name)
            said = [line for line in lines if not line.startswith("> ")]
            line, *more = (line for line in lines if line.startswith("> "))
            assert head.startswith(f"**{escaped(equation.label)}** · "), equation.name
            assert re.match("> (= |Rises by |Falls by |Never |Follows |A notice )", line), line
            assert not any(re.match(r"> ([+*-]|\d+[.)]) ", line) for line in more), "not a list"
            assert said == ([escaped(equation.sentence)] if equation.sentence else [])
            assert lines[: len(said)] == said, "the sentence stands first"
        rows = [cells[0] for found in tables(text) for cells in found if "<sub>`" in cells[0]]
        names = [re.findall(r"`(\w+)`", re.findall("<sub>(.*?)</sub>", row)[0]) for row in rows]
        listed = [name for found in names for name in found]
        assert sorted(set(model.parameters) - set(listed)) == [], "each number has a row"
        numbers = [name for name in listed if name in model.parameters]
        assert len(numbers) == len(set(numbers)), "and one alone"


def test_an_entry_says_what_it_is_where_it_moves_and_how_it_follows(page):
    assert entry_of(page, "care") == [
        "**Looked after** · children, for each age <sub>`care`</sub>",
        "> Falls by *Left*.",
        "> Starts at: looked after at the start (10 children at 0–9, 20 children at 10–17).",
    ]
    assert entry_of(page, "left") == [
        "**Left** · children a year, for each age, from Looked after to outside <sub>`left`</sub>",
        "> = *Looked after* × share that leave (0.25 a year at 0–9, 0.5 a year at 10–17ᵉ)",
    ]
    assert entry_of(page, "money") == [
        "**Money** · £ a year at 2019-20 prices <sub>`money`</sub>",
        (
            r"> = budget \| for \<support\> (£1bn a year in 2018-19, £1.5bn a year in 2019-20, "
            "£2bn a year in 2020-21ˡ) × (1 − whether support is cut (a switch, now 'kept'ˡ))"
        ),
    ]


def test_the_guide_explains_what_the_page_has_and_nothing_else(page):
    guide = chapter(page, "How to read this page")
    assert "> **Left** · children a year" in guide, "one entry stands as an example"
    assert "ˡ a lever" in guide
    assert "ᵉ estimated" in guide
    assert "ᵃ" not in guide, "no number of the model is assumed"
    assert "Money is in £ at the prices of 2019-20." in guide
    for absent in ("*lag*", "*stay*", "*notice*", "then moving"):
        assert absent not in guide


def test_the_summary_counts_what_there_is(page):
    summary = chapter(page, "In one page")
    kinds = "1 count on a day, 1 movement, 3 quantities that follow from others"
    assert f"| Entries | 5: {kinds} |" in summary
    assert "| Numbers | 6: 2 levers, 2 estimated, 2 fixed |" in summary
    assert "| Runs | from 31 March 2009 to 31 March 2035, or any other 31 March |" in summary
    assert "| Official figures | 5 in 3 series, 4 of them fitted |" in summary
    assert "| Money | £ at 2019-20 prices |" in summary
    assert "![Stocks and flows of Small](small.svg)" in summary
    assert r"They leave \| sooner" in page.split("## In one page")[0]


def test_without_figures_nothing_is_linked(small):
    assert "![" not in cs.model_page(small)


def number_rows(page):
    """Return the cells of each number by its first name."""
    _, _, *rows = tables(chapter(page, "Numbers of “Small”"))[0]
    cells = ([cell.strip() for cell in row] for row in rows)
    return {re.findall(r"`(\w+)`", row[0])[0]: row for row in cells}


def test_a_parameter_shows_what_a_reader_needs_to_judge_it(page):
    rows = number_rows(page)
    assert rows["budget"] == [
        (
            r"**Budget \| for \<support\>**<br><sub>`budget`</sub><br>Acts on: children who leave"
            "<br>Lag: two years<br>Cost: what it says<br>Effect: whether support is cut, 'kept'"
            "<br>Assumed after 2020-03-31"
        ),
        (
            "£1bn a year at 2019-20 prices in 2018-19, £1.5bn a year at 2019-20 prices in "
            "2019-20, £2bn a year at 2019-20 prices in 2020-21ˡ"
        ),
        "lever; £0 to £9bn a year",
        "measured",
        "[2](#source-2)",
    ]
    assert rows["switch"][1:4] == ["'kept'ˡ", "switch: 'kept' or 'cut'", "assumed"]


def test_parameters_by_element_stand_in_one_row(page):
    rows = number_rows(page)
    assert rows["rate_0_9"] == [
        "**Share that leave, a year**<br><sub>`rate_0_9`, `rate_10_17`</sub>",
        "0–9: 0.25 a year<br>10–17: 0.5 a yearᵉ",
        "estimated; before the fit 0.1 to 0.5 a year `normal(mean 0.3, sd 0.1)`",
        "assumed",
        "the fit",
    ]
    assert r"Note: See `care_0`, and a \[bracket\]" in rows["care_0_0_9"][0]


def test_a_number_that_is_exact_says_so(page):
    assert number_rows(page)["care_0_0_9"][2] == "fixed; by definition"


def test_a_source_has_one_number_and_a_link(page):
    listed = page.split("## Sources\n\n")[1].splitlines()
    assert listed[1] == (
        '2. <a id="source-2"></a>[A table, in £ and \\$](<https://example.org/a_b(c).csv>)'
    )
    assert listed[0].endswith("(<https://github.com/owner/name/blob/0a1b2c3/data/table.csv>)")
    assert listed[2].endswith("First release"), "without an address there is no link"
    assert len(listed) == 5


def test_the_observation_map_joins_series_and_equations(page):
    _, _, *rows = tables(chapter(page, "Official figures beside the model"))[0]
    total_row, by_age, visits = ([cell.strip() for cell in row] for row in rows)
    assert total_row == [
        (
            r"children on a day<br>Children in care \| now (the latest of 2 definitions)"
            "<br><sub>`looked_after`</sub>"
        ),
        r"[Looked-after \*children\*](#looked_after)",
        "2017-18 to 2020-21, without 2019-20",
        "1 to 2 %",
        "[3](#source-3)–[5](#source-5)",
    ]
    assert by_age[1:4] == ["[Looked after](#care)", "2018-19", "not fitted"]
    assert visits[1] == "none: not modelled"


def test_feedbacks_and_limits_are_said(page):
    feedbacks = chapter(page, "Feedbacks")
    assert "![Feedback loops of Small](loops.svg)" in feedbacks
    assert "**Crowding out** · assumed <sub>switch `switch`</sub><br>" in feedbacks
    assert r"[Looked after](#care) → [Looked-after \*children\*](#looked_after) → `missing`" in (
        feedbacks
    )
    assert "Evidence: A study." in feedbacks
    assert chapter(page, "Limits").strip() == "- No \\*other\\* cause.\n- England \\| only."


def test_drivers_stand_apart_from_feedbacks_with_their_switch_and_evidence(page):
    said = chapter(page, "Drivers")
    assert r"**Mood \*outside\*** · trial <sub>switch `switch`</sub><br>" in said
    assert "It lasts.<br>\nEvidence: Another study." in said
    assert "Mood" not in chapter(page, "Feedbacks")
    assert page.index("## Feedbacks") < page.index("## Drivers") < page.index("## Limits")


def test_a_driver_needs_a_switch_that_is_a_parameter(small):
    class Wrong(type(small)):
        """As before."""

        drivers = (Driver("Mood", "swich", "It lasts.", "assumption", "A study."),)

    with pytest.raises(ModelError, match=r"driver 'Mood' .* 'swich', .*; did you mean 'switch'"):
        cs.model_page(Wrong())


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("name", "", "a driver says its 'name' in words, not ''"),
        ("text", 3, "a driver says its 'text' in words, not 3"),
        ("switch", " ", "a driver says its 'switch' in words"),
        ("evidence", None, "a driver says its 'evidence' in words, not None"),
        ("grade", "good", "driver 'A': 'grade' is one of measured, estimated, trial"),
    ],
)
def test_a_driver_with_a_fault_is_refused(key, value, message):
    good = {"name": "A", "switch": "b", "text": "c", "grade": "trial", "evidence": "d"}
    assert Driver(**good).text == "c"
    with pytest.raises(ModelError, match=message):
        Driver(**{**good, key: value})


def test_a_model_without_numbers_or_figures_has_a_short_page():
    class Bare(Model):
        """One stock."""

        care = Stock("Care", "child", 0)

    page = cs.model_page(Bare())
    titles = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    assert titles == ["Bare", "In one page", "How to read this page", "Equations"]


def test_each_sector_is_a_chapter(tmp_path, monkeypatch):
    source = '"""Places: who comes.\n\nWhat | follows.\n"""\nfrom caresim.language import Stock\n'
    (tmp_path / "page_places.py").write_text(source + 'care = Stock("Care", "child", 0)\n')
    monkeypatch.syspath_prepend(tmp_path)
    import page_places

    monkeypatch.setitem(sys.modules, "page_places", page_places)

    class Whole(Model):
        """Two parts."""

        sectors = (page_places,)
        twice = Aux("Twice", page_places.care * 2)

    page = cs.model_page(Whole())
    titles = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert titles[2:] == ["Places: who comes", "Whole"]
    assert "## Places: who comes\n\nWhat | follows.\n\n<a id=" in page
    assert '<a id="twice">' in page.split("## Whole")[1]


def test_the_page_is_the_same_every_time(small, page):
    assert cs.model_page(small, diagram="small.svg", loops="loops.svg") == page


@pytest.mark.parametrize("wrong", [England, "England", None])
def test_what_is_no_model_is_refused(wrong):
    with pytest.raises(ModelError, match=r"model_page takes a model such as (England|MyModel)\(\)"):
        cs.model_page(wrong)


def test_a_feedback_needs_a_switch_that_is_a_parameter(small):
    class Wrong(type(small)):
        """As before."""

        feedbacks = (Feedback("Cut", "swich", "A loop.", "assumption", "A study."),)

    with pytest.raises(ModelError, match=r"switch 'swich', .* of Wrong; did you mean 'switch'"):
        cs.model_page(Wrong())


# Feedbacks and text

GOOD = {"name": "A", "switch": "b", "loop": "c", "grade": "trial", "evidence": "d"}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("name", "", "says its 'name' in words, not ''"),
        ("loop", 3, "says its 'loop' in words, not 3"),
        ("evidence", " ", "says its 'evidence' in words"),
        ("grade", "good", "'grade' is one of measured, estimated, trial"),
        ("through", "care", "'through' is a tuple of names"),
        ("through", (3,), "'through' is a tuple of names"),
    ],
)
def test_a_feedback_with_a_fault_is_refused(key, value, message):
    assert Feedback(**GOOD).through == ()
    with pytest.raises(ModelError, match=message):
        Feedback(**{**GOOD, key: value})


def test_text_is_shown_as_it_is_except_in_backticks():
    assert escaped("a | b\n  *c* `d_e | f` g_h $5 <i>") == (
        r"a \| b \*c\* `d_e | f` g\_h \$5 \<i\>"
    )


def test_sources_are_numbered_by_first_use_and_runs_are_joined():
    sources = Sources()
    assert sources.link(("b", ""), ("a", "")) == "[1](#source-1), [2](#source-2)"
    assert sources.link(("a", ""), ("", "nowhere")) == "[2](#source-2)"
    assert sources.link(("c", ""), ("d", ""), ("b", "")) == (
        "[1](#source-1), [3](#source-3), [4](#source-4)"
    )
    assert sources.link(("a", ""), ("b", ""), ("c", "")) == "[1](#source-1)–[3](#source-3)"


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        (Prior("half_normal", 0.2, zero=0.33),
         "effect size; 0 to 90 %; likely 0 to 42 % `half-normal(sd 0.2), 0 with probability 0.33`"),
        (Prior("beta", 0.3, 0.1),
         "effect size; 0 to 90 %; likely 13 to 51 % `beta(mean 0.3, sd 0.1)`"),
        (Prior("uniform", 0.2, 0.6),
         "effect size; 0 to 90 %; likely 21 to 59 % `uniform(low 0.2, high 0.6)`"),
    ],
    ids=str,
)  # fmt: skip
def test_a_row_says_the_prior_of_any_family_and_where_it_likely_lies(prior, said):
    entry = Parameter("effect", 0.1, "1", "Effect", "effect", (0.0, 0.9), prior, "made up")

    class Grown(Model):
        """Children in care, of whom an effect takes some out."""

        parameters = p = Parameters({
            "effect": entry,
            "start": Parameter("start", 10.0, "child"),
            "rate": Parameter("rate", 0.1, "1/year"),
        })  # fmt: skip
        care = Stock("In care", "child", p.start)
        left = Flow("Left", care >> cloud, care * p.rate * p.effect)

    assert said in number_table(Grown(), ["effect"], Sources())
