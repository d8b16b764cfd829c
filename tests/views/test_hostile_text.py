"""Text is only text: whatever a name, a label or a note says, no reader of any format acts on it.

Every output is read back by a reader of its format, and holds the text as it was written.
"""

import csv
import io
import json
import tomllib
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

import caresim as cs
from caresim.language import (
    Aux,
    CaresimError,
    Dimension,
    Driver,
    Feedback,
    Flow,
    Model,
    Observed,
    Parameter,
    Parameters,
    Prior,
    Stock,
    cloud,
)
from caresim.language.csv_rows import csv_kind, table_in
from caresim.language.csv_text import table_text
from caresim.language.observed import Observation
from caresim.language.parameter_text import parameter_text
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario
from caresim.views.document.page import write_page
from caresim.views.files.claim import claimed
from caresim.views.report.markdown import escaped, link, table
from caresim.views.report.results import write_results
from caresim.views.xmile.export import write_xmile

HOSTILE = {
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "the end of an attribute": "\"' onmouseover='alert(1)\" >",
    "the end of a page": "</td></table></body>-->]]></title></style>",
    "entities": "&lt;b&gt; &amp;amp; &#60;i&#62;",
    "Markdown": "**a** _b_ [c](javascript:alert(1)) ![d](x) | e | `f|g` ~~h~~ \\",
    "a heading": "# Not a heading",
    "a list": "1. Not a list",
    "LaTeX": r"$\input{/etc/passwd}$ $$x^2$$ \(y\) \frac{1}{2} %{}_#&~",
    "an unfinished formula": r"$\frac{1",
    "a formula": '=HYPERLINK("http://example.org","a")',
    "a sum": "+1+cmd|' /C calc'!A0",
    "a difference": "-2+3",
    "an at sign": "@SUM(1+1)",
    "a path": "../../etc/passwd C:\\x\\con.txt NUL",
    "placeholders": "%s %n {0} {name} ${HOME} $(id) `id`",
    "letters": "Ünser Ordner – 家族 👪 ﷽ ا ب",
    "length": "long " * 400,
}  # fmt: skip
TEXTS = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def model_with(text):
    """Return a model that has a text wherever an author writes one."""
    words = " ".join(text.split())
    of = words[:40] if words.isascii() else "part"  # the names of elements are made of it
    parts = Dimension(words, [f"a {of}", f"b {of}"])
    lever = Parameter(
        "budget", 2.0, "1/year", words, "lever", (0, 9), note=text, source=text, address=text,
        acts_on=text, lag=text, cost=text, caveat=text, prior=Prior("normal", 2, 0.1),
    )  # fmt: skip
    start = Parameter("kids_0", 100.0, "child", words, "fixed", source=text, note=text)
    switch = Parameter("loop_on", 1.0, "1", words, "lever", (0, 1), source=text,
                       choices=((words, 1.0), ("off", 0.0)))  # fmt: skip
    p = Parameters({e.name: e for e in (lever, start, switch)}, dimensions=[parts])
    figure = Observation(
        "kids", "2010-11", 90.0, "child", "stock", "", text, text, text, text, text, 0.02
    )

    class Hostile(Model):
        __doc__ = text
        parameters = p
        start, until = "2010-03-31", "2014-03-31"
        kids = Stock(words, "child", p.kids_0)
        out = Flow(words, kids >> cloud, kids * p.budget * p.loop_on)
        cohorts = Stock(words, "child", p.kids_0, over=parts)
        left = Flow(words, cohorts >> cloud, cohorts * p.budget)
        both = Aux(words, kids * 2)
        title = credit = licence = given_credit = location = words
        limits = (text,)
        observed = Observed((figure,))
        feedbacks = (Feedback(words, "loop_on", text, "assumption", text, ("kids", "out")),)

    return Hostile()


def scenario_with(text):
    words = " ".join(text.split())
    change = Change("budget", "scale", 1.5, "2011-04-01", why=text, source=text)
    return Scenario(words[:120], text, [change], author=text)


VOID = {"br", "img", "meta", "link", "hr", "col", "input"}
KNOWN = {
    "html", "head", "body", "title", "style", "h1", "h2", "h3", "p", "b", "i", "br", "table",
    "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "div", "section", "span", "code", "small",
    "img",
    "meta", "caption", "sub", "sup", "em", "strong", "blockquote",
}  # fmt: skip


class Page(HTMLParser):
    """Reads a page: its elements have to be ours and to be closed, and none may act."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.texts = [], []
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attributes):
        assert tag in KNOWN, f"<{tag}> is not of ours"
        for name, value in attributes:
            assert not name.startswith("on"), f"{name} acts"
            assert not (value or "").strip().lower().startswith("javascript:")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:  # as <br/> has it
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        assert "Written by `caresim document`" in data

    @property
    def text(self):
        return " ".join("".join(self.texts).split())


def xml(text):
    return ET.fromstring(text)  # noqa: S314  (our own)


def within(text, whole):
    """Check that a text stands in another as it is, apart from blanks and its full stops."""
    words = " ".join(text.split())[:300]
    assert words in " ".join(whole.split())


@pytest.fixture(scope="module", params=HOSTILE.values(), ids=HOSTILE)
def made(request, tmp_path_factory):
    """A hostile text, its model, and the folder that a run of its scenario leaves."""
    model, plan = model_with(request.param), scenario_with(request.param)
    folder = tmp_path_factory.mktemp("results") / "out"
    runs = project_of(model, plan, tmp_path_factory)
    with claimed(folder) as place:
        write_results(runs, place, figures=False)
    return request.param, model, plan, folder


def toml(text):
    return json.dumps(text, ensure_ascii=False)


def project_of(model, plan, factory):
    from caresim.study.results import project

    path = factory.mktemp("scenario") / "policy.toml"
    path.write_text(
        "\n".join(
            [
                f"name = {toml(plan.name)}", f"summary = {toml(plan.summary)}",
                f"author = {toml(plan.author)}", "[[change]]", 'parameter = "budget"',
                "scale = 1.5", "from = 2011-04-01", f"why = {toml(plan.changes[0].why)}",
                f"source = {toml(plan.changes[0].source)}",
            ]
        ),
        encoding="utf-8",
    )  # fmt: skip
    return project(model, [path], n_draws=3, seed=1)


def test_the_summary_is_a_page_whose_text_is_text(made):
    text, _, plan, folder = made
    page = Page((folder / "summary.html").read_text(encoding="utf-8"))
    within(plan.name, page.text)
    within(text, page.text)


@pytest.mark.filterwarnings("ignore:Glyph:UserWarning")  # that no font has
@TEXTS
def test_every_figure_is_a_picture_that_a_reader_of_xml_reads(text, tmp_path):
    model, plan = model_with(text), scenario_with(text)
    base, under = cs.run(model), cs.run(model, plan)
    drawn = [cs.plot.caseloads(base, under), cs.plot.differences(base, under)]
    for number, figure in enumerate(drawn):
        path = tmp_path / f"{number}.svg"
        figure.savefig(path)
        root = xml(path.read_bytes())
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not tags & {"script", "foreignObject", "a", "image"}
        for element in root.iter():
            assert not [name for name in element.attrib if name.lower().startswith("on")]


def test_no_cell_of_a_table_is_a_formula_and_every_text_is_read_back(made):
    text, model, _, folder = made
    for path in sorted(folder.rglob("*.csv")):
        content = path.read_text(encoding="utf-8")
        rows = [*csv.reader(io.StringIO(content), strict=True)]
        assert len({len(row) for row in rows}) == 1, path.name
        for cell in (cell for row in rows for cell in row):
            assert not is_formula(cell), f"{path.name}: {cell!r}"
    columns = (folder / "columns.csv").read_text(encoding="utf-8")
    read = table_in(columns, "columns.csv", ("column", "meaning"), kind=csv_kind("a table"))
    assert {row["meaning"] for row in read if row["column"] == "kids"} == {model.kids.label}
    within(text, next(row["definition"] for row in read if row["column"] == "kids"))


def is_formula(cell):
    try:
        float(cell)
    except ValueError:
        return len(cell) > 1 and cell[0] in "=+-@\t\r"
    return False


def test_the_record_is_json_that_holds_the_text(made):
    _, _, plan, folder = made
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert plan.name in json.dumps(record, ensure_ascii=False) or any(
        plan.name in str(value) for value in walk(record)
    )
    for name in record["files"]:
        parts = name.split("/")
        assert ".." not in parts
        assert len(name.encode()) < 250
        assert (folder / name).is_file()


def walk(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    else:
        yield value


@TEXTS
def test_the_page_of_a_model_is_markdown_without_markup_of_its_texts(text, tmp_path):
    model = model_with(text)
    written = write_page(model, tmp_path / "model.md", overwrite=False)
    content = (tmp_path / "model.md").read_text(encoding="utf-8")
    parsed = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = Page(parsed.render(content).replace("<a ", "<span ").replace("</a>", "</span>"))
    for token in inline(parsed.parse(content)):
        if token.type == "link_open":
            target = token.attrGet("href")
            assert target.startswith(("#", "https://", "http://")), target
        assert token.type != "s_open"
        assert token.type != "image" or token.attrGet("src") in ("model.svg", "loops.svg")
    within(text.replace("`", ""), page.text.replace("`", ""))
    for path in written:
        if path.suffix == ".svg":
            xml(path.read_bytes())


def inline(tokens):
    for token in tokens:
        yield token
        yield from inline(token.children or ())


@TEXTS
def test_markdown_shows_a_text_as_it_is_in_lines_and_cells(text):
    words = " ".join(text.split())
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    bare = words.replace("`", "")
    assert Page(reader.render(escaped(words))).text.replace("`", "") == bare
    cells = Page(reader.render(table(["a", "b"], [[escaped(words), escaped(words)]])))
    assert cells.text.replace("`", "").count(bare) == 2
    linked = reader.parse(link(words, "javascript:alert(1)"))
    assert not [token for token in inline(linked) if token.type == "link_open"]


@TEXTS
def test_xmile_holds_the_text_of_labels_and_notes(text, tmp_path):
    model, plan = model_with(text), scenario_with(text)
    write_xmile(model, tmp_path / "m.xmile", plan)
    root = xml((tmp_path / "m.xmile").read_bytes())
    docs = [" ".join((element.text or "").split()) for element in root.iter() if element.text]
    assert any(model.kids.label in doc for doc in docs)


@TEXTS
def test_what_a_notebook_shows_is_text(text):
    model, plan = model_with(text), scenario_with(text)
    run = cs.run(model, plan)
    things = [model, plan, run, model.observed, cs.draws(model, 3, seed=1, given="prior"),
              cs.loops(model), cs.check_step(model)]  # fmt: skip
    for thing in things:
        markup = thing._repr_html_()
        Page(markup.replace(' border="1"', ""))
        assert "mathjax_ignore" in markup, f"{type(thing)}: a dollar begins a formula"
    within(plan.name, Page(run._repr_html_()).text)
    within(model.kids.label, Page(model._repr_html_()).text)


@TEXTS
def test_formulas_of_equations_hold_no_command_of_a_text(text):
    for equation in cs.equations(model_with(text)):
        assert "\\input" not in equation.latex
        assert equation.latex.count("{") == equation.latex.count("}")
        assert "$" not in equation.latex.strip("$")


@TEXTS
def test_figures_of_loops_and_stocks_are_xml(text):
    model = model_with(text)
    for drawn in (cs.diagram(model), cs.loop_diagram(model)):
        root = xml(drawn.svg)
        assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}


@TEXTS
def test_parameters_are_written_as_toml_that_is_read_back(text):
    known = model_with(text).parameters
    entries = [known["kids_0"], known["budget"]]
    read = tomllib.loads(parameter_text(entries, ""))
    assert read["kids_0"]["source"] == text
    assert read["budget"]["note"] == text


@TEXTS
def test_any_table_of_ours_is_no_formula_and_is_read_back_by_our_reader(text):
    words = " ".join(text.split())
    written = table_text(("name", "value"), [(words, "-5.25"), (f"'{words}", "+1e3"), ("+", "1")])
    first, second, third = csv.reader(io.StringIO(written.partition("\n")[2]))
    assert not any(map(is_formula, (*first, *second, *third)))
    assert (first[1], second[1], third[0]) == ("-5.25", "+1e3", "+")
    rows = [*table_in(written, "t.csv", ("name", "value"), kind=csv_kind("a table"))]
    assert [row["name"] for row in rows] == [words, f"'{words}", "+"]
    assert [row.needed("value") for row in rows] == [-5.25, 1000, 1]


# What no text may hold

HIDDEN = {
    "an escape": "a\x1b[31mb", "a bell": "a\ab", "a zero": "a\0b", "a turn": "a\u202eb",
    "an isolate": "a\u2066b", "a next line": "a\x85b", "half a letter": "a\ud800b",
    "a line separator": "a\u2028b", "no letter": "a\ufffeb",
}  # fmt: skip
IN_NAMES = {
    **HIDDEN, "two lines": "a\nb", "a tab": "a\tb", "a space of no width": "a\u200bb",
    "a mark": "\ufeffa", "a soft hyphen": "a\u00adb", "a joiner": "a\u2060b",
}  # fmt: skip


def declared(**said):
    class Declared(Model):
        parameters = Parameters.of(kids_0=(1.0, "child"))
        kids = Stock("Kids", "child", parameters.kids_0)
        title, licence = said.get("title", ""), said.get("licence", "")
        limits = said.get("limits", ())

    return Declared


NAMED = {
    "a scenario": Scenario,
    "a stock": lambda text: Stock(text, "child", 1),
    "a dimension": lambda text: Dimension(text, ["a"]),
    "an element": lambda text: Dimension("Age", [text]),
    "a feedback": lambda text: Feedback(text, "on", "a", "assumption", "b"),
    "a driver": lambda text: Driver(text, "on", "a", "assumption", "b"),
    "a title": lambda text: declared(title=text),
    "a choice": lambda text: Parameter("on", 1.0, "1", choices=((text, 1.0),)),
}
TOLD = {
    "a summary": lambda text: Scenario("A", text),
    "a reason": lambda text: Change("a", "set", 1, "2027-04-01", why=text),
    "an origin": lambda text: Change("a", "set", 1, "2027-04-01", source=text),
    "a meaning": lambda text: Parameter("a", 1.0, "1", text),
    "a note": lambda text: Parameter("a", 1.0, "1", note=text),
    "a loop": lambda text: Feedback("A", "on", text, "assumption", "b"),
    "a licence": lambda text: declared(licence=text),
    "a limit": lambda text: declared(limits=(text,)),
}


@pytest.mark.parametrize("text", IN_NAMES.values(), ids=IN_NAMES)
@pytest.mark.parametrize("what", NAMED)
def test_a_name_holds_nothing_that_cannot_be_seen(what, text):
    with pytest.raises(CaresimError, match=r"holds the (control|invisible) character U\+") as fault:
        NAMED[what](text)
    assert str(fault.value).isprintable()


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("what", TOLD)
def test_a_text_holds_nothing_that_acts_on_its_reader(what, text):
    with pytest.raises(CaresimError, match=r"holds the (control|invisible) character U\+") as fault:
        TOLD[what](text)
    assert str(fault.value).isprintable()


@pytest.mark.parametrize("what", TOLD)
def test_a_text_may_have_lines_tabs_and_letters_of_any_script(what):
    assert TOLD[what]("Zwei\nZeilen\tund ein Tab, \u05d0\u200f, ﻻ, 家族, 👩\u200d👧") is not None
